"""INI, ``.properties`` and ``.env`` files, line by line: sections, fields, remarks, values that go on."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

_SECTION = re.compile(r"\[([^\[\]\n]{1,300})\]\s*(?:[#;].*)?")
_FIELD = re.compile(r"(?:export\s+)?([^\s=:#;!\[\]{}<>\"'][^=:\n{}<>]{0,200}?)\s*[=:](?!//)\s*(.*)")
_REMARK = re.compile(r"[#;!].*")
_ESCAPED = re.compile(r"\\u([0-9a-fA-F]{4})")
_MOSTLY = 0.7


@dataclass(slots=True)
class Part:
    """One section; the first has no name. Of each line its field, which is empty for other lines, and its value."""

    name: str
    lines: list[tuple[str, str]] = field(default_factory=list)


def parts_in(text: str) -> list[Part]:
    """Raises `ValueError` for text that is mostly something else."""
    parts = [Part("")]
    fits = other = 0
    for line, goes_on in _lines(text):
        stripped = line.strip()
        here = parts[-1].lines
        if goes_on and here and here[-1][0] and not _REMARK.match(stripped):
            key, value = here[-1]
            here[-1] = (key, f"{value} {stripped}".strip())
        elif match := _SECTION.fullmatch(stripped):
            parts.append(Part(match[1].strip()))
            fits += 1
        elif _REMARK.match(stripped):
            here.append(("", stripped))
        elif match := _FIELD.fullmatch(stripped):
            here.append((match[1].strip(), _value(match[2])))
            fits += 1
        else:
            here.append(("", stripped))
            other += 1
    if fits < _MOSTLY * (fits + other) or not fits:
        raise ValueError("no fields")
    return parts


def _lines(text: str) -> Iterator[tuple[str, bool]]:
    """Lines that are not blank, and whether each goes on from the one before: indented, or below a backslash."""
    goes_on = False
    for line in text.split("\n"):
        if not line.strip():
            goes_on = False
            continue
        is_continued = line.endswith("\\") and not line.endswith("\\\\")
        yield line[:-1] if is_continued else line, goes_on or (line[0] in " \t" and not _FIELD.fullmatch(line.strip()))
        goes_on = is_continued


def _value(text: str) -> str:
    """A value without the quotes around it; letters by their number become letters."""
    text = text.strip()
    if len(text) > 1 and text[0] == text[-1] and text[0] in "\"'":
        text = text[1:-1]
    return _ESCAPED.sub(lambda match: chr(int(match[1], 16)), text)
