"""The gateway to the Drive API, version 3: names the calls, and judges its refusals by Google's own words.

https://developers.google.com/workspace/drive/api/reference/rest/v3 (2026-11). Every call that may meet an item of a
shared drive says `supportsAllDrives`, and every list also `includeItemsFromAllDrives` and `corpora`.
"""

from collections.abc import AsyncGenerator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import quote

from backend.connectors.base import Account, Credential
from backend.connectors.google import classify_refusal, reasons, time_of
from backend.connectors.google_drive.files import (
    FILE_FIELDS,
    PERMISSION_FIELDS,
    Permission,
    id_of,
    read_permissions,
    text_of,
)
from backend.connectors.http import Answer, HttpGateway, Params
from backend.connectors.manifest import Setup
from backend.errors import CursorExpired, SourceError, SourceRefused, TransientFailure

LABEL = "Google Drive"
#: The most that each list gives at once.
PAGE_FILES, PAGE_CHANGES, PAGE_DRIVES, PAGE_PERMISSIONS = 1000, 1000, 100, 100

#: Refusals that concern one item and say nothing of the others.
#: https://developers.google.com/workspace/drive/api/guides/handle-errors (2026-11)
_OF_ONE_ITEM = frozenset(
    {
        "appNotAuthorizedToFile",
        "cannotDownloadAbusiveFile",
        "cannotDownloadFile",
        "cannotExportFile",
        "downloadQuotaExceeded",
        "exportSizeLimitExceeded",
        "fileNotDownloadable",
        "fileNotExportable",
        "forbidden",
        "insufficientFilePermissions",
        "teamDriveMembershipRequired",
    }
)
_BAD_REQUEST, FORBIDDEN, NOT_FOUND, _GONE = 400, 403, 404, 410
#: Where the long-running download may send us; a token goes to no other host.
_DOWNLOAD_HOSTS = frozenset(
    {
        "www.googleapis.com",
        "content.googleapis.com",
        "docs.google.com",
        "drive.google.com",
        "drive.usercontent.google.com",
    }
)


@dataclass(frozen=True, slots=True)
class Page:
    """A page of a list. `whole`: Drive does not say that it left something out."""

    items: tuple[Mapping[str, Any], ...]
    next: str | None
    whole: bool = True


@dataclass(frozen=True, slots=True)
class ChangesPage:
    """A page of changes. `start`: where later changes begin, on the last page alone."""

    items: tuple[Mapping[str, Any], ...]
    next: str | None
    start: str | None


@dataclass(frozen=True, slots=True)
class Operation:
    """A long-running download. `failed`: the code of google.rpc.Code that it ended with."""

    name: str
    done: bool
    address: str | None
    failed: int | None


