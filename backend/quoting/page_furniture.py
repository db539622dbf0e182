"""What surrounds the text of a page or a mail and says nothing: salutations, closings, page numbers, notices."""

import re
from collections import Counter
from collections.abc import Sequence

_MOST_WORDS = 9
#: A line that stands so often in the passages of one document runs through its pages.
_RUNS = 3
# "Dear parents and carers," greets; "hey pick up milk" says something.
_GREETED = 6
_BARELY_GREETED = 3
_WORD = re.compile(r"\w+")
_NUMBER = re.compile(r"\d{3}")
_MARKS = "*_#>`\"'“”»-–—=·• \t\r\n"
_SALUTATION = re.compile(
    r"(?:hi|hello|hey|dear|good (?:morning|afternoon|evening)|hallo|liebe[rs]?|sehr geehrte[rsn]?|guten (?:tag|morgen|"
    r"abend)|moin|servus|bonjour|bonsoir|cher|chère|chers|madame|hola|estimad[oa]s?|querid[oa]s?|buenos días)\b"
    r"[^:?;!]*!?",
    re.IGNORECASE,
)
_CLOSING = re.compile(
    r"(?:(?:with |many |very |best |kind |kindest |warm |warmest )*(?:regards|wishes)|"
    r"yours (?:sincerely|faithfully|truly)|sincerely|cheers|"
    r"(?:many )?thanks|thank you|love|mit \w+ grüßen|mfg|"
    r"(?:viele|liebe|beste|herzliche|schöne|freundliche) grüße|cordialement|bien à vous|(?:un )?saludos?|atentamente)"
    r"(?: in advance| again| and best wishes)?[,!.]?",
    re.IGNORECASE,
)
_PAGE = re.compile(
    r"(?:page|p\.|seite|s\.|página|pág\.)?\s*+[-–—]?\s*+\d{1,3}(?:\s*+(?:of|von|/|de|sur)\s*+\d{1,4})?\s*+[-–—]?",
    re.IGNORECASE,
)
_ENDS_WITH_PAGE = re.compile(
    r"(?:(?<=\s\s)|(?<=\t)|(?<=\|\s))(?:page|seite|página)\s+\d{1,4}$|"
    r"\b(?:page|seite|página)\s+\d{1,4}\s*+(?:of|von|/|de|sur)\s*+\d{1,4}$",
    re.IGNORECASE,
)
_NOTICE = re.compile(
    r"(?:strictly |streng )?(?:private (?:and|&) )?(?:confidential|vertraulich|confidentiel|confidencial)|"
    r"(?:for )?internal use only|nur für den internen gebrauch|all rights reserved\.?|alle rechte vorbehalten\.?|"
    r"(?:copyright|©|\(c\))[^.]*",
    re.IGNORECASE,
)
_SIGNED = re.compile(r"[^\W\d_a-zß-ÿ][^\W\d_]*\.?(?:\s+[^\W\d_a-zß-ÿ][^\W\d_]*\.?){0,2}")
_DISCLAIMER = re.compile(
    r"(?:this|the) (?:message|e-?mail|mail|transmission)\b.{0,80}\b(?:confidential|intended)|"
    r"diese (?:nachricht|e-?mail|mail)\b.{0,80}\b(?:vertraulich|bestimmt)|"
    r"(?:sent from|gesendet von|envoyé de|enviado desde) (?:my|meinem|mon|mi)\b",
    re.IGNORECASE,
)


def is_furniture(sentence: str, kind: str = "text") -> bool:
    """Whether a sentence as it was split only greets, ends a letter, counts pages or marks them as confidential.

    `kind`: the document's (`Kind`); in a mail a name alone is who signs it.
    """
    bare = sentence.strip(_MARKS)
    if _DISCLAIMER.match(bare) or (kind == "email" and _SIGNED.fullmatch(bare)):
        return True
    if len(_WORD.findall(bare)) > _MOST_WORDS:
        return False
    if _ENDS_WITH_PAGE.search(bare) and not bare.endswith("."):
        return True
    if _SALUTATION.fullmatch(bare):
        return len(_WORD.findall(bare)) <= (_GREETED if bare.endswith((",", "!")) else _BARELY_GREETED)
    first, _, signed = bare.partition("\n")
    if _CLOSING.fullmatch(first.strip()) and not _NUMBER.search(signed):
        return True  # with the name below; a telephone number there may be what is asked for
    return bool(_PAGE.fullmatch(bare) or _NOTICE.fullmatch(bare)) and "|" not in sentence


def repeated(lines: Sequence[tuple[str, str]]) -> frozenset[str]:
    """The texts, of (document, text), that run through the pages of their document."""
    counts = Counter(line for line in lines if _is_line(line[1]))
    return frozenset(text for (_, text), count in counts.items() if count >= _RUNS)


def _is_line(text: str) -> bool:
    return (
        len(_WORD.findall(text)) <= _MOST_WORDS
        and text[-1] not in ".!?;"
        and ":" not in text
        and not text.startswith(("-", "*", "#"))
    )
