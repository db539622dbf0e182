"""Issues, pull requests and discussions as texts, with a section for whatever somebody said. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from backend.connectors.github.models import Repository, Row
from backend.documents.incoming import TextItem
from backend.documents.models import Kind, Person, Section
from backend.ids import new_id

type ThreadKind = Literal["issue", "pull", "discussion"]

_NAMES: dict[str, ThreadKind] = {"Issue": "issue", "PullRequest": "pull", "Discussion": "discussion"}
_LABELS: dict[ThreadKind, tuple[str, str]] = {
    "issue": ("Issue", "Issues"),
    "pull": ("Pull request", "Pull requests"),
    "discussion": ("Discussion", "Discussions"),
}
_REVIEWED = {
    "APPROVED": "approved",
    "CHANGES_REQUESTED": "asked for changes",
    "COMMENTED": "reviewed",
    "DISMISSED": "reviewed (dismissed)",
}
#: Comments that a maintainer hid for one of these are no words of the conversation.
_HIDDEN_FOR = frozenset({"spam", "abuse"})
#: GitHub's own name for whoever deleted their account.
_GHOST = "ghost"


def thread_id(kind: ThreadKind, repository: Repository, number: int) -> str:
    """Repository id and number never change; owner, name and title do."""
    return f"{kind}:{repository.id}:{number}"


def thread_revision(row: Row, repository: Repository) -> str:
    """Changes with the item, with the number of its comments (one that was deleted may leave no other trace), and with
    the name that its address holds. While another change could have the same time it is good for one look alone.
    """
    comments = "-" if row.comments is None else row.comments
    return f"{row.updated_at}{'' if row.settled else f'?{new_id()}'} {comments} {repository.full_name}"


def kind_of(found: dict[str, Any]) -> ThreadKind | None:
    return _NAMES.get(str(found.get("__typename")))


def row_of(found: dict[str, Any], repository: Repository) -> Row:
    """The row that a listing would name the item with."""
    answers = found.get("comments") or found.get("answers") or {}
    listed_with_comments = repository.has_issues or "answers" in found
    return Row(
        int(found["number"]), str(found["updatedAt"]), answers.get("totalCount") if listed_with_comments else None
    )


def thread_item(found: dict[str, Any], repository: Repository) -> TextItem:
    """Errors: `KeyError`, `TypeError`, `ValueError` for what cannot be understood."""
    kind = _NAMES[str(found["__typename"])]
    number, title = int(found["number"]), str(found["title"]).strip()
    one, many = _LABELS[kind]
    labels = _names(found.get("labels"), "name")
    state = _state(found, kind)
    talk = _Talk()
    facts = [f"{one} #{number}", state, _category(found), _branches(found)]
    about = [_listed("Labels", labels), _listed("Assigned to", _names(found.get("assignees"), "login"))]
    about.append(_listed("Milestone", [str((found.get("milestone") or {}).get("title") or "")]))
    talk.plain(". ".join(part for part in [", ".join(filter(None, facts)), *filter(None, about)]) + ".")
    talk.said(found, role="author")
    for comment in _nodes(found.get("comments")):
        talk.said(comment)
    for review in _nodes(found.get("reviews")):
        talk.review(review)
    for thread in _nodes(found.get("reviewThreads")):
        talk.thread(thread)
    for answer in _nodes(found.get("answers")):
        talk.said(answer, note="answer" if answer.get("isAnswer") else "")
        replies = answer.get("replies") or {}
        for reply in _nodes(replies):
            talk.said(reply, level=2)
        talk.missing(replies)
    for name in ("comments", "answers"):
        talk.missing(found.get(name) or {})
    talk.assigned(_names(found.get("assignees"), "login"))
    return TextItem(
        external_id=thread_id(kind, repository, number),
        title=f"{title or one} #{number}",
        text=talk.text,
        url=str(found["url"]) if found.get("url") else None,
        author=_login(found),
        modified_at=_time(found.get("updatedAt")),
        tags=tuple(dict.fromkeys(filter(None, [state, *labels]))),
        kind=Kind.message if kind == "discussion" else Kind.ticket,
        path=f"{repository.full_name}/{many}",
        sections=tuple(talk.sections),
        people=tuple(talk.people),
        revision=thread_revision(row_of(found, repository), repository),
    )


@dataclass(slots=True)
class _Talk:
    """A text that grows by what somebody said, with who it was."""

    text: str = ""
    sections: list[Section] = field(default_factory=list)
    people: list[Person] = field(default_factory=list)

    def plain(self, words: str) -> None:
        self.text += f"{words}\n"

    def said(self, found: dict[str, Any], *, role: str = "commenter", note: str = "", level: int = 1) -> None:
        if _is_hidden(found):
            return
        self._section(_heading(_login(found), note, found.get("createdAt")), _body(found), level)
        self._person(role, _login(found))

    def review(self, found: dict[str, Any]) -> None:
        state = str(found.get("state"))
        if state not in _REVIEWED:  # pending, or something that is not known yet
            return
        self._person("reviewer", _login(found))
        body = _body(found)
        if body or state != "COMMENTED":  # one without words only holds comments on lines
            self._section(_heading(_login(found), _REVIEWED[state], found.get("submittedAt")), body, 1)

    def thread(self, found: dict[str, Any]) -> None:
        line = found.get("line")
        place = f"on {found.get('path')}" + (f", line {line}" if line else "")
        comments = found.get("comments") or {}
        for comment in _nodes(comments):
            if comment.get("state") != "PENDING":
                self.said(comment, role="reviewer", note=place, level=2)
        self.missing(comments)

    def missing(self, connection: dict[str, Any]) -> None:
        """A mark where there is more than was read."""
        left = int(connection.get("totalCount") or 0) - len(_nodes(connection))
        if left > 0:
            self.plain(f"\n[{left} more at GitHub]")

    def assigned(self, logins: list[str]) -> None:
        for login in logins:
            self._person("assignee", login)

    def _section(self, heading: str, body: str, level: int) -> None:
        self.text += "\n"
        start = len(self.text)
        self.text += f"{heading}\n{body}\n"
        self.sections.append(Section(start, len(self.text), heading, level=level))

    def _person(self, role: str, login: str) -> None:
        person = Person(role=role, name=login)
        if login != _GHOST and person not in self.people:
            self.people.append(person)


def _is_hidden(found: dict[str, Any]) -> bool:
    return bool(found.get("isMinimized")) and str(found.get("minimizedReason")).casefold() in _HIDDEN_FOR


def _heading(login: str, note: str, at: object) -> str:
    moment = _time(at)
    return ", ".join(filter(None, [login, note, f"{moment:%Y-%m-%d %H:%M}" if moment else ""]))


def _state(found: dict[str, Any], kind: ThreadKind) -> str:
    return str(found.get("issueState" if kind == "issue" else "pullState") or "").casefold()


def _category(found: dict[str, Any]) -> str:
    return str((found.get("category") or {}).get("name") or "")


def _branches(found: dict[str, Any]) -> str:
    base, head = found.get("baseRefName"), found.get("headRefName")
    return f"from {head} into {base}" if base and head else ""


def _listed(what: str, names: list[str]) -> str:
    names = [name for name in names if name]
    return f"{what}: {', '.join(names)}" if names else ""


def _login(found: dict[str, Any]) -> str:
    return str((found.get("author") or {}).get("login") or _GHOST)


def _body(found: dict[str, Any]) -> str:
    return str(found.get("body") or "").replace("\r\n", "\n").strip()


def _names(connection: object, key: str) -> list[str]:
    return [str(node[key]) for node in _nodes(connection) if node.get(key)]


def _nodes(connection: object) -> list[dict[str, Any]]:
    return list(_dicts(connection.get("nodes"))) if isinstance(connection, dict) else []


def _dicts(found: object) -> Iterator[dict[str, Any]]:
    yield from (one for one in found if isinstance(one, dict)) if isinstance(found, list) else ()


def _time(value: object) -> datetime | None:
    try:
        return datetime.fromisoformat(str(value))
    except ValueError:
        return None
