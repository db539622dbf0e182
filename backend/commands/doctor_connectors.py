"""Whether this installation is registered at the providers as its settings say."""

from typing import Literal

from backend.commands.findings import Finding
from backend.connectors.credentials import push_address, registration
from backend.connectors.manifest import ConnectorSettings, Manifest
from backend.connectors.registry import SERVICES, Registry
from backend.errors import InvalidConfig, ReauthRequired, SourceError
from backend.oauth.client import OAuthClient
from backend.settings import Settings

_SUBJECT, _PUSHES = "connectors", "pushes"
#: No provider has given this out: how it is refused tells whether the client is known.
_NO_TOKEN = "biblios-doctor"  # noqa: S105 - none
_GOOGLE = ("gmail", "google_drive", "google_calendar")
_TESTING = (
    "An app that is in Testing at Google gets refresh tokens that end after 7 days: publish it, or make it internal, "
    "else people have to allow it again each week."
)


async def connectors(settings: Settings, registry: Registry = SERVICES) -> Finding:
    """Asks each provider for whom a client id is set. Tokens that people paste need no registration."""
    try:
        found = registry.read_settings(settings.connectors, settings.actions.registrations)
    except InvalidConfig as error:
        return Finding(_SUBJECT, "fail", error.message, error.hint or "See `.env.example`.")
    told, wrong, unknown, advice = [], [], [], []
    for manifest in registry:
        own, name = found[manifest.slug], _name_of(manifest)
        client, secret = manifest.variable("client_id"), manifest.variable("client_secret")
        if not own.client_id:
            continue
        if not own.has_client:
            wrong.append(name)
            advice.append(f"Set {secret}, or leave out {client}.")
            continue
        state = await _asked(manifest, own)
        told.append(f"{name}: {state}")
        if state == "refused":
            wrong.append(name)
            advice.append(f"{name} does not know this client: check {client} and {secret}.")
        elif state == "no answer":
            unknown.append(name)
            advice.append(f"Check that this machine reaches {own.token_url}.")
        elif manifest.type in _GOOGLE and _TESTING not in advice:
            advice.append(_TESTING)
    status: Literal["ok", "warn", "fail"] = "fail" if wrong else "warn" if unknown else "ok"
    return Finding(_SUBJECT, status, "; ".join(told) or "connected by tokens alone", " ".join(advice))


def pushes(settings: Settings, registry: Registry = SERVICES) -> Finding:
    """Who tells this server at once what is new, as far as its settings say. What is set halfway is to be mended."""
    try:
        found = registry.read_settings(settings.connectors, settings.actions.registrations)
    except InvalidConfig:
        return Finding(_PUSHES, "ok", "see connectors")
    if not push_address(settings.web.public_url, ""):
        return Finding(
            _PUSHES,
            "ok",
            "none: what is new is found at the next look, every interval",
            "Providers reach a server with https alone: set BIBLIOS_WEB_PUBLIC_URL, if you want them to.",
        )
    told, advice = [], []
    for manifest in registry:
        if manifest.push is None:
            continue
        gaps = manifest.push_gaps(found[manifest.slug])
        told.append(f"{manifest.name}: {'polling' if gaps else 'pushes'}")
        if 0 < len(gaps) < len(manifest.push_needs):
            advice.append(f"Set {' and '.join(gaps)} as well, or {manifest.name} pushes nothing.")
    return Finding(_PUSHES, "warn" if advice else "ok", "; ".join(told), " ".join(advice))


def _name_of(manifest: Manifest) -> str:
    """What is read from and what acts has a registration of its own each."""
    return f"{manifest.name} (to act with)" if manifest.purpose == "actions" else manifest.name


async def _asked(manifest: Manifest, settings: ConnectorSettings) -> str:
    """ "known", "refused" or "no answer"."""
    if manifest.consent is None:
        return "known"
    client = OAuthClient(registration(manifest, manifest.consent, settings))
    try:
        await client.refresh(settings.token_url, _NO_TOKEN)
    except ReauthRequired:  # it knows the client, and not the token
        return "known"
    except InvalidConfig:
        return "refused"
    except SourceError:
        return "no answer"
    return "known"
