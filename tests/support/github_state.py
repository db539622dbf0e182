"""What a GitHub holds: people, repositories with git objects, issues, pull requests, discussions."""

import hashlib
import itertools
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Literal

PERMISSIONS = frozenset({"metadata", "contents", "issues", "pull_requests", "discussions"})


@dataclass(slots=True)
class Account:
    """A person or an organisation. `email`: as it is public; `verified`: at a domain that its organisation proved."""

    id: int
    login: str
    email: str = ""
    verified: tuple[str, ...] = ()
    is_organisation: bool = False

    @property
    def node_id(self) -> str:
        return f"U_kgDO{self.id:06d}"


@dataclass(slots=True)
class Comment:
    id: int
    author: str
    body: str
    created_at: datetime
    updated_at: datetime
    is_minimized: str | None = None
    is_answer: bool = False
    replies: list["Comment"] = field(default_factory=list)


@dataclass(slots=True)
class Review:
    """`comments`: of lines, by path."""

    author: str
    state: Literal["APPROVED", "CHANGES_REQUESTED", "COMMENTED", "DISMISSED", "PENDING"]
    body: str
    submitted_at: datetime
    comments: list[tuple[str, int, Comment]] = field(default_factory=list)


@dataclass(slots=True)
class Item:
    """An issue, a pull request or a discussion."""

    number: int
    kind: Literal["issue", "pull", "discussion"]
    author: str
    title: str
    body: str
    created_at: datetime
    updated_at: datetime
    state: str = "open"
    labels: list[str] = field(default_factory=list)
    assignees: list[str] = field(default_factory=list)
    milestone: str | None = None
    comments: list[Comment] = field(default_factory=list)
    reviews: list[Review] = field(default_factory=list)
    malformed: bool = False


@dataclass(frozen=True, slots=True)
class File:
    """`mode` as git has it; a submodule (160000) holds a commit's id."""

    data: bytes
    mode: str = "100644"


def _git(kind: str, data: bytes) -> str:
    return hashlib.sha1(b"%s %d\0" % (kind.encode(), len(data)) + data, usedforsecurity=False).hexdigest()


type Entry = tuple[str, str, str]


@dataclass(slots=True)
class Repository:
    """`blobs` and `trees` (name, mode, id) are git's objects by id. `moments` gives the time of a write."""

    id: int
    owner: str
    name: str
    world: "World"
    private: bool = True
    branch: str = "main"
    collaborators: set[str] = field(default_factory=set)
    has_issues: bool = True
    has_discussions: bool = True
    files: dict[str, File] = field(default_factory=dict)
    items: dict[int, Item] = field(default_factory=dict)
    blobs: dict[str, bytes] = field(default_factory=dict)
    trees: dict[str, list[Entry]] = field(default_factory=dict)
    lost: set[str] = field(default_factory=set)
    head: str | None = None
    _numbers: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1))

    @property
    def full_name(self) -> str:
        return f"{self.owner}/{self.name}"

    @property
    def node_id(self) -> str:
        return f"R_kgDO{self.id:08d}"

    def put(self, **files: bytes | str | File) -> None:
        self.commit({path: _file(data) for path, data in files.items()})

    def commit(self, files: dict[str, File | None]) -> None:
        """Writes and (None) deletes files; the branch is at the new commit then."""
        for path, file in files.items():
            if file is None:
                del self.files[path]
            else:
                self.files[path] = file
                self.blobs[_git("blob", file.data)] = file.data
        self.head = self._tree(self.files)

    def forget_history(self) -> None:
        """Objects that the branch does not reach are gone, as after a push by force."""
        self.trees.clear()
        self.blobs.clear()
        self.commit(dict(self.files))

    def _tree(self, files: dict[str, File]) -> str:
        entries: dict[str, Entry] = {}
        folders: dict[str, dict[str, File]] = {}
        for path, file in files.items():
            name, _, below = path.partition("/")
            if below:
                folders.setdefault(name, {})[below] = file
            else:
                sha = file.data.decode() if file.mode == "160000" else _git("blob", file.data)
                entries[name] = (name, file.mode, sha)
        for name, inside in folders.items():
            entries[name] = (name, "040000", self._tree(inside))
        listed = [entries[name] for name in sorted(entries)]
        sha = _git("tree", repr(listed).encode())
        self.trees[sha] = listed
        return sha

    def open(
        self,
        kind: Literal["issue", "pull", "discussion"],
        title: str,
        body: str = "",
        *,
        author: str = "octocat",
        number: int | None = None,
    ) -> Item:
        now = self.world.now()
        item = Item(number or next(self._numbers), kind, author, title, body, now, now)
        self.items[item.number] = item
        return item

    def comment(self, item: Item, body: str, *, author: str = "octocat") -> Comment:
        now = self.world.now()
        comment = Comment(self.world.number(), author, body, now, now)
        item.comments.append(comment)
        item.updated_at = now
        return comment

    def edit(self, item: Item, *, body: str | None = None, title: str | None = None, state: str | None = None) -> None:
        item.body = item.body if body is None else body
        item.title = item.title if title is None else title
        item.state = item.state if state is None else state
        item.updated_at = self.world.now()

    def edit_comment(self, comment: Comment, body: str) -> None:
        """The comment says when, and its issue does not."""
        comment.body, comment.updated_at = body, self.world.now()

    def review(
        self,
        item: Item,
        state: Literal["APPROVED", "CHANGES_REQUESTED", "COMMENTED", "DISMISSED", "PENDING"],
        body: str = "",
        *lines: tuple[str, int, str],
        author: str = "hubot",
    ) -> Review:
        now = self.world.now()
        comments = [(path, at, Comment(self.world.number(), author, said, now, now)) for path, at, said in lines]
        review = Review(author, state, body, now, comments)
        item.reviews.append(review)
        if state != "PENDING":
            item.updated_at = now
        return review


@dataclass(slots=True)
class World:
    """Everything there is. `ago`: how long before now writes happen. `accounts` by login, `repositories` by id."""

    ago: timedelta = timedelta()
    accounts: dict[str, Account] = field(default_factory=dict)
    repositories: dict[int, Repository] = field(default_factory=dict)
    _numbers: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1_000))

    def now(self) -> datetime:
        """GitHub's times are whole seconds."""
        return (datetime.now(UTC) - self.ago).replace(microsecond=0)

    def number(self) -> int:
        return next(self._numbers)

    def account(self, login: str, email: str = "", *verified: str, is_organisation: bool = False) -> Account:
        account = Account(self.number(), login, email, verified, is_organisation)
        self.accounts[login] = account
        return account

    def repository(self, full_name: str, *collaborators: str, private: bool = True) -> Repository:
        owner, _, name = full_name.partition("/")
        repository = Repository(self.number(), owner, name, self, private, collaborators=set(collaborators))
        self.repositories[repository.id] = repository
        return repository

    def clear(self) -> None:
        self.accounts.clear()
        self.repositories.clear()


def _file(data: bytes | str | File) -> File:
    return data if isinstance(data, File) else File(data.encode() if isinstance(data, str) else data)
