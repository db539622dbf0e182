"""The port of sign-in providers, and what they say about a person."""

from dataclasses import dataclass
from typing import Protocol

from backend.errors import BibliosError
from backend.oauth.client import Challenge


class ProviderError(BibliosError):
    """A sign-in at a provider came to nothing.

    Codes: provider_denied (the person said no) · provider_refused (the code was expired, used or not for us) ·
    provider_unavailable · identity_invalid (what the provider said about the person cannot be trusted).
    """

    status = 400
    default_code = "provider_refused"


@dataclass(frozen=True, slots=True)
class Profile:
    """A person at a provider. `issuer` and `subject` together never change; the address may.

    `email_verified` only when the provider itself says that the mailbox is theirs.
    """

    issuer: str
    subject: str
    email: str | None
    email_verified: bool
    name: str


class Provider(Protocol):
    """Implementations: `oidc.OidcProvider`, `github.GitHubProvider`. Errors: `ProviderError`."""

    name: str
    label: str

    async def authorization_url(self, challenge: Challenge) -> str:
        """Where the browser is sent."""
        ...

    async def profile(self, code: str, challenge: Challenge) -> Profile:
        """Exchanges the code that came back, and says who it stands for."""
        ...


def unavailable(label: str) -> ProviderError:
    return ProviderError(
        f"{label} does not answer right now. Try again in a moment, or sign in another way.",
        code="provider_unavailable",
    )


def refused(label: str) -> ProviderError:
    return ProviderError(f"{label} did not accept the sign-in. Start again.", code="provider_refused")


def identity_invalid(label: str) -> ProviderError:
    return ProviderError(
        f"What {label} sent could not be verified, so nobody was signed in. Start again.", code="identity_invalid"
    )
