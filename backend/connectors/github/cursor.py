"""How far GitHub was read: what is known of each repository, and where a listing goes on."""

from collections.abc import Iterable
from typing import Literal, Self

from pydantic import BaseModel, Field

from backend.connectors.github.models import Pulse, Repository
from backend.connectors.source_events import Cursor

#: A repository's items are named stream by stream, in this order. "comments": those that were edited since.
Stream = Literal["comments", "files", "issues", "discussions"]
STREAMS: tuple[Stream, ...] = ("comments", "files", "issues", "discussions")


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

    `complete`: nothing of the listing was left out so far; `readable`: some of it was given at all.
    """

    repositories: dict[int, Known] = Field(default_factory=dict)
    pending: list[int] = Field(default_factory=list)
    position: Position | None = None
    listing: Literal["no", "due", "under_way"] = "no"
    complete: bool = True
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
                "complete": True,
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

    def lacking(self) -> Self:
        """Something of the listing was left out."""
        return self.model_copy(update={"complete": False})

    def read(self) -> Self:
        return self if self.readable else self.model_copy(update={"readable": True})
