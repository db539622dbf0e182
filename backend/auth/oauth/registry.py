"""The providers that are offered: those with credentials in the settings. A new one is a line here."""

from collections.abc import Iterator

from backend.auth.oauth.base import Provider
from backend.auth.oauth.github import GitHubProvider
from backend.auth.oauth.google import GoogleProvider
from backend.auth.oauth.microsoft import MicrosoftProvider
from backend.auth.oauth.oidc import OidcProvider
from backend.settings import Settings


def configured_providers(settings: Settings) -> dict[str, Provider]:
    """By name, in the order in which the pages show them."""
    return {provider.name: provider for provider in _configured(settings)}


def _configured(settings: Settings) -> Iterator[Provider]:
    if settings.google.configured:
        yield GoogleProvider(settings.google)
    if settings.microsoft.configured:
        yield MicrosoftProvider(settings.microsoft)
    if settings.github.configured:
        yield GitHubProvider(settings.github)
    if settings.oidc.configured:
        yield OidcProvider("oidc", settings.oidc.label, settings.oidc)
