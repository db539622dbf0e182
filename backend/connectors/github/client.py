"""The gateway to GitHub: names the calls that are made, and hands on small typed answers."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing
from datetime import datetime
from functools import partial
from typing import Any, Literal
from urllib.parse import parse_qsl, quote, urlencode

from backend.connectors.base import Account
from backend.connectors.github.auth import GitHubSettings
from backend.connectors.github.gathering import Gathering
from backend.connectors.github.graph import GraphQL
from backend.connectors.github.installation import Installation
from backend.connectors.github.models import (
    Blob,
    BlobKey,
    Page,
    Pulse,
    Repository,
    Row,
    Thread,
    ThreadKey,
    Tree,
    TreeEntry,
)
from backend.connectors.github.queries import MORE
from backend.connectors.github.wire import LABEL, answered_at, gateway, is_settled, next_page
from backend.connectors.http import Answer, no_answer, understood
from backend.connectors.manifest import Setup
from backend.errors import TransientFailure

_PAGE = 100
_REPOSITORIES_AT_ONCE, _BLOBS_AT_ONCE, _THREADS_AT_ONCE = 50, 50, 25
#: GitHub asks for few calls at a time (https://docs.github.com/rest/using-the-rest-api/best-practices-…, 2026-11).
_DOWNLOADS_AT_ONCE = 4
#: Of a conversation this many further pages are read; what is beyond is named in its text.
_MORE_PAGES = 40


class GitHubClient:
    """One account at GitHub. Errors of every call: as of `HttpGateway`."""

    def __init__(self, setup: Setup) -> None:
        if not isinstance(setup.settings, GitHubSettings):
            raise TypeError("settings of another connector")
        self._kind = setup.kind
        self._installation = (
            Installation(setup.credential, setup.settings, setup.calls, of_workspace=setup.mode == "workspace")
            if setup.kind == "service_account"
            else None
        )
        self._http = gateway(setup.settings, self._installation or setup.credential, setup.calls)
        self.graph = GraphQL(self._http, setup.settings.graphql_url)
        self._downloads = asyncio.Semaphore(_DOWNLOADS_AT_ONCE)
        self._blobs: Gathering[BlobKey, Blob | None] = Gathering(self.graph.blobs, at_most=_BLOBS_AT_ONCE)
        self._threads: Gathering[ThreadKey, Thread] = Gathering(self.graph.threads, at_most=_THREADS_AT_ONCE)

    async def close(self) -> None:
        await self._http.close()

    async def account(self) -> Account:
        if self._installation is not None:
            return await self._installation.account()
        found = await self._http.json("GET", "/user")
        with understood(LABEL):
            return Account(id=f"user:{found['id']}", name=str(found["login"]), address=found.get("email"))

    async def repositories(self) -> tuple[Repository, ...]:
        """Everything that the account was given, by id. Errors also: `TransientFailure` for a list that was cut."""
        if self._kind == "service_account":
            found = await self._listed("/installation/repositories", "repositories")
        elif self._kind == "token":
            found = await self._listed("/user/repos", None)
        else:  # what both the person and the App may open
            found = []
            for one in await self._listed("/user/installations", "installations"):
                with understood(LABEL):
                    installation = int(one["id"])
                found += await self._listed(f"/user/installations/{installation}/repositories", "repositories")
        with understood(LABEL):
            known = {one["id"]: Repository.of(one) for one in found if not one.get("disabled")}
            return tuple(known[id_] for id_ in sorted(known))

    async def pulses(self, repositories: Sequence[Repository], *, people: bool) -> dict[int, Pulse]:
        """By id."""
        found: dict[int, Pulse] = {}
        by_owner: dict[str, list[Repository]] = {}
        for repository in repositories:
            by_owner.setdefault(repository.owner, []).append(repository)
        for group in by_owner.values():

            async def ask(some: Sequence[Repository]) -> dict[Repository, Pulse | None]:
                told = await self.graph.pulses(some, people=people)
                return {one: told.get(one.id) for one in some}

            asked = await Gathering(ask, at_most=_REPOSITORIES_AT_ONCE).all(group)
            found |= {one.id: pulse for one, pulse in asked.items() if pulse is not None}
        return found

    async def collaborators(self, repository: Repository) -> frozenset[str]:
        """Addresses of whoever may open a repository, where GraphQL does not tell them."""
        people: list[str] = []
        params: dict[str, str] | None = {"per_page": str(_PAGE)}
        while params is not None:
            answer = await self._get(f"/repos/{_path(repository)}/collaborators", params)
            people += [str(one["node_id"]) for one in _all(answer.json()) if one.get("node_id")]
            params = next_page(answer.headers)
        known: frozenset[str] = frozenset()
        for start in range(0, len(people), _PAGE):
            known |= await self.graph.addresses(repository, people[start : start + _PAGE])
        return known

    async def tree(self, repository: Repository, sha: str, *, recursive: bool) -> Tree:
        """Errors also: `SourceRefused` with status 404 (no longer there) and 409 (an empty repository)."""
        path = f"/repos/{_path(repository)}/git/trees/{quote(sha)}"
        found = (await self._get(path, {"recursive": "1"} if recursive else {})).json()
        if not isinstance(found, dict):
            raise no_answer(LABEL)
        entries, whole = _understood(_entry, found.get("tree"))
        return Tree(entries, truncated=found.get("truncated") is not False, whole=whole)

    async def blob(self, key: BlobKey) -> Blob | None:
        return await self._blobs.get(key)

    async def blobs(self, keys: Sequence[BlobKey]) -> dict[BlobKey, Blob | None]:
        return await self._blobs.all(keys)

    async def raw(self, repository: Repository, sha: str) -> AsyncGenerator[bytes]:
        """A file as it is, in pieces."""
        path = f"/repos/{_path(repository)}/git/blobs/{quote(sha)}"
        headers = {"Accept": "application/vnd.github.raw+json"}
        async with self._downloads, aclosing(self._http.pieces(path, headers=headers)) as pieces:
            async for piece in pieces:
                yield piece

    async def issues(self, repository: Repository, at: str | None, *, since: str | None = None) -> Page[Row]:
        """Issues and pull requests, or these alone where issues are switched off.

        Args:
            at: the query of a page, as the page before gave it.
            since: only what has changed from then on, in the order of change; else everything in the order of creation.
        """
        sort = "updated" if since else "created"
        given = {"state": "all", "sort": sort, "direction": "asc", "per_page": str(_PAGE)}
        if since and repository.has_issues:
            given["since"] = since
        kind = "issues" if repository.has_issues else "pulls"
        if kind == "pulls" and since:
            given["direction"] = "desc"  # pull requests alone cannot be asked for by time
        params = dict(parse_qsl(at)) if at else given
        answer = await self._get(f"/repos/{_path(repository)}/{kind}", params)
        rows, whole = _understood(partial(_row, pulls=kind == "pulls", at=answered_at(answer.headers)), answer.json())
        following = next_page(answer.headers)
        if kind == "pulls" and since and any(row.updated_at < since for row in rows):
            rows, following = tuple(row for row in rows if row.updated_at >= since), None
        return Page(rows, urlencode(following) if following else None, whole)

    async def commented(
        self, repository: Repository, kind: Literal["issues", "pulls"], since: str
    ) -> AsyncGenerator[frozenset[int]]:
        """Numbers of the items whose comments (of pull requests: on lines) were written or edited since."""
        params: dict[str, str] | None = {
            "sort": "updated",
            "direction": "asc",
            "since": since,
            "per_page": str(_PAGE),
        }
        while params is not None:
            answer = await self._get(f"/repos/{_path(repository)}/{kind}/comments", params)
            addresses = [str(one.get("issue_url") or one.get("pull_request_url")) for one in _all(answer.json())]
            numbers = [address.rpartition("/")[2] for address in addresses]
            yield frozenset(int(number) for number in numbers if number.isdecimal())
            params = next_page(answer.headers)

    async def thread(self, key: ThreadKey) -> Thread:
        """An issue, pull request or discussion with everything that was said."""
        return await self._completed(key, await self._threads.get(key))

    async def threads(self, keys: Sequence[ThreadKey]) -> dict[ThreadKey, Thread]:
        found = await self._threads.all(keys)
        return {key: await self._completed(key, thread) for key, thread in found.items()}

    async def _completed(self, key: ThreadKey, thread: Thread) -> Thread:
        if thread.found is None or thread.partial:
            return thread
        for name in MORE:
            whole = thread.found.get(name)
            for _ in range(_MORE_PAGES):
                page = (whole or {}).get("pageInfo") or {}
                if whole is None or not page.get("hasNextPage"):
                    break
                more = await self.graph.more(key, name, str(page["endCursor"]))
                whole["nodes"] = [*(whole.get("nodes") or []), *(more.get("nodes") or [])]
                whole["pageInfo"] = more.get("pageInfo") or {}
        return thread

    async def _listed(self, path: str, name: str | None) -> list[dict[str, Any]]:
        """All pages of a list. Errors: `TransientFailure` when it holds less than it says."""
        found: list[dict[str, Any]] = []
        total: int | None = None
        params: dict[str, str] | None = {"per_page": str(_PAGE)}
        while params is not None:
            answer = await self._get(path, params)
            body = answer.json()
            if name is not None:
                with understood(LABEL):
                    total, body = int(body["total_count"]), body[name]
            found += _all(body)
            params = next_page(answer.headers)
        if total is not None and len(found) < total:
            raise TransientFailure("GitHub gave a list that is not complete. It is tried again by itself.")
        return found

    async def _get(self, path: str, params: dict[str, str]) -> Answer:
        return await self._http.answer("GET", path, params=params)


def _path(repository: Repository) -> str:
    return quote(repository.full_name)


def _row(found: dict[str, Any], *, pulls: bool, at: datetime | None) -> Row:
    return Row(
        number=int(found["number"]),
        updated_at=str(found["updated_at"]),
        settled=is_settled(str(found["updated_at"]), at),
        comments=None if pulls else found.get("comments"),
        is_pull=pulls or "pull_request" in found,
    )


def _entry(found: dict[str, Any]) -> TreeEntry:
    return TreeEntry(
        path=str(found["path"]),
        mode=str(found["mode"]),
        sha=str(found["sha"]),
        is_tree=found.get("type") == "tree",
        size_bytes=int(found.get("size") or 0),
    )


def _understood[T](read: Callable[[dict[str, Any]], T], found: object) -> tuple[tuple[T, ...], bool]:
    """What can be read of a list, and whether that is all of it."""
    read_of: list[T] = []
    whole = isinstance(found, list)
    for one in found if isinstance(found, list) else ():
        try:
            read_of.append(read(one))
        except (KeyError, TypeError, ValueError, AttributeError):
            whole = False
    return tuple(read_of), whole


def _all(found: object) -> list[dict[str, Any]]:
    """Errors: `TransientFailure` for what is no list of objects: what is left out would count as gone."""
    objects = [one for one in found if isinstance(one, dict)] if isinstance(found, list) else None
    if objects is None or not isinstance(found, list) or len(objects) < len(found):
        raise no_answer(LABEL)
    return objects
