"""What an API key may call: the one place. A route that no rule names is closed to keys, so a new one starts closed.

Rules are read from the top; the first that fits decides.
"""

import re
from typing import Literal

from backend.auth.models import Identity, Scope
from backend.errors import Forbidden

type Needed = Scope | Literal["any"] | None

_READING = ("GET", "HEAD")
_WRITING = ("POST", "PUT", "PATCH", "DELETE")

#: (methods, path below ``/api/v1`` as a pattern for its beginning, what a key needs); None closes it to keys.
_RULES: tuple[tuple[tuple[str, ...], str, Needed], ...] = (
    (_READING, r"/auth/me$", "any"),
    (_READING, r"/(documents|search|demo)\b", Scope.read),
    (_READING, r"/export$", Scope.read),
    (_WRITING, r"/(documents|demo)\b", Scope.ingest),
    (_READING + _WRITING, r"/(conversations|messages|chat)\b", Scope.chat),
    (_READING + _WRITING, r"/actions\b", Scope.actions),
)
_COMPILED = tuple((frozenset(methods), re.compile(pattern), needed) for methods, pattern, needed in _RULES)


def needed_scope(method: str, path: str) -> Needed:
    """What a key needs for a route, by its path template below ``/api/v1``; None: keys are refused."""
    for methods, pattern, needed in _COMPILED:
        if method in methods and pattern.match(path):
            return needed
    return None


def check_scope(identity: Identity, method: str, path: str) -> None:
    """Errors: `Forbidden`: key_not_allowed, or scope_missing with the scope in its message."""
    if identity.scopes is None:
        return
    needed = needed_scope(method, path)
    if needed is None:
        raise Forbidden(
            "API keys cannot do this. Sign in at the pages, or with an access token.", code="key_not_allowed"
        )
    if needed != "any" and needed not in identity.scopes:
        raise Forbidden(f"This API key lacks the scope '{needed}'.", code="scope_missing")
