"""How long a request's body may be. It is read before anybody is asked who they are, so strangers count too."""

from fastapi import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from backend.settings import MEBIBYTE

_PREFIX = "/api/v1/documents"
#: Everything but documents is a form or a question.
_MOST_BYTES = MEBIBYTE
_WITHOUT_BODY = frozenset({"GET", "HEAD", "OPTIONS"})


class BodyLimit:
    """Breaks off a body that is too long, announced or not: 413. Uploads of files are limited where they arrive."""

    def __init__(self, app: ASGIApp, *, documents_bytes: int) -> None:
        self._app = app
        self._documents_bytes = documents_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] in _WITHOUT_BODY or scope["path"] == _PREFIX:
            await self._app(scope, receive, send)
            return
        most = self._documents_bytes if scope["path"].startswith(f"{_PREFIX}/") else _MOST_BYTES
        taken = 0

        async def limited() -> Message:
            nonlocal taken
            message = await receive()
            taken += len(message.get("body", b""))
            if taken > most:
                raise HTTPException(413, f"This request is longer than {most // MEBIBYTE:,} MB. Send less at a time.")
            return message

        await self._app(scope, limited, send)
