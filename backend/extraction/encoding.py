"""Bytes to text in any encoding and language, and the few characters that must not be stored."""

import re
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE, BOM_UTF32_BE, BOM_UTF32_LE

# UTF-32 first: its little-endian mark begins with UTF-16's.
_MARKS = (
    (BOM_UTF32_LE, "utf-32"),
    (BOM_UTF32_BE, "utf-32"),
    (BOM_UTF8, "utf-8-sig"),
    (BOM_UTF16_LE, "utf-16"),
    (BOM_UTF16_BE, "utf-16"),
)
_SAMPLE_BYTES = 64 * 1024
# Korean supersets that also decode most EUC-JP without an error and then win; plain EUC-KR stays in the running.
_UNLIKELY = ["johab", "cp949"]
# C0 controls other than tab and line feed, and DEL. Direction marks, joiners and all scripts stay as they are.
_CONTROLS = re.compile(r"[\x01-\x08\x0b\x0c\x0e-\x1f\x7f]")
_SURROGATES = re.compile(r"[\ud800-\udfff]")
_SOUND = re.compile(r"[^\x00-\x7f�]")
_BINARY = bytes(set(range(0x20)) - {0x09, 0x0A, 0x0C, 0x0D, 0x1B})

#: Labels that mean another encoding than Python thinks, or that it does not know (WHATWG Encoding, 4.2).
_LABELS = {
    **dict.fromkeys(
        ("iso-8859-1", "iso8859-1", "iso88591", "latin1", "l1", "ascii", "us-ascii", "ansi_x3.4-1968", "x-cp1252",
         "iso-8859-15-windows", "x-ansi", "cp819", "ibm819"), "cp1252",
    ),
    **dict.fromkeys(("iso-8859-9", "iso8859-9", "iso88599", "latin5", "l5", "x-cp1254"), "cp1254"),
    **dict.fromkeys(("iso-8859-11", "iso8859-11", "iso885911", "tis-620", "dos-874", "windows-874"), "cp874"),
    **dict.fromkeys(("iso-8859-8-i", "iso-8859-8-e", "logical", "visual", "csiso88598i"), "iso-8859-8"),
    **dict.fromkeys(("iso-8859-6-i", "iso-8859-6-e"), "iso-8859-6"),
    **dict.fromkeys(("shift_jis", "shift-jis", "sjis", "x-sjis", "ms_kanji", "windows-31j", "csshiftjis"), "cp932"),
    **dict.fromkeys(("x-euc-jp", "cseucpkdfmtjapanese"), "euc_jp"),
    **dict.fromkeys(("gb2312", "gb_2312-80", "gbk", "x-gbk", "chinese", "csgb2312", "euc-cn"), "gb18030"),
    **dict.fromkeys(("big5", "big5-hkscs", "cn-big5", "x-x-big5", "csbig5"), "big5hkscs"),
    **dict.fromkeys(("euc-kr", "ks_c_5601-1987", "ks_c_5601-1989", "ksc5601", "korean", "windows-949", "x-windows-949"),
                    "cp949"),
    **dict.fromkeys(("x-mac-roman", "macintosh", "mac", "csmacintosh"), "mac_roman"),
    **dict.fromkeys(("x-mac-cyrillic", "x-mac-ukrainian"), "mac_cyrillic"),
    **dict.fromkeys(("x-mac-ce", "x-mac-centraleurroman"), "mac_latin2"),
    **dict.fromkeys(("unicode", "ucs-2", "iso-10646-ucs-2", "csunicode", "utf-16", "unicodefeff"), "utf-16-le"),
    **dict.fromkeys(("unicode-1-1-utf-8", "utf8mb4", "x-unicode20utf8", "unicode11utf8"), "utf-8"),
    **{f"x-cp{number}": f"cp{number}" for number in range(1250, 1259)},
}  # fmt: skip

BROKEN = "Some characters could not be read and were replaced by �. Save the file as UTF-8 to keep them."
NULS = "NUL bytes were removed from the text."


def looks_binary(data: bytes) -> bool:
    """Whether the bytes are no text: more than one in ten of a sample is a control byte, in no Unicode encoding."""
    sample = data[:_SAMPLE_BYTES]
    if not sample or _marked(sample) or _wide(sample):
        return False
    return len(sample) - len(sample.translate(None, _BINARY)) > len(sample) * 0.1


