"""The connectors of this server: a new one is one line here."""

from collections.abc import Iterable, Iterator, Mapping

from pydantic import SecretStr

from backend.connectors.github.connector import MANIFEST as GITHUB
from backend.connectors.gmail.connector import MANIFEST as GMAIL
from backend.connectors.google_drive.connector import MANIFEST as GOOGLE_DRIVE
from backend.connectors.manifest import ConnectorSettings, Manifest
from backend.connectors.notion.connector import MANIFEST as NOTION
from backend.connectors.slack.connector import MANIFEST as SLACK
from backend.errors import InvalidConfig, InvalidInput


class Registry:
    """Manifests by type, in the order in which they are offered."""

    def __init__(self, manifests: Iterable[Manifest]) -> None:
        self._by_type = {manifest.slug: manifest for manifest in manifests}

    def __iter__(self) -> Iterator[Manifest]:
        return iter(self._by_type.values())

    def get(self, type_: str) -> Manifest:
        """Errors: `InvalidInput` (unknown_connector)."""
        try:
            return self._by_type[type_]
        except KeyError:
            known = ", ".join(self._by_type) or "none"
            raise InvalidInput(f"There is no connector {type_!r}. Known: {known}.", code="unknown_connector") from None

    def find(self, type_: str) -> Manifest | None:
        """None for a connector that is not here any more; what it brought may still be."""
        return self._by_type.get(type_)

    def read_settings(self, given: Mapping[str, SecretStr]) -> dict[str, ConnectorSettings]:
        """Those of each connector, by type. Errors: `InvalidConfig`, also for a name that belongs to none."""
        for name in given:
            if not any(name.startswith(f"{type_}_") for type_ in self._by_type):
                raise InvalidConfig(f"BIBLIOS_CONNECTORS_{name.upper()} belongs to no connector.")
        return {type_: manifest.read_settings(given) for type_, manifest in self._by_type.items()}


CONNECTORS = Registry((GMAIL, SLACK, GOOGLE_DRIVE, NOTION, GITHUB))
