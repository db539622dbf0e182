"""What backlot 0.1.0 gets wrong or lacks, mended as far as a first synchronisation needs it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from starlette.responses import JSONResponse, Response

from tests.support.edge import Asked, Mend, changed, edge, given, says
from tests.support.github_over_rest import comments, graphql

_NO_MARKDOWN = {"object": "error", "status": 400, "code": "validation_error", "message": "Not for this page."}


async def _unknown_method(asked: Asked) -> Response:
    """Slack answers 200 to methods that it does not know; backlot answers 404."""
    answer = await asked.passed_on()
    known = answer.status_code != 404
    return given(answer) if known else JSONResponse({"ok": False, "error": "unknown_method"})


def _joined(found: Any) -> Any:
    """An app belongs to the private channels that it is shown, and to what it was invited to: here to all."""
    return {**found, "channels": [{**one, "is_member": True} for one in found.get("channels", ())]}


#: What backlot refuses to be asked for, though Drive answers it.
_NOT_CARRIED = ",inheritedPermissionsDisabled"


async def _files(asked: Asked) -> Response:
    """`files.list` and `files.get`, with the shares of what the caller may share: backlot tells them apart alone."""
    params = dict(asked.request.query_params)
    params["fields"] = params.get("fields", "").replace(_NOT_CARRIED, "")
    answer = await asked.passed_on(params=params)
    if answer.is_error or "permissions" not in params["fields"]:
        return given(answer)
    found = answer.json()
    for file in found.get("files", [found]):
        if file["capabilities"]["canShare"] and not file["mimeType"].endswith(".folder"):
            fields = "permissions(id,type,role,emailAddress,domain,allowFileDiscovery)"
            told = await asked.json(f"/drive/v3/files/{file['id']}/permissions", fields=fields)
            file["permissions"] = told["permissions"]
    return JSONResponse(found)


MENDS: dict[str, Mend] = {
    "GET /slack/api/conversations.list": changed(_joined),
    "GET /slack/api/files.list": says(
        {"ok": True, "files": [], "paging": {"count": 200, "total": 0, "page": 1, "pages": 0}}
    ),
    "(GET|POST) /slack/api/.*": _unknown_method,
    "GET /drive/v3/changes/startPageToken": says({"kind": "drive#startPageToken", "startPageToken": "1"}),
    "GET /drive/v3/changes": says({"kind": "drive#changeList", "newStartPageToken": "1", "changes": []}),
    "GET /drive/v3/files(/[^/]+)?": _files,
    "POST /github/graphql": graphql,
    "GET /github/repos/[^/]+/[^/]+/(issues|pulls)/comments": comments,
    "GET /github/user": says({"id": 1, "login": "service", "node_id": "U_1"}),
    "GET /notion/v1/pages/[^/]+/markdown": says(_NO_MARKDOWN, 400),
}


@asynccontextmanager
async def backlot_edge(url: str) -> AsyncIterator[dict[str, str]]:
    """Serves in front of backlot; gives the settings of the five connectors."""
    async with edge(url, MENDS) as at:
        yield {
            "slack_api_url": f"{at}/slack/api",
            "gmail_api_url": at,
            "gmail_token_url": f"{at}/oauth2/token",
            "google_drive_api_url": f"{at}/drive/v3",
            "google_drive_token_url": f"{at}/oauth2/token",
            "github_api_url": f"{at}/github",
            "notion_api_url": f"{at}/notion/v1",
        }
