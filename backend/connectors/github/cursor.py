"""How far GitHub was read: what is known of each repository, and where a listing goes on."""

from collections.abc import Iterable
from typing import ClassVar, Literal, Self

from pydantic import BaseModel, Field

from backend.connectors.github.models import Pulse, Repository
from backend.connectors.source_events import Cursor

#: A repository's items are named stream by stream, in this order. "comments": those that were edited since.
Stream = Literal["comments", "files", "issues", "discussions"]
STREAMS: tuple[Stream, ...] = ("comments", "files", "issues", "discussions")
#: What GitHub calls the permission that each needs.
NAMES: dict[Stream, str] = {
    "comments": "Issues, Pull requests",
    "files": "Contents",
    "issues": "Issues, Pull requests",
    "discussions": "Discussions",
}
#: How the ids of the items of each begin.
_HELD: dict[Stream, tuple[str, ...]] = {
    "comments": (),
    "files": ("file",),
    "issues": ("issue", "pull"),
    "discussions": ("discussion",),
}


class Known(BaseModel):
    """A repository as it was when it was last looked at. `tree`: the files that are here; `since`: GitHub's time."""

    name: str
    public: bool
    branch: str | None = None
    tree: str | None = None
    newest: str = ""
    discussed: str = ""
    since: str | None = None

    @classmethod
    def of(cls, repository: Repository, pulse: Pulse) -> Self:
        return cls(
            name=repository.full_name,
            public=repository.public,
            branch=pulse.branch,
            tree=pulse.tree,
            newest=pulse.newest,
            discussed=pulse.discussed,
            since=pulse.as_of,
        )

    def same_place(self, other: Self) -> bool:
        """Whether links and access lists of its items are what they were. An empty one has no branch yet."""
        branches = {self.branch, other.branch} - {None}
        return (self.name, self.public) == (other.name, other.public) and len(branches) < 2


class Position(BaseModel):
    """Within the first repository of `pending`. `at`: after which path, or at which page; None: the beginning."""

    stream: Stream
    at: str | None = None


class GitHubCursor(Cursor):
    """`pending` are repositories whose items are all named next; in a listing ("under_way") all of them are.

    `spared`: how the external ids begin of what the listing could not look at; `readable`: some was given at all.
    """

    VERSION: ClassVar[int] = 2

    repositories: dict[int, Known] = Field(default_factory=dict)
    pending: list[int] = Field(default_factory=list)
    position: Position | None = None
    listing: Literal["no", "due", "under_way"] = "no"
    spared: list[str] = Field(default_factory=list)
    readable: bool = False

    def relisted(self) -> Self | None:
        return self.model_copy(update={"listing": "due"}) if self.listing == "no" else None

    def begun(self, ids: Iterable[int]) -> Self:
        """A listing of these repositories; of others nothing is known any more."""
        pending = sorted(ids)
        kept = {id_: known for id_, known in self.repositories.items() if id_ in set(pending)}
        return self.model_copy(
            update={
                "repositories": kept,
                "pending": pending,
                "position": None,
                "listing": "under_way",
                "spared": [],
                "readable": False,
            }
        )

    def ended(self) -> Self:
        return self.model_copy(update={"listing": "no", "position": None})

    def put(self, id_: int, known: Known) -> Self:
        return self.model_copy(update={"repositories": {**self.repositories, id_: known}})

    def at(self, position: Position) -> Self:
        return self.model_copy(update={"position": position})

    def past_first(self) -> Self:
        return self.model_copy(update={"pending": self.pending[1:], "position": None})

    def spare(self, id_: int, stream: Stream) -> Self:
        """What is known of a repository's stream is not gone by being absent from the listing that is under way."""
        return self.model_copy(update={"spared": [*self.spared, *(f"{kind}:{id_}:" for kind in _HELD[stream])]})

    def allowed(self) -> list[Stream]:
        """Streams of which the listing could look at everything."""
        return [stream for stream in STREAMS if not any(one.startswith(_HELD[stream]) for one in self.spared)]

    def read(self) -> Self:
        return self if self.readable else self.model_copy(update={"readable": True})
