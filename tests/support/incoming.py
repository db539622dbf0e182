"""A push as a connector is given it, without a server."""

from collections.abc import Mapping
from typing import Any

from joserfc.jwk import Key

from backend.connectors.manifest import Incoming

ADDRESS = "https://biblios.example/api/v1/connectors/some/events"


class NoKeys:
    """Of no provider."""

    async def key(self, url: str, key_id: str) -> Key | None:
        return None


def incoming(body: bytes, headers: Mapping[str, str], settings: Any, *, address: str = ADDRESS) -> Incoming:
    return Incoming(body, headers, settings, address, NoKeys())