class DriveClient:
    """One account's calls. Errors: as of `HttpGateway`; `CursorExpired` for a page token that is not taken."""

    def __init__(self, setup: Setup, credential: Credential) -> None:
        self._http = HttpGateway(
            LABEL, setup.settings.api_url, credential=credential, calls=setup.calls, classify=classify
        )

    async def close(self) -> None:
        await self._http.close()

    async def about(self) -> Account:
        """Whose account it is; its id stays when the address changes."""
        found = await self._get("/about", {"fields": "user(permissionId,displayName,emailAddress)"})
        user = found.get("user")
        raw = user if isinstance(user, dict) else {}
        id_, address = text_of(raw, "permissionId"), text_of(raw, "emailAddress")
        if id_ is None:
            raise TransientFailure(f"{LABEL} does not say whose account this is. It is tried again by itself.")
        return Account(id_, text_of(raw, "displayName") or address or id_, address)

    async def drives(self) -> dict[str, str]:
        """The names of the shared drives that this account is a member of, by id."""
        found: dict[str, str] = {}
        token: str | None = None
        while True:
            params: Params = {"pageSize": PAGE_DRIVES, "pageToken": token, "fields": "nextPageToken,drives(id,name)"}
            answer = await self._get("/drives", params)
            for drive in _objects(answer.get("drives")):
                if (id_ := id_of(drive)) is not None:
                    found[id_] = text_of(drive, "name") or id_
            token = text_of(answer, "nextPageToken")
            if token is None:
                return found

    async def start_page_token(self, drive_id: str | None) -> str:
        """Where changes from now on begin, of the account itself or of a shared drive."""
        params: Params = {"driveId": drive_id, "supportsAllDrives": True, "fields": "startPageToken"}
        token = text_of(await self._get("/changes/startPageToken", params), "startPageToken")
        if token is None:
            raise TransientFailure(f"{LABEL} does not say where its changes begin. It is tried again by itself.")
        return token

    async def files(
        self, query: str, *, drive_id: str | None, token: str | None, keys: Mapping[str, str] | None = None
    ) -> Page:
        """Files that a query finds, of what the account has or was given, or of a shared drive."""
        params = {
            "q": query,
            "corpora": "drive" if drive_id else "user",
            "driveId": drive_id,
            "includeItemsFromAllDrives": True,
            "supportsAllDrives": True,
            "spaces": "drive",
            "pageSize": PAGE_FILES,
            "pageToken": token or None,
            "fields": f"nextPageToken,incompleteSearch,files({FILE_FIELDS})",
        }
        found = await self._get("/files", params, headers=_resource_keys(keys or {}))
        files = _objects(found.get("files"))
        # An answer without a list is evidence of nothing.
        said = isinstance(found.get("files"), list) and len(files) == len(found["files"])
        return Page(files, text_of(found, "nextPageToken"), said and found.get("incompleteSearch") is not True)

    async def file(self, id_: str, *, key: str | None = None) -> Mapping[str, Any] | None:
        """None: it is not there, or not for this account."""
        params: Params = {"supportsAllDrives": True, "fields": FILE_FIELDS}
        try:
            return await self._get(_path(id_), params, headers=_resource_keys({id_: key} if key else {}))
        except SourceRefused as error:
            if error.answer_status in (NOT_FOUND, FORBIDDEN):
                return None
            raise

    async def permissions(self, id_: str) -> tuple[Permission, ...] | None:
        """Every share of an item of a shared drive, or of the drive itself; None: this account is not told."""
        found: list[Permission] = []
        token: str | None = None
        fields = f"nextPageToken,permissions({PERMISSION_FIELDS})"
        while True:
            params = {
                "supportsAllDrives": True,
                "pageSize": PAGE_PERMISSIONS,
                "pageToken": token,
                "fields": fields,
            }
            try:
                answer = await self._get(f"{_path(id_)}/permissions", params)
            except SourceRefused as error:
                if error.answer_status in (NOT_FOUND, FORBIDDEN):
                    return None
                raise
            if not isinstance(answer.get("permissions"), list):
                return None
            found += read_permissions(answer["permissions"])
            token = text_of(answer, "nextPageToken")
            if token is None:
                return tuple(found)

    async def changes(self, token: str, *, drive_id: str | None) -> ChangesPage:
        params = {
            "pageToken": token,
            "driveId": drive_id,
            "includeItemsFromAllDrives": True,
            "supportsAllDrives": True,
            # What left this feed and is still to be opened comes with what it is now.
            "includeCorpusRemovals": True,
            "includeRemoved": True,
            "spaces": "drive",
            "pageSize": PAGE_CHANGES,
            "fields": f"nextPageToken,newStartPageToken,changes(changeType,removed,fileId,driveId,file({FILE_FIELDS}))",
        }
        found = await self._get("/changes", params)
        page = ChangesPage(
            _objects(found.get("changes")), text_of(found, "nextPageToken"), text_of(found, "newStartPageToken")
        )
        if page.next is None and page.start is None:
            raise TransientFailure(f"{LABEL} gave changes without an end. It is tried again by itself.")
        return page

    async def watch_changes(
        self, token: str, *, drive_id: str | None, name: str, secret: str, address: str, ends_at: datetime
    ) -> tuple[str, datetime]:
        """Asks to be told at an address of changes after a page token; the id of what is watched, and until when."""
        params: Params = {
            "pageToken": token,
            "driveId": drive_id,
            "includeItemsFromAllDrives": True,
            "supportsAllDrives": True,
            "includeCorpusRemovals": True,
            "includeRemoved": True,
            "spaces": "drive",
        }
        channel = {
            "id": name,
            "type": "web_hook",
            "address": address,
            "token": secret,
            "expiration": str(int(ends_at.timestamp() * 1000)),
        }
        found = await self._http.json("POST", "/changes/watch", params=params, body=channel)
        raw = found if isinstance(found, dict) else {}
        return text_of(raw, "resourceId") or "", time_of(text_of(raw, "expiration") or "", LABEL)

    async def stop_channel(self, name: str, resource: str) -> None:
        await self._http.answer("POST", "/channels/stop", body={"id": name, "resourceId": resource})

    def media(self, id_: str, *, key: str | None) -> AsyncGenerator[bytes]:
        params: Params = {"alt": "media", "supportsAllDrives": True}
        return self._http.pieces(_path(id_), params=params, headers=_resource_keys({id_: key} if key else {}))

    def export(self, id_: str, mime: str, *, key: str | None) -> AsyncGenerator[bytes]:
        """Refused above 10 MB, with the reason `exportSizeLimitExceeded`."""
        headers = _resource_keys({id_: key} if key else {})
        return self._http.pieces(f"{_path(id_)}/export", params={"mimeType": mime}, headers=headers)

    async def begin_download(self, id_: str, mime: str, *, key: str | None) -> Operation:
        headers = _resource_keys({id_: key} if key else {})
        answer = await self._http.json("POST", f"{_path(id_)}/download", params={"mimeType": mime}, headers=headers)
        return _operation(answer)

    async def operation(self, name: str, *, id_: str, key: str | None) -> Operation:
        headers = _resource_keys({id_: key} if key else {})
        path = f"/operations/{quote(name.removeprefix('operations/'), safe='')}"
        return _operation(await self._get(path, {}, headers=headers))

    def downloaded(self, address: str, *, id_: str, key: str | None) -> AsyncGenerator[bytes]:
        headers = _resource_keys({id_: key} if key else {})
        return self._http.pieces(address, headers=headers, hosts=_DOWNLOAD_HOSTS.__contains__)

    async def _get(self, path: str, params: Params, *, headers: Mapping[str, str] | None = None) -> Mapping[str, Any]:
        answer = await self._http.json("GET", path, params=params, headers=headers)
        if not isinstance(answer, dict):
            raise TransientFailure(f"{LABEL} gave an answer that is none. It is tried again by itself.")
        return answer


