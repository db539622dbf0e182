"""Scripts that the shipped recogniser does not read, and which language data of Tesseract's does."""

from collections.abc import Set
from dataclasses import dataclass

#: What is said of letters that nobody here can even name.
UNKNOWN = "unknown"
_MOST = 6


@dataclass(frozen=True, slots=True)
class Script:
    """`name` as Tesseract's detection calls it; `languages` by the names of their data, the most usual first."""

    name: str
    language: str
    languages: tuple[str, ...]

    @property
    def package(self) -> str:
        """The package of Debian and Ubuntu for the most usual language."""
        return f"tesseract-ocr-{self.languages[0]}"


_ALL = (
    Script("Cyrillic", "Russian", ("rus", "ukr", "bul", "srp", "bel", "mkd", "kaz", "mon", "kir", "tgk", "tat")),
    Script("Greek", "Greek", ("ell", "grc")),
    Script("Arabic", "Arabic", ("ara", "fas", "urd", "pus", "snd", "uig")),
    Script("Hebrew", "Hebrew", ("heb", "yid")),
    Script("Devanagari", "Hindi", ("hin", "mar", "nep", "san")),
    Script("Thai", "Thai", ("tha",)),
    Script("Korean", "Korean", ("kor",)),
    Script("Bengali", "Bengali", ("ben", "asm")),
    Script("Tamil", "Tamil", ("tam",)),
    Script("Telugu", "Telugu", ("tel",)),
    Script("Gujarati", "Gujarati", ("guj",)),
    Script("Kannada", "Kannada", ("kan",)),
    Script("Malayalam", "Malayalam", ("mal",)),
    Script("Gurmukhi", "Punjabi", ("pan",)),
    Script("Oriya", "Odia", ("ori",)),
    Script("Sinhala", "Sinhala", ("sin",)),
    Script("Georgian", "Georgian", ("kat",)),
    Script("Armenian", "Armenian", ("hye",)),
    Script("Ethiopic", "Amharic", ("amh", "tir")),
    Script("Khmer", "Khmer", ("khm",)),
    Script("Lao", "Lao", ("lao",)),
    Script("Myanmar", "Burmese", ("mya",)),
    Script("Tibetan", "Tibetan", ("bod", "dzo")),
    Script("Syriac", "Syriac", ("syr",)),
    Script("Thaana", "Dhivehi", ("div",)),
    Script("Cherokee", "Cherokee", ("chr",)),
)
_BY_NAME = {script.name: script for script in _ALL} | {"Hangul": next(one for one in _ALL if one.name == "Korean")}


def script_named(name: str) -> Script | None:
    """None: one that the shipped recogniser reads, or no script."""
    return _BY_NAME.get(name)


def readable(installed: Set[str]) -> dict[str, list[str]]:
    """By the name of the script: which of the installed languages are written in it."""
    found = {one.name: [code for code in one.languages if code in installed] for one in _ALL}
    return {name: codes[:_MOST] for name, codes in found.items() if codes}
