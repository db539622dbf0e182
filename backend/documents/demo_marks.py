"""How the documents of the demo library are told from a person's own.

They come from source systems of their own, which no connector and no upload names, so a source is enough: it stands in
both indexes, and what was loaded by an earlier release is known by it too.
"""

from collections.abc import Set as AbstractSet
from typing import Any

#: Stands for all sources of the demo where sources are named: in filters, in scopes, in lists.
DEMO = "demo"
DEMO_SOURCES = frozenset({"wiki", "files", "mail", "tickets", "chat"})
EXTERNAL_PREFIX = "demo/"
_AFTER_PREFIX = "demo0"  # the slash's successor: what begins with the prefix lies before it


def with_demo(sources: AbstractSet[str]) -> frozenset[str]:
    """The sources that are meant, with those of the demo in place of its name."""
    return frozenset(sources - {DEMO} | DEMO_SOURCES if DEMO in sources else sources)


def is_demo(source: str, external_id: str) -> bool:
    return source in DEMO_SOURCES and external_id.startswith(EXTERNAL_PREFIX)


def demo_clause() -> dict[str, Any]:
    """`is_demo` as a database filter."""
    return {
        "source": {"$in": sorted(DEMO_SOURCES)},
        "external_id": {"$gte": EXTERNAL_PREFIX, "$lt": _AFTER_PREFIX},
    }
