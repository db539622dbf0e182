"""Serves the built pages: hashed assets for ever, `index.html` for every path that the application routes itself.

A folder with an `index.html` of its own, such as `docs`, is a page of its own.

The build leaves `.br` and `.gz` beside each text asset, so nothing is compressed at run time.
"""

import mimetypes
from pathlib import Path

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, Response

_ENCODINGS = (("br", ".br"), ("gzip", ".gz"))
_NOT_BUILT = """<!doctype html><html lang="en"><meta charset="utf-8"><title>BibliosAI</title>
<body style="font-family:system-ui;max-width:40rem;margin:4rem auto;line-height:1.6">
<h1>The pages are not built yet</h1><p>The API is running. Run <code>make run</code>, which builds the pages, or
<code>make build</code> once.</p></body></html>"""


class WebPages:
    """One route handler for everything outside the API."""

    def __init__(self, static_dir: Path) -> None:
        self._root = static_dir.resolve()

    async def __call__(self, request: Request) -> Response:
        path = request.path_params["path"]
        if path.startswith("api/"):
            raise HTTPException(404, "There is nothing at this address.")
        if file := self._found(path):
            cache = "public, max-age=31536000, immutable" if path.startswith("assets/") else "no-cache"
            return self._file(request, file, cache)
        if path.startswith("assets/"):
            raise HTTPException(404, "There is nothing at this address.")
        index = self._root / "index.html"
        if not index.is_file():
            return HTMLResponse(_NOT_BUILT, status_code=503)
        return self._file(request, index, "no-cache")

    def _found(self, path: str) -> Path | None:
        """The built file that an address names."""
        try:
            file = (self._root / path).resolve()
            if not path or not file.is_relative_to(self._root):
                return None
            if file.is_dir():
                file /= "index.html"
            return file if file.suffix not in (".br", ".gz") and file.is_file() else None
        except (OSError, ValueError):  # what is too long for a name of a file, or holds a NUL, names none
            return None

    @staticmethod
    def _file(request: Request, file: Path, cache_control: str) -> Response:
        media_type = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
        headers = {"Cache-Control": cache_control, "Vary": "Accept-Encoding"}
        accepted = request.headers.get("accept-encoding", "")
        for encoding, suffix in _ENCODINGS:
            packed = file.with_name(file.name + suffix)
            if encoding in accepted and packed.is_file():
                return FileResponse(packed, media_type=media_type, headers={**headers, "Content-Encoding": encoding})
        return FileResponse(file, media_type=media_type, headers=headers)