def classify(answer: Answer) -> SourceError | None:
    """What Drive's refusals mean; what is Google's in general by `google.classify_refusal`."""
    found = reasons(answer)
    if answer.status == _GONE or (answer.status == _BAD_REQUEST and _is_about_the_page_token(answer)):
        return CursorExpired("Google Drive no longer knows where we were. Everything is named again.")
    if answer.status in (FORBIDDEN, NOT_FOUND) and (own := found & _OF_ONE_ITEM):
        return SourceRefused(f"{LABEL} refused this item.", status=answer.status, reason=min(own))
    return classify_refusal(answer)


def _is_about_the_page_token(answer: Answer) -> bool:
    error = answer.fields().get("error")
    errors = error.get("errors") if isinstance(error, dict) else None
    return any(one.get("location") == "pageToken" for one in _objects(errors))


def _operation(answer: object) -> Operation:
    raw: Mapping[str, Any] = answer if isinstance(answer, dict) else {}
    response, error = raw.get("response"), raw.get("error")
    code = error.get("code") if isinstance(error, dict) else None
    return Operation(
        name=text_of(raw, "name") or "",
        done=raw.get("done") is True,
        address=text_of(response, "downloadUri") if isinstance(response, dict) else None,
        failed=code if isinstance(code, int) else None,
    )


def _path(id_: str) -> str:
    return f"/files/{quote(id_, safe='')}"


def _resource_keys(keys: Mapping[str, str]) -> dict[str, str]:
    """https://developers.google.com/workspace/drive/api/guides/resource-keys (2026-11)."""
    if not keys:
        return {}
    return {"X-Goog-Drive-Resource-Keys": ",".join(f"{id_}/{key}" for id_, key in keys.items())}


def _objects(found: object) -> tuple[Mapping[str, Any], ...]:
    return tuple(one for one in found if isinstance(one, dict)) if isinstance(found, list) else ()
