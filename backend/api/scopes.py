"""What an API key may call: the one place. A route that no rule names is closed to keys, so a new one starts closed.

A rule opens the route; what the route then gives is held to the scopes once more where it gives several things
(`may` in `api/export.py`). Rules are read from the top; the first that fits decides.
"""

import re

from backend.auth.models import Identity, Scope
from backend.errors import Forbidden

_READING = ("GET", "HEAD")
_WRITING = ("POST", "PUT", "PATCH", "DELETE")
_ANY = frozenset(Scope)

#: (methods, path below ``/api/v1`` as a pattern for its beginning, the scopes of which a key needs one).
_RULES: tuple[tuple[tuple[str, ...], str, frozenset[Scope]], ...] = (
    (_READING, r"/auth/me$", _ANY),
    (_READING, r"/(documents|search|demo)(/|$)", frozenset({Scope.read})),
    (_READING, r"/export$", frozenset({Scope.read, Scope.chat, Scope.actions})),  # each scope its own part
    (_WRITING, r"/(documents|demo)(/|$)", frozenset({Scope.ingest})),
    (_READING + _WRITING, r"/(conversations|messages|chat)(/|$)", frozenset({Scope.chat})),
    (("POST",), r"/actions/templates/[^/]+/preview$", frozenset({Scope.actions})),
    (_WRITING, r"/actions/templates(/|$)", frozenset()),  # the workspace's
    (_READING + _WRITING, r"/actions/policy(/|$)", frozenset()),  # an administrator's, at the pages
    (_READING + _WRITING, r"/actions(/|$)", frozenset({Scope.actions})),
    (_READING, r"/calendar(/|$)", frozenset({Scope.actions})),
)
_COMPILED = tuple((frozenset(methods), re.compile(pattern), needed) for methods, pattern, needed in _RULES)


def scopes_for(method: str, path: str) -> frozenset[Scope]:
    """The scopes that open a route, by its path template below ``/api/v1``; one is enough. Empty: keys are refused."""
    for methods, pattern, needed in _COMPILED:
        if method in methods and pattern.match(path):
            return needed
    return frozenset()


def may(identity: Identity, scope: Scope) -> bool:
    """Whether they may have what `scope` stands for. A person at the pages may."""
    return identity.scopes is None or scope in identity.scopes


def check_scope(identity: Identity, method: str, path: str) -> None:
    """Errors: `Forbidden`: key_not_allowed, or scope_missing with the scopes in its message."""
    if identity.scopes is None:
        return
    needed = scopes_for(method, path)
    if not needed:
        raise Forbidden(
            "API keys cannot do this. Sign in at the pages, or with an access token.", code="key_not_allowed"
        )
    if needed.isdisjoint(identity.scopes):
        names = " or ".join(f"'{scope}'" for scope in Scope if scope in needed)
        raise Forbidden(f"This API key lacks the scope {names}.", code="scope_missing")
