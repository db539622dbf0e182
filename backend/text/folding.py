"""One way in which letters are made alike, for the index, the question, the marks on a hit, quoting and support.

Case, accents, the vowel signs of Hebrew and Arabic, the forms of alef, yeh and taa marbuta, Cyrillic ё and the tonos
and final sigma of Greek make no difference; й stays й. Signs of scripts that are written without spaces keep what
belongs to them (が is not か). German umlauts have three spellings (Müller, Mueller, Muller): `fold` gives the last,
`spelt_out` the middle one, and `reduced` leads from the middle one to the last.
"""

import re
import unicodedata

#: Signs that belong to the letter before them and make no other word: accents, points, vowel signs, joiners.
MARKS = (
    "\u0300-\u036f\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u0640\u064b-\u065f\u0670\u06d6-\u06dc"
    "\u06df-\u06e8\u06ea-\u06ed\u00ad\u200b-\u200f\u2060\ufeff"
)
# Latin, Greek, Cyrillic, Armenian, Hebrew, Arabic: the letters that are taken apart from their marks.
_LAST_WITH_MARKS = 0x06FF
_ALIKE = str.maketrans(
    {
        "й": "й",
        "Й": "й",
        "ى": "ي",
        "ی": "ي",
        "ې": "ي",
        "ة": "ه",
        "ۀ": "ه",
        "ک": "ك",
        "ٱ": "ا",
        "ø": "o",
        "Ø": "o",
        "ł": "l",
        "Ł": "l",
        "đ": "d",
        "Đ": "d",
        "ð": "d",
        "Ð": "d",
        "þ": "th",
        "Þ": "th",
        "æ": "ae",
        "Æ": "ae",
        "œ": "oe",
        "Œ": "oe",
        "ı": "i",
    }
)
_SPELT_OUT = str.maketrans(
    {"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue", "ø": "oe", "Ø": "Oe", "å": "aa", "Å": "Aa"}
)
_MARK = re.compile(f"[{MARKS}]")
#: Runs of kana, Han, Hangul, Thai, Lao, Burmese, Khmer: scripts that are written without spaces.
UNSPACED = re.compile(
    "[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uac00-\ud7af\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff"
    "\U00020000-\U0003134f]+"
)
# After a vowel or q it is no umlaut: neue, Frauen, Quelle.
_UMLAUT_SPELT = re.compile(r"(?<![aeiouyq])([aou])e")


class _Folding(dict[int, str]):
    """What each character becomes; filled as characters come."""

    def __missing__(self, code: int) -> str:
        letter = chr(code)
        folded = "" if _MARK.match(letter) else "".join(map(_folded, letter.casefold()))
        self[code] = folded
        return folded


def _folded(letter: str) -> str:
    if 0xD800 <= ord(letter) <= 0xDFFF:
        return "?"
    alike = _ALIKE.get(ord(letter))
    if isinstance(alike, str):
        return alike
    if letter.isdecimal():
        return str(unicodedata.decimal(letter))
    apart = unicodedata.normalize("NFKD", letter)
    if not apart or ord(apart[0]) > _LAST_WITH_MARKS:
        return unicodedata.normalize("NFKC", letter)
    bare = _MARK.sub("", apart).casefold()
    return bare.translate(_ALIKE)


_FOLDING = _Folding()


def composed(text: str) -> str:
    """Compatibility forms unified (full width, ligatures), letters and their marks as one character where it exists."""
    return text if text.isascii() else unicodedata.normalize("NFKC", text)


def fold(text: str) -> str:
    """Lower case without accents and marks; see the module."""
    if text.isascii():
        return text.lower()
    return composed(text).translate(_FOLDING)


def spelt_out(text: str) -> str:
    """Umlauts as they are written where a keyboard has none: Müller as Mueller."""
    return text if text.isascii() else composed(text).translate(_SPELT_OUT)


def reduced(folded: str) -> str:
    """A folded word with umlauts that were spelt out as `fold` leaves them: mueller as muller."""
    return _UMLAUT_SPELT.sub(r"\1", folded) if "e" in folded else folded


def without_unspaced(text: str) -> str:
    """The text, as long as it was, with runs of unspaced script blanked out."""
    return text if text.isascii() else UNSPACED.sub(lambda run: " " * len(run.group()), text)
