"""What a line of a passage is for: most say something, some only name, date or head what others say.

Headers of mails, names and times of chat messages, headings and the heads of tables match a question well, since they
hold its names and dates, and answer nothing.
"""

import re
from enum import StrEnum


class Role(StrEnum):
    """`heading` and `label` are about the text around them; `field` is a short ``key: value``, seldom an answer."""

    says = "says"
    field = "field"
    label = "label"
    heading = "heading"


_MAIL_HEADER = re.compile(
    r"(?:from|to|cc|bcc|date|sent|subject|reply-to|message-id|von|an|gesendet|datum|betreff|de|à|envoyé|objet|asunto|"
    r"fecha|para):\s",
    re.IGNORECASE,
)
# Keys of a record whose value is about the message, not in it.
_RECORD_KEY = re.compile(
    r"(?:\w+_)?(?:id|uuid|key|user|author|sender|time|timestamp|ts|date|at|channel|workspace|url|type):\s",
    re.IGNORECASE,
)
_SAID_KEY = re.compile(
    r"(?:text|message|body|content|description|comment|note|notes|answer|question|summary):\s+", re.IGNORECASE
)
_FIELD = re.compile(r"[\w .-]{1,30}:\s+(\S+(?:\s+\S+){0,3})")
_TABLE_RULE = re.compile(r"\s*+\|?\s*+:?-{2,}")
_WORD = re.compile(r"\w+")
_NUMBERED = re.compile(r"(?:§ ?)?\d{1,2}(?:\.\d{1,2}){0,2}[.)]? [^\W\d_]")
_FIGURE = re.compile(r"\d")
_HEADING_WORDS = 7
_WITHOUT_HEADINGS = frozenset({"code", "csv", "json"})
_DECORATION = "*_#`\"'“”» "
_ENDS = ".!?…:;,。！？"


def role(text: str, start: int, end: int, *, kind: str, names: frozenset[str] = frozenset()) -> Role:
    """The role of the sentence ``text[start:end]`` of a passage.

    Args:
        kind: the document's kind (`Kind`), since "Date:" heads a mail and means something in a text.
        names: title and headings of the passage, as `plain` gives them.
    """
    sentence = text[start:end]
    if kind == "email" and _MAIL_HEADER.match(sentence):
        return Role.label
    if kind == "json" and "|" not in sentence:
        if _RECORD_KEY.match(sentence):
            return Role.label
        if _FIELD.fullmatch(sentence):
            return Role.field
    if _heads_table(text, start, end):
        return Role.label
    if plain(sentence) in names or (kind not in _WITHOUT_HEADINGS and _is_heading(text, start, end)):
        return Role.heading
    return Role.says


def said_from(sentence: str, kind: str) -> int:
    """How many characters of a record's line are only its key ("text: ")."""
    match = _SAID_KEY.match(sentence) if kind == "json" and "|" not in sentence else None
    return match.end() if match and match.end() < len(sentence) else 0


def table_head(text: str, start: int) -> str:
    """The head of the Markdown table that the row at `start` is in; empty where there is none."""
    found = table_head_at(text, start)
    return text[slice(*found)].strip("| ") if found else ""


def table_head_at(text: str, start: int) -> tuple[int, int] | None:
    """Where the head of the Markdown table stands that the row at `start` is in."""
    if not text.startswith("|", start):
        return None
    end = start
    ruled = False
    while (begin := text.rfind("\n", 0, end - 1) + 1 if end > 1 else -1) >= 0 and text.startswith("|", begin):
        if ruled:
            return begin, end - 1
        ruled = bool(_TABLE_RULE.match(text[begin:end]))
        end = begin
    return None


def row_key(sentence: str) -> str:
    """The first cell of a table's row, which names what the row is about; empty where the sentence is none."""
    return sentence.strip("| ").partition("|")[0] if "|" in sentence else ""


def plain(heading: str) -> str:
    """A heading as it is compared: without marks, spaces and case."""
    return heading.strip(_DECORATION + _ENDS).casefold()


def is_question(sentence: str) -> bool:
    return sentence.rstrip(_DECORATION + ")").endswith(("?", "？", "؟"))


def _heads_table(text: str, start: int, end: int) -> bool:
    sentence = text[start:end]
    if "|" not in sentence:
        return False
    following = text[end:].lstrip(" \t|").lstrip("\n")
    if _TABLE_RULE.match(following):
        return True
    first = sentence.split("|")[0].strip()
    return bool(first) and ":" not in first and following.startswith(f"{first}: ")


def _is_heading(text: str, start: int, end: int) -> bool:
    """A short line without an end mark that stands alone between blank lines, with text below it."""
    sentence = text[start:end]
    if sentence.startswith("#"):
        return True
    if sentence[-1] in _ENDS or ":" in sentence or "|" in sentence or len(_WORD.findall(sentence)) > _HEADING_WORDS:
        return False
    above, below = text[:start].rstrip(" \t"), text[end:].lstrip(" \t")
    if _NUMBERED.match(sentence) and below.startswith("\n") and not _NUMBERED.match(below.lstrip()):
        return bool(below.strip())  # "3. Boats" above what is said of them; in a list another number follows
    if sentence.isupper() and not _FIGURE.search(sentence) and _WORD.search(sentence):
        return bool(below.strip())
    return (not above or above.endswith("\n\n")) and below.startswith("\n\n") and bool(below.strip())
