"""Pages as the parser can read them in one go: without tags, comments and sections that nothing closes."""

import re

#: What is text up to its own end: comments, and the tags in which no comment begins.
_RAW = re.compile(r"<!--|<(script|style|title|textarea)\b", re.IGNORECASE)
_TAG = re.compile(r"</?[a-z]|<[!?]", re.IGNORECASE)
#: To browsers a remark up to the next ``>``, which the parser looks for elsewhere, or fails at.
_MARKED_SECTION = re.compile(r"<!\[[^>]*+>")
_RAW_ENDS = {
    "": re.compile(r"--!?>"),
    "script": re.compile(r"</script", re.IGNORECASE),
    "style": re.compile(r"</style", re.IGNORECASE),
    "title": re.compile(r"</title", re.IGNORECASE),
    "textarea": re.compile(r"</textarea", re.IGNORECASE),
}


def repaired(page: str) -> str:
    """A page without a comment or a tag that nothing closes: it hides the rest, and each in it would be tried anew."""
    if (found := _TAG.search(page, page.rfind(">") + 1)) is not None:
        page = page[: found.start()]
    page = _MARKED_SECTION.sub("", page)
    at = 0
    while (found := _RAW.search(page, at)) is not None:
        tag = (found[1] or "").lower()
        ends = _RAW_ENDS[tag].search(page, found.end() if tag else found.start() + 2)
        if ends is None:
            return page if tag else page[: found.start()]
        at = ends.end()
    return page
