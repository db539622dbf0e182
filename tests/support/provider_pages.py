"""Pages of a provider's lists as they may come as well: empty ones in between, and items twice and in another order."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlencode

from starlette.types import ASGIApp, Message, Receive, Scope, Send

_GAP = "gap."


@dataclass(frozen=True, slots=True)
class Paging:
    """How a provider's lists are paged.

    `lists`: the names of lists by how the path of a call ends; an empty name: the answer is a list itself. `ask`: the
    parameter with a page's token. `tell`: where an answer has the next one's; empty: in its Link header. `more`: what
    else an answer says when there is a page behind it. `last`: what only the last page has.
    """

    lists: Mapping[str, str]
    ask: str
    tell: tuple[str, ...] = ()
    more: Mapping[str, Any] | None = None
    last: tuple[str, ...] = ()

    def list_of(self, path: str) -> str | None:
        return next((name for end, name in self.lists.items() if path.endswith(end)), None)

    def shuffled(self, path: str, found: Any) -> Any:
        """Each item twice, the last first."""
        name = self.list_of(path)
        if name == "" and isinstance(found, list):
            return [*reversed(found), *found]
        if name and isinstance(found, dict) and isinstance(found.get(name), list):
            return {**found, name: [*reversed(found[name]), *found[name]]}
        return found


@dataclass(slots=True)
class EmptyPages:
    """Before each page of a list comes an empty one, whose token leads to it."""

    app: ASGIApp
    paging: Paging

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        name = self.paging.list_of(scope["path"]) if scope["type"] == "http" else None
        if name is None:
            await self.app(scope, receive, send)
            return
        asked, told = b"", True
        while told:
            message = await receive()
            asked += message.get("body", b"")
            told = message.get("more_body", False)
        query, body = dict(parse_qsl(scope["query_string"].decode())), json.loads(asked) if asked else None
        given = body if isinstance(body, dict) else query
        token = str(given.get(self.paging.ask) or "")
        is_behind = token.startswith(_GAP)
        if is_behind:
            if original := token.removeprefix(_GAP):
                given[self.paging.ask] = original
            else:
                del given[self.paging.ask]
        sent = json.dumps(body).encode() if body is not None else asked
        headers = [(key, value) for key, value in scope["headers"] if key != b"content-length"]
        headers += [(b"content-length", str(len(sent)).encode())] if sent else []
        scope = {**scope, "query_string": urlencode(query).encode(), "headers": headers}
        messages: list[Message] = []

        async def ask() -> Message:
            return {"type": "http.request", "body": sent, "more_body": False}

        async def keep(message: Message) -> None:
            messages.append(message)

        await self.app(scope, ask, keep)
        start = next(message for message in messages if message["type"] == "http.response.start")
        answer = b"".join(message.get("body", b"") for message in messages if message["type"] == "http.response.body")
        if not is_behind and start["status"] == 200:
            start, answer = self._emptied(start, answer, name, query, token)
        await send(start)
        await send({"type": "http.response.body", "body": answer})

    def _emptied(
        self, start: Message, answer: bytes, name: str, query: Mapping[str, str], token: str
    ) -> tuple[Message, bytes]:
        found = json.loads(answer)
        kept = [(key, value) for key, value in start["headers"] if key.lower() not in (b"content-length", b"link")]
        if not name:
            found = []
        else:
            found = {key: value for key, value in found.items() if key not in self.paging.last}
            found |= {name: [], **(self.paging.more or {})}
        if self.paging.tell:
            *above, last = self.paging.tell
            at = found
            for one in above:
                at = at.setdefault(one, {})
            at[last] = _GAP + token
        else:
            following = urlencode({**query, self.paging.ask: _GAP + token})
            kept.append((b"link", f'<https://api.example.com/list?{following}>; rel="next"'.encode()))
        emptied = json.dumps(found).encode()
        return {**start, "headers": [*kept, (b"content-length", str(len(emptied)).encode())]}, emptied
