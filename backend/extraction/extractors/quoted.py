"""The new words of a mail, and the older ones that it quotes."""

import re

_ABOVE_QUOTE = re.compile(
    r"(?:On|Am|Le|El|Il|Op|Den|Em|Dnia|W dniu)\b.{4,200}(?:wrote|schrieb|écrit|escribió|scritto|schreef|skrev|escreveu|"
    r"napisał|pisze)[^\n]{0,120}:",
    re.IGNORECASE | re.DOTALL,
)
_ORIGINAL = re.compile(
    r"\s*-{2,}\s*(?:Original Message|Forwarded message|Ursprüngliche Nachricht|Weitergeleitete Nachricht|"
    r"Message d'origine|Mensaje original|Messaggio originale|Oorspronkelijk bericht)\s*-{2,}\s*",
    re.IGNORECASE,
)
_FROM = re.compile(r"\s*\*?(?:From|Von|De|Da|Van)\*?:\s", re.IGNORECASE)
_SENT = re.compile(r"\s*\*?(?:Sent|Date|Gesendet|Datum|Envoyé|Enviado|Inviato|Verzonden)\*?:\s", re.IGNORECASE)
_SUBJECT = re.compile(
    r"\s*\*?(?:Subject|Betreff|Objet|Asunto|Oggetto|Onderwerp|Assunto|Ämne|Emne|Temat)\*?:", re.IGNORECASE
)
_LINES_OF_HEAD = 3


def divide(body: str) -> tuple[str, str]:
    """New words, quoted words without their marks; the latter empty where none are quoted, or answers stand between.

    A mail that only forwards has no new words: all of it is as new.
    """
    lines = body.split("\n")
    start = _start(lines)
    if start is None:
        return body, ""
    new = "\n".join(lines[:start]).strip("\n")
    rest = lines[start:]
    if not new.strip():
        return body, ""
    quoted = [line for line in rest if line.startswith(">")]
    if quoted:
        after = _without_head(rest)
        if any(line.strip() and not line.startswith(">") for line in _before_signature(after)):
            return body, ""  # answers between the quotes belong to what they answer
    return new, "\n".join(_unmarked(line) for line in rest).strip("\n")


def _start(lines: list[str]) -> int | None:
    """The line at which what is quoted begins."""
    for number, line in enumerate(lines):
        if line.startswith(">"):
            return _with_head(lines, number)
        if _ORIGINAL.fullmatch(line):
            return number
        if _FROM.match(line) and _is_head(lines[number : number + 1 + _LINES_OF_HEAD + 1]):
            return number
    return None


def _is_head(lines: list[str]) -> bool:
    """Whether these lines are the head of a mail: a route or a period has a From and a Date as well."""
    dated = any(_SENT.match(line) for line in lines[1 : 1 + _LINES_OF_HEAD])
    return dated and ("@" in lines[0] or any(_SUBJECT.match(line) for line in lines[1:]))


def _with_head(lines: list[str], number: int) -> int:
    """The line that says who wrote it when is part of what is quoted; it may be broken over two or three."""
    end = number
    while end and not lines[end - 1].strip():
        end -= 1
    for start in range(max(0, end - _LINES_OF_HEAD), end):
        if _ABOVE_QUOTE.fullmatch("\n".join(lines[start:end]).strip()):
            return start
    return number


def _without_head(lines: list[str]) -> list[str]:
    first = next(number for number, line in enumerate(lines) if line.startswith(">"))
    return lines[first:]


def _before_signature(lines: list[str]) -> list[str]:
    return lines[: next((number for number, line in enumerate(lines) if line.rstrip() == "--"), len(lines))]


def _unmarked(line: str) -> str:
    while line.startswith(">"):
        line = line[1:].removeprefix(" ")
    return line
