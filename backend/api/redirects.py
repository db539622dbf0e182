"""Where browsers are sent: to providers and back, and to pages of this server, never to another host."""

import re
from urllib.parse import urlencode, urlsplit

from fastapi import Request
from fastapi.responses import RedirectResponse

from backend.settings import Settings

#: A path of these pages: one slash, then nothing that a browser could read as another host.
_OWN_PATH = re.compile(r"/(?![/\\])[^\\\x00-\x20\x7f]*")


def own_path(path: str) -> str:
    """The path, or the start page for anything else."""
    return path if _OWN_PATH.fullmatch(path) else "/"


def to_page(path: str, **query: str) -> RedirectResponse:
    separator = "&" if urlsplit(path).query else "?"
    return RedirectResponse(f"{path.partition('#')[0]}{separator}{urlencode(query)}", status_code=303)


def callback_address(request: Request, settings: Settings, path: str) -> str:
    """Where a provider sends the browser back to; it must be registered there. `path` begins below ``/api/v1``."""
    base = settings.web.public_url.rstrip("/") or f"{request.url.scheme}://{request.url.netloc}"
    return f"{base}/api/v1{path}"
