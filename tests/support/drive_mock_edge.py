"""What google-drive-mock 1.2.0 lacks, mended as far as a service account's reading needs it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from tests.support.edge import Mend, changed, edge, says

#: The mock takes this one, for everybody.
TOKEN = "valid-token"


def _owned(found: Any) -> Any:
    """Everything there is belongs to the one account; the mock does not say so."""
    changes = [one for one in found.get("changes", ()) if one.get("file")]
    for file in [*found.get("files", ()), *(one["file"] for one in changes)]:
        file["ownedByMe"] = True
    return found


_MENDS: dict[str, Mend] = {
    "POST /token": says({"access_token": TOKEN, "token_type": "Bearer", "expires_in": 3600}),
    "GET /drive/v3/drives": says({"kind": "drive#driveList", "drives": []}),
    "GET /drive/v3/(files|changes)": changed(_owned),
}


@asynccontextmanager
async def drive_mock_edge(url: str) -> AsyncIterator[dict[str, str]]:
    """Serves in front of the mock; gives the connector's settings."""
    async with edge(url, _MENDS) as at:
        yield {"google_drive_api_url": f"{at}/drive/v3", "google_drive_token_url": f"{at}/token"}
