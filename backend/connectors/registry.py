"""The connectors of this server: a new one is one line here."""

from collections.abc import Iterable, Iterator

from backend.connectors.base import Manifest
from backend.connectors.notion.connector import MANIFEST as NOTION
from backend.errors import InvalidInput


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


CONNECTORS = Registry((NOTION,))
