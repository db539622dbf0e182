"""The connectors of this server: a new one is one line here."""

from collections.abc import Iterable, Iterator, Mapping

from pydantic import SecretStr

from backend.connectors.acting.gmail import MANIFEST as GMAIL_TO_SEND
from backend.connectors.acting.google_calendar import MANIFEST as GOOGLE_CALENDAR
from backend.connectors.acting.slack import MANIFEST as SLACK_TO_POST
from backend.connectors.github.connector import MANIFEST as GITHUB
from backend.connectors.gmail.connector import MANIFEST as GMAIL
from backend.connectors.google_drive.connector import MANIFEST as GOOGLE_DRIVE
from backend.connectors.manifest import ConnectorSettings, Manifest, Purpose
from backend.connectors.notion.connector import MANIFEST as NOTION
from backend.connectors.slack.connector import MANIFEST as SLACK
from backend.errors import InvalidConfig, InvalidInput


class Registry:
    """Manifests by slug, in the order in which they are offered."""

    def __init__(self, manifests: Iterable[Manifest]) -> None:
        self._by_slug = {manifest.slug: manifest for manifest in manifests}

    def __iter__(self) -> Iterator[Manifest]:
        return iter(self._by_slug.values())

    def get(self, slug: str) -> Manifest:
        """Errors: `InvalidInput` (unknown_connector)."""
        try:
            return self._by_slug[slug]
        except KeyError:
            raise InvalidInput("This connector is not here any more.", code="unknown_connector") from None

    def find(self, slug: str) -> Manifest | None:
        """None for a connector that is not here any more; what it brought may still be."""
        return self._by_slug.get(slug)

    def offered(self, type_: str, purpose: Purpose) -> Manifest:
        """By its name in the API. Errors: `InvalidInput` (unknown_connector)."""
        for manifest in self:
            if (manifest.type, manifest.purpose) == (type_, purpose):
                return manifest
        known = ", ".join(manifest.type for manifest in self if manifest.purpose == purpose) or "none"
        raise InvalidInput(f"There is no connector {type_!r}. Known: {known}.", code="unknown_connector")

    def read_settings(
        self, given: Mapping[str, SecretStr], for_actions: Mapping[str, SecretStr]
    ) -> dict[str, ConnectorSettings]:
        """Those of each connector, by slug. Errors: `InvalidConfig`, also for a name that belongs to none.

        Args:
            given, for_actions: as the environment has them, by purpose.
        """
        purposes: Mapping[Purpose, Mapping[str, SecretStr]] = {"sync": given, "actions": for_actions}
        for purpose, names in purposes.items():
            prefixes = {manifest.prefix for manifest in self if manifest.purpose == purpose}
            for name in names:
                if not any(name.startswith(prefix) for prefix in prefixes):
                    group = "ACTIONS" if purpose == "actions" else "CONNECTORS"
                    raise InvalidConfig(f"BIBLIOS_{group}_{name.upper()} belongs to no connector.")
        return {manifest.slug: manifest.read_settings(purposes[manifest.purpose]) for manifest in self}


#: What can be read.
CONNECTORS = Registry((GMAIL, SLACK, GOOGLE_DRIVE, NOTION, GITHUB))
#: What can be acted with.
ACCOUNTS = Registry((GMAIL_TO_SEND, GOOGLE_CALENDAR, SLACK_TO_POST))
SERVICES = Registry((*CONNECTORS, *ACCOUNTS))
