"""Who has an account at the emulated Google, Microsoft and GitHub, and how we are known there."""

import json

import httpx

from tests.support.accounts import AUTH
from tests.support.ports import free_port

#: The first user of each is a decoy: the emulators take any unknown token for theirs.
_DECOY = {"email": "nobody@fallback.example", "name": "UNKNOWN TOKEN"}
_WORK_TENANT = "0b7e2e1c-1111-4222-8333-444455556666"
KEYS: dict[str, object] = {"client_id": "biblios-client", "client_secret": "biblios-client-secret-of-some-length"}
#: Microsoft's, for all tenants.
DISCOVERY = "/common/v2.0/.well-known/openid-configuration"


def seed(url: str) -> dict[str, dict[str, object]]:
    """For `emulators`; `url` is where the server will be."""

    def client(name: str) -> dict[str, object]:
        return {**KEYS, "name": "BibliosAI", "redirect_uris": [f"{url}{AUTH}/oauth/{name}/callback"]}

    return {
        "google": {
            "port": free_port(),
            "users": [_DECOY, {"email": "gina@example.com", "name": "Gina Google"}],
            "oauth_clients": [client("google")],
        },
        "microsoft": {
            "port": free_port(),
            "users": [
                _DECOY,
                {"email": "mia@example.com", "name": "Mia Microsoft"},
                {"email": "worker@corp.example", "name": "Wanda Work", "tenant_id": _WORK_TENANT},
            ],
            "oauth_clients": [client("microsoft")],
        },
        "github": {
            "port": free_port(),
            "users": [{"login": "nobody", **_DECOY}, {"login": "gil", "name": "Gil Hub", "email": "gil@example.com"}],
            "oauth_apps": [client("github")],
        },
    }


def multi_tenant(microsoft: str) -> bytes:
    """Microsoft's real document for all tenants: the emulator's, with the placeholder that it lacks."""
    document = httpx.get(microsoft + DISCOVERY, timeout=60).raise_for_status().json()
    return json.dumps({**document, "issuer": f"{microsoft}/{{tenantid}}/v2.0"}).encode()
