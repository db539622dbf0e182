"""What GitHub tells, as far as it is used: small typed answers of the gateway."""

from dataclasses import dataclass, field
from typing import Any, Literal, Self

#: A repository's node id with the object id of a blob, and with the number of an issue, pull request or discussion.
type BlobKey = tuple[str, str]
type Kind = Literal["files", "issues", "pulls", "discussions"]
KINDS: frozenset[Kind] = frozenset({"files", "issues", "pulls", "discussions"})
type ThreadKey = tuple[str, Literal["issue", "discussion"], int]


@dataclass(frozen=True, slots=True)
class Repository:
    """`id` never changes; names, owners and branches do. `public`: whoever has an account there may open it."""

    id: int
    node_id: str
    full_name: str
    owner: str
    owned_by_organisation: bool
    url: str
    public: bool
    has_issues: bool
    has_discussions: bool

    @classmethod
    def of(cls, found: dict[str, Any]) -> Self:
        """Out of either version's shape. What does not say that it is public is not."""
        owner = found.get("owner") or {}
        return cls(
            id=int(found["id"]),
            node_id=str(found["node_id"]),
            full_name=str(found["full_name"]),
            owner=str(owner.get("login") or ""),
            owned_by_organisation=owner.get("type") == "Organization",
            url=str(found.get("html_url") or ""),
            public=found.get("private") is False and found.get("visibility", "public") == "public",
            has_issues=bool(found.get("has_issues", True)),
            has_discussions=bool(found.get("has_discussions", False)),
        )


@dataclass(frozen=True, slots=True)
class Collaborators:
    """`more`: where the list goes on. `people`: the addresses that GitHub tells, of however many there are."""

    people: frozenset[str]
    more: str | None = None


@dataclass(frozen=True, slots=True)
class Pulse:
    """What is newest in a repository, in one look. `collaborators` None: GitHub does not tell them this way.

    `newest` and `discussed` change when an issue, pull request or discussion does. `as_of` is GitHub's own time.
    `refused`: of what GitHub does not let anything be known; that nothing is said of it proves nothing.
    """

    branch: str | None = None
    tree: str | None = None
    newest: str = ""
    discussed: str = ""
    as_of: str | None = None
    collaborators: Collaborators | None = None
    refused: frozenset[Kind] = frozenset()


@dataclass(frozen=True, slots=True)
class TreeEntry:
    """`path` from the repository's root. `mode` as git has it; `size_bytes` of blobs."""

    path: str
    mode: str
    sha: str
    is_tree: bool
    size_bytes: int = 0


@dataclass(frozen=True, slots=True)
class Tree:
    entries: tuple[TreeEntry, ...]
    truncated: bool = False
    whole: bool = True


@dataclass(frozen=True, slots=True)
class Blob:
    """A file's content, if it is text that was given whole. `text` None: it is read by itself."""

    text: str | None
    is_binary: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """An issue, pull request or discussion as a listing names it. `comments`: how many, where it says so.

    `settled` False: it changed a moment ago, and may change again without another time.
    """

    number: int
    updated_at: str
    comments: int | None = None
    settled: bool = True
    is_pull: bool = False


@dataclass(frozen=True, slots=True)
class Page[T]:
    """`after`: where the next page is, None at the end. `whole` False: some of it could not be understood."""

    rows: tuple[T, ...]
    after: str | None = None
    whole: bool = True


@dataclass(frozen=True, slots=True)
class Thread:
    """An issue, pull request or discussion with everything that was said, as GraphQL has it.

    `found` None: it is gone, or out of reach. `partial`: GitHub left out some of it.
    """

    found: dict[str, Any] | None = field(default=None)
    partial: bool = False