def decode(data: bytes, *, declared: str | None = None) -> tuple[str, list[str]]:
    """The text of `data` and warnings. Never raises.

    Order: byte order mark, UTF-8, `declared` (by a mail or a page, as browsers read it), UTF-16/32 without a mark, then
    detection. What is UTF-8 beyond ASCII is so by no chance, whatever was declared. A file that is UTF-8 but for a few
    bytes stays UTF-8, with the broken bytes replaced.
    """
    if encoding := _marked(data):
        return _replacing(data, encoding)
    known = _known(declared)
    for encoding in filter(None, (known, "utf-8") if data.isascii() else ("utf-8", known)):
        try:
            return data.decode(encoding), []
        except UnicodeDecodeError:
            continue
    if encoding := _wide(data[:_SAMPLE_BYTES]):
        return _replacing(data, encoding)
    lenient = data.decode("utf-8", errors="replace")
    broken = lenient.count("�")
    sound = sum(1 for _ in _SOUND.finditer(lenient[:_SAMPLE_BYTES]))
    if sound > broken:
        return lenient, [BROKEN]
    return _replacing(data, _detected(data))


def clean(text: str) -> tuple[str, list[str]]:
    """Line feeds as the only line ends; NULs, control characters and lone surrogates out. Nothing else changes."""
    warnings: list[str] = []
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if "\f" in text or "\v" in text:
        text = text.replace("\f", "\n").replace("\v", "\n")
    if "\x00" in text:
        text = text.replace("\x00", "")
        warnings.append(NULS)
    if text.isascii() and text.isprintable():
        return text, warnings
    text = _CONTROLS.sub("", text)
    if not text.isascii():
        text = text.removeprefix("\ufeff")
        if _SURROGATES.search(text):
            text = _SURROGATES.sub("�", text)
            warnings.append(BROKEN)
    return text, warnings


def _marked(data: bytes) -> str | None:
    return next((encoding for mark, encoding in _MARKS if data.startswith(mark)), None)


def _wide(sample: bytes) -> str | None:
    """UTF-16 or UTF-32 without a mark: its NUL bytes stand at fixed places, and it decodes."""
    if len(sample) < 4 or sample.count(0) < len(sample) * 0.2:
        return None
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    quarter = len(sample) // 4
    candidates: list[str] = []
    if min(sample[0::4].count(0), sample[1::4].count(0)) > quarter * 0.9:
        candidates.append("utf-32-be")
    if min(sample[2::4].count(0), sample[3::4].count(0)) > quarter * 0.9:
        candidates.append("utf-32-le")
    if odd > 4 * even:
        candidates.append("utf-16-le")
    if even > 4 * odd:
        candidates.append("utf-16-be")
    for encoding in candidates:
        whole = sample[: len(sample) - len(sample) % 4]
        try:
            text = whole.decode(encoding)
        except UnicodeDecodeError:
            continue
        if text.count("\x00") <= len(text) * 0.05:
            return encoding
    return None


def _known(label: str | None) -> str | None:
    """Python's name for what a mail or a page calls an encoding; None for what is no encoding of text."""
    name = (label or "").strip().strip("\"'").strip().lower()
    if not name:
        return None
    # Some write cp-850 and windows1252.
    for candidate in (_LABELS.get(name), name, name.replace("cp-", "cp").replace("windows1", "windows-1")):
        try:
            if candidate and isinstance(b"a".decode(candidate, errors="replace"), str):
                return candidate
        except (LookupError, ValueError):
            continue
    return None


def _detected(data: bytes) -> str:
    """The most likely legacy encoding; Windows-1252 when the sample says too little."""
    # Imported here: half of all files are UTF-8 and never need it.
    from charset_normalizer import from_bytes

    non_ascii = data.translate(None, bytes(range(0x80)))
    if len(non_ascii) < 8:
        return "cp1252"
    best = from_bytes(data[:_SAMPLE_BYTES], cp_exclusion=_UNLIKELY).best()
    return best.encoding if best is not None else "cp1252"


def _replacing(data: bytes, encoding: str) -> tuple[str, list[str]]:
    try:
        return data.decode(encoding), []
    except UnicodeDecodeError:
        return data.decode(encoding, errors="replace"), [BROKEN]
