"""Who asks a stand-in of GitHub, and what they may: installations of an App, people, and their permissions."""

import itertools
import time
from dataclasses import dataclass, field
from functools import cache

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import RSAKey

from tests.support.consent_provider import ConsentProvider
from tests.support.github_state import PERMISSIONS, Repository, World

APP_ID = 314159
#: An assertion may last so long (https://docs.github.com/apps/creating-github-apps/authenticating-with-a-github-app).
_LONGEST_SECONDS = 600


@cache
def app_key() -> RSAKey:
    """The App's key, made once."""
    return RSAKey.generate_key(2048, auto_kid=False)


def private_pem() -> str:
    return app_key().as_pem(private=True).decode()


class Refused(Exception):
    """An answer that is an error, in GitHub's shape."""

    def __init__(self, status: int, message: str, documentation: str = "https://docs.github.com/rest") -> None:
        super().__init__(message)
        self.status = status
        self.body = {"message": message, "documentation_url": documentation, "status": str(status)}


@dataclass(slots=True)
class Installation:
    """`repositories`: ids; None: all of the account's."""

    id: int
    account: str
    repositories: set[int] | None = None
    permissions: frozenset[str] = PERMISSIONS
    suspended: bool = False


@dataclass(frozen=True, slots=True)
class Principal:
    """Whom a token stands for: an installation, a person, or a person through the App (both have to be allowed)."""

    world: World
    login: str = ""
    installations: tuple[Installation, ...] = ()
    permissions: frozenset[str] = PERMISSIONS
    is_installation: bool = False

    def sees(self, repository: Repository) -> bool:
        installed = any(
            repository.owner == one.account and (one.repositories is None or repository.id in one.repositories)
            for one in self.installations
        )
        if self.is_installation:
            return installed
        own = not repository.private or self.login in repository.collaborators
        return own and (installed or not self.installations)

    def repositories(self) -> list[Repository]:
        return [one for one in self.world.repositories.values() if self.sees(one)]

    def require(self, *permissions: str) -> None:
        """One of them is enough."""
        if not self.permissions & set(permissions):
            kind = "integration" if self.installations else "personal access token"
            raise Refused(403, f"Resource not accessible by {kind}")


@dataclass(slots=True)
class Tokens:
    """What `Authorization` may hold. Tokens of installations and those that people made are kept here."""

    world: World
    consents: ConsentProvider
    installations: dict[int, Installation] = field(default_factory=dict)
    _installed: dict[str, int] = field(default_factory=dict)
    _personal: dict[str, tuple[str, frozenset[str]]] = field(default_factory=dict)
    _numbers: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1))

    def install(self, account: str, *, permissions: frozenset[str] = PERMISSIONS) -> Installation:
        found = Installation(next(self._numbers) + 9_000, account, permissions=permissions)
        self.installations[found.id] = found
        return found

    def personal(self, login: str, *, permissions: frozenset[str] = PERMISSIONS) -> str:
        """A fine-grained token that somebody made in their settings."""
        token = f"github_pat_{next(self._numbers)}_{login}"
        self._personal[token] = (login, permissions)
        return token

    def issue(self, installation: Installation) -> str:
        token = f"ghs_{next(self._numbers)}_{installation.id}"
        self._installed[token] = installation.id
        return token

    def expire(self) -> None:
        """Tokens that end by themselves have."""
        self._installed.clear()
        self.consents.expire()

    def revoke_all(self) -> None:
        self.expire()
        self._personal.clear()
        self.installations.clear()
        self.consents.revoke_all()

    def principal(self, authorization: str | None) -> Principal:
        scheme, _, token = (authorization or "").partition(" ")
        if scheme.casefold() not in ("bearer", "token"):
            raise Refused(401, "Requires authentication")
        installation = self.installations.get(self._installed.get(token, 0))
        if installation is not None:
            return Principal(
                self.world,
                installations=(installation,),
                permissions=installation.permissions,
                is_installation=True,
            )
        if token in self._personal:
            login, permissions = self._personal[token]
            return Principal(self.world, login, permissions=permissions)
        if (granted := self.consents.access.get(token)) is not None:
            return Principal(self.world, granted.account, tuple(self.installations.values()))
        raise Refused(401, "Bad credentials")

    def installation(self, authorization: str | None, id_: int) -> Installation:
        """The one that an App asks about with its assertion."""
        _, _, assertion = (authorization or "").partition(" ")
        where = "https://docs.github.com/rest"
        try:
            claims = jwt.decode(assertion, app_key(), algorithms=["RS256"]).claims
        except (JoseError, ValueError):
            raise Refused(401, "A JSON web token could not be decoded", where) from None
        now = time.time()
        if claims.get("exp", 0) < now or claims.get("iat", now + 1) > now:
            raise Refused(401, "'Expiration time' claim ('exp') must be a numeric value in the future", where)
        if claims["exp"] - now > _LONGEST_SECONDS:
            raise Refused(401, "'Expiration time' claim ('exp') is too far in the future", where)
        if str(claims.get("iss")) != str(APP_ID):
            raise Refused(401, "'Issuer' claim ('iss') must be an Integer", where)
        found = self.installations.get(id_)
        if found is None:
            raise Refused(404, "Not Found")
        if found.suspended:
            raise Refused(403, "This installation has been suspended")
        return found
