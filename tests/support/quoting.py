"""A composer for tests: quotes the one line of the passages that has most of the question's words."""

import re

from backend.rag.composing import Asked, Composed, Excerpt
from backend.text.terms import content_terms, terms

_LINE = re.compile(r"[^\n]+")


class BestLine:
    """None where no line has at least half of the question's words, and of those before what was carried over."""

    async def compose(self, asked: Asked) -> Composed | None:
        wanted, own = content_terms(asked.query), content_terms(asked.query.split(" (")[0])
        best: tuple[float, Excerpt] | None = None
        for source in asked.sources:
            hit = source.hit
            for line in _LINE.finditer(hit.text):
                stated = frozenset(terms(f"{hit.title} {line[0]}"))
                share = len(wanted & stated) / max(1, len(wanted))
                if share >= 0.5 and 2 * len(own & stated) >= len(own) and (best is None or share > best[0]):
                    best = share, Excerpt(hit, hit.start + line.start(), hit.start + line.end(), line[0])
        return Composed((best[1],)) if best else None
