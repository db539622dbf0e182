"""Leaves out what a mail only repeats of those before it in its conversation."""


def without_quotes(body: str, seen: set[str]) -> str:
    """The body without quoted lines at its end that all stand in earlier mails; its own lines are added to `seen`.

    What was quoted from elsewhere stays: it stands nowhere else in the document.
    """
    lines = body.split("\n")
    end = len(lines)
    while end and _is_repeated(lines[end - 1], seen):
        end -= 1
    if any(line.lstrip().startswith(">") for line in lines[end:]):
        # "On Monday Ada wrote:", in whatever language
        if end and lines[end - 1].rstrip().endswith(":"):
            end -= 1
        lines = lines[:end]
    seen.update(filter(None, map(_bare, lines)))
    return "\n".join(lines).strip()


def _is_repeated(line: str, seen: set[str]) -> bool:
    bare = _bare(line)
    return not bare or (line.lstrip().startswith(">") and bare in seen)


def _bare(line: str) -> str:
    return " ".join(line.lstrip("> \t").split())
