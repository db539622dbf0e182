"""A stand-in of the Drive API, version 3: strict about tokens, scopes, parameters, fields and pages."""

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

from joserfc.jwk import RSAKey
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tests.support.consent_provider import ConsentProvider
from tests.support.google_discovery import Refused, check_parameters, misfits, parse_fields, project
from tests.support.google_drive_channels import Channels
from tests.support.google_drive_shapes import Query, drive_json, file_json, name_of, permission_json
from tests.support.google_drive_state import DriveState, Item, Share
from tests.support.google_drive_tokens import ROBOT, claims_of, key_file, page_token, position_of

API = "drive.v3"
SCOPE = "https://www.googleapis.com/auth/drive.readonly"
_GOOGLE = "application/vnd.google-apps."
_JWT_BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer"

type Answer = Awaitable[Response]


@dataclass(slots=True)
class DriveService:
    """The service with its state.

    Args:
        page: no page is longer, whatever is asked for.
        people: whom the service account may act for, as domain-wide delegation allows.
        polls: how often a long-running download is looked at before it is done.
        lie: what is wrong with listings.
        prepared_at: where long-running downloads are said to lie; None: here.
        meanwhile: happens between a channel's opening and the answer that says so.
        fails_with: the code of google.rpc.Code with which they end; None: they do not fail.
    """

    state: DriveState = field(default_factory=DriveState)
    consents: ConsentProvider = field(default_factory=ConsentProvider)
    page: int = 5
    people: set[str] = field(default_factory=set)
    polls: int = 1
    lie: str | None = None
    prepared_at: str | None = None
    fails_with: int | None = None
    revoked: bool = False
    key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048))
    channels: Channels = field(default_factory=Channels)
    meanwhile: Callable[[], Awaitable[None]] | None = None
    _operations: dict[str, list[Any]] = field(default_factory=dict)
    _consent_token: Callable[[Request], Awaitable[Any]] | None = None

    @property
    def key_file(self) -> dict[str, Any]:
        return key_file(self.key)

    def reset(self) -> None:
        self.channels.reset()
        self.state = DriveState(tell=self.channels.tell)
        self.consents.revoke_all()
        self.people.clear()
        self._operations.clear()
        self.meanwhile = None
        self.lie, self.prepared_at, self.fails_with, self.revoked, self.page = None, None, None, False, 5

    def app(self) -> Starlette:
        authorize, consent_token, revoke = self.consents.routes("/authorize", "/token", "/revoke")
        self._consent_token = consent_token.endpoint
        calls: list[tuple[str, str, str, Callable[[Request, str], Response]]] = [
            ("GET", "/about", "about.get", self._about),
            ("GET", "/drives", "drives.list", self._drives),
            ("GET", "/files", "files.list", self._files),
            ("GET", "/files/{fileId}", "files.get", self._file),
            ("GET", "/files/{fileId}/export", "files.export", self._export),
            ("POST", "/files/{fileId}/download", "files.download", self._download),
            ("GET", "/files/{fileId}/permissions", "permissions.list", self._permissions),
            ("GET", "/operations/{name}", "operations.get", self._operation),
            ("GET", "/changes", "changes.list", self._changes),
            ("GET", "/changes/startPageToken", "changes.getStartPageToken", self._start),
            ("POST", "/changes/watch", "changes.watch", self._watch),
            ("POST", "/channels/stop", "channels.stop", self._stop),
        ]
        routes = [
            Route(f"/drive/v3{path}", self._call(method, call), methods=[verb]) for verb, path, method, call in calls
        ]
        prepared = Route("/prepared/{name}", self._call(None, self._prepared), methods=["GET"])
        token = Route("/token", self._token, methods=["POST"])
        return Starlette(routes=[*routes, prepared, token, authorize, revoke])

    def _call(self, method: str | None, call: Callable[[Request, str], Response]) -> Callable[[Request], Answer]:
        async def answer(request: Request) -> Response:
            try:
                user = self._user(request)
                request.state.body = await request.body()
                if method is not None:
                    check_parameters(API, method, dict(request.query_params), set(request.path_params))
                answered = call(request, user)
            except Refused as refused:
                headers = {"WWW-Authenticate": 'Bearer realm="https://accounts.google.com/"'}
                return JSONResponse(refused.body(), refused.status, headers=headers if refused.status == 401 else None)
            if method == "changes.watch" and self.meanwhile is not None:
                await self.meanwhile()
            return answered

        return answer

    def _user(self, request: Request) -> str:
        granted = self.consents.holder(request.headers.get("authorization"))
        if granted is None:
            raise Refused(401, "authError", "Invalid Credentials", location="Authorization")
        if SCOPE not in granted.scope.split():
            raise Refused(
                403,
                "insufficientPermissions",
                "Insufficient Permission: Request had insufficient authentication scopes.",
            )
        return granted.account

    async def _token(self, request: Request) -> Response:
        """Service accounts, and everything else at the consent page's own endpoint."""
        form = dict(parse_qsl((await request.body()).decode()))
        if form.get("grant_type") != _JWT_BEARER:
            assert self._consent_token is not None
            answer: Response = await self._consent_token(request)
            return answer
        found = claims_of(form.get("assertion", ""), self.key, address=str(request.url))
        subject = None if found is None or self.revoked else found.get("sub", ROBOT)
        if subject is None or subject not in {ROBOT, *self.people}:
            return JSONResponse({"error": "invalid_grant", "error_description": "Invalid grant"}, 400)
        token = self.consents.issue(subject, str((found or {}).get("scope", "")))
        return JSONResponse({"access_token": token, "expires_in": 3599, "token_type": "Bearer"})

    # The calls.

    def _about(self, request: Request, user: str) -> Response:
        if "fields" not in request.query_params:
            raise Refused(400, "required", "The 'fields' parameter is required for this method.", location="fields")
        shown = {"kind": "drive#user", "displayName": name_of(user), "emailAddress": user, "me": True}
        answer = {"kind": "drive#about", "user": shown | {"permissionId": Share("user", user).id}}
        return self._json(request, "About", answer)

    def _drives(self, request: Request, user: str) -> Response:
        drives = self.state.drives_of(user)
        return self._paged(request, "DriveList", "drives", [drive_json(drive) for drive in drives])

    def _files(self, request: Request, user: str) -> Response:
        given, state = request.query_params, self.state
        query = Query(given.get("q", ""))
        corpora, drive_id = given.get("corpora", "user"), given.get("driveId")
        if (corpora == "drive") is not (drive_id is not None):
            raise Refused(400, "invalid", "The driveId parameter and corpora drive go together.", location="driveId")
        if drive_id is not None:
            self._require_drives(request)
            self._drive(user, drive_id)
        for parent in query.parents:
            seen = parent in state.drives or (
                parent in state.items and state.opens(parent, user, self._key(request, parent))
            )
            if not seen:
                raise Refused(404, "notFound", "File not found: .", location="fileId")
        found = [
            item
            for item in state.items.values()
            if item.parent is not None
            and self._is_listed(item, user, drive_id, query, request)
            and query.matches(state, item)
        ]
        if self.lie == "empty":
            found = []
        files = [file_json(state, item.id, user) for item in found]
        extra: dict[str, Any] = {"incompleteSearch": self.lie == "cut"}
        if self.lie == "cut":
            files = files[: len(files) // 2]
        return self._paged(request, "FileList", "files", files, **extra)

    def _is_listed(self, item: Item, user: str, drive_id: str | None, query: Query, request: Request) -> bool:
        state = self.state
        if drive_id is not None:
            return item.drive == drive_id and state.opens(item.id, user)
        if query.parents:
            return state.opens(item.id, user, self._key(request, item.id))
        if item.drive is None:
            return user in state.readers(item.id)
        shared = any(state.is_in(share, user) for share in item.shares)
        return shared and request.query_params.get("includeItemsFromAllDrives") == "true"

    def _file(self, request: Request, user: str) -> Response:
        item = self._item(request, user)
        if request.query_params.get("alt") != "media":
            return self._json(request, "File", file_json(self.state, item.id, user), default="kind,id,name,mimeType")
        if item.mime.startswith(_GOOGLE):
            message = "Only files with binary content can be downloaded. Use Export with Docs Editors files."
            raise Refused(403, "fileNotDownloadable", message, location="alt")
        self._require_download(item)
        if item.abusive:
            message = "This file has been identified as malware or spam and cannot be downloaded."
            raise Refused(403, "cannotDownloadAbusiveFile", message)
        return Response(item.data, media_type=item.mime)

    def _export(self, request: Request, user: str) -> Response:
        item = self._item(request, user, shared_drives=True)
        if not item.mime.startswith(_GOOGLE):
            raise Refused(403, "fileNotExportable", "Export only supports Docs Editors files.", location="fileId")
        self._require_download(item)
        mime = request.query_params["mimeType"]
        if mime not in item.exports:
            raise Refused(400, "badRequest", "The requested conversion is not supported.", location="convertTo")
        if len(item.exports[mime]) > self.state.export_limit:
            raise Refused(403, "exportSizeLimitExceeded", "This file is too large to be exported.")
        return Response(item.exports[mime], media_type=mime)

    def _download(self, request: Request, user: str) -> Response:
        item = self._item(request, user, shared_drives=True)
        self._require_download(item)
        name = f"operation-{self.state.number()}"
        mime = request.query_params.get("mimeType", "")
        self._operations[name] = [item.exports[mime] if mime else item.data, self.polls, user]
        return self._json(request, "Operation", self._operation_json(request, name))

    def _operation(self, request: Request, user: str) -> Response:
        name = request.path_params["name"]
        if name not in self._operations or self._operations[name][2] != user:
            raise Refused(404, "notFound", "Operation not found.")
        answer = self._operation_json(request, name)
        self._operations[name][1] -= 1
        return self._json(request, "Operation", answer)

    def _operation_json(self, request: Request, name: str) -> dict[str, Any]:
        types = "type.googleapis.com/google.apps.drive.v3."
        metadata = {"@type": f"{types}DownloadFileMetadata"}
        if (key := request.headers.get("x-goog-drive-resource-keys", "")) != "":
            metadata["resourceKey"] = key.rpartition("/")[2]
        answer: dict[str, Any] = {"name": name, "metadata": metadata}
        if self._operations[name][1] > 0:
            return answer
        if self.fails_with is not None:
            return answer | {"done": True, "error": {"code": self.fails_with, "message": "It came to nothing."}}
        response = {
            "@type": f"{types}DownloadFileResponse",
            "downloadUri": self.prepared_at or str(request.url.replace(path=f"/prepared/{name}", query="")),
            "partialDownloadAllowed": False,
        }
        return answer | {"done": True, "response": response}

    def _prepared(self, request: Request, user: str) -> Response:
        """What is prepared is given through a redirect, as it is for Docs."""
        data, _, owner = self._operations[request.path_params["name"]]
        if owner != user:
            raise Refused(404, "notFound", "Not found.")
        if "confirmed" not in request.query_params:
            return Response(status_code=302, headers={"Location": f"{request.url.path}?confirmed=1"})
        return Response(data, media_type="application/octet-stream")

    def _permissions(self, request: Request, user: str) -> Response:
        id_, state = request.path_params["fileId"], self.state
        if id_ in state.drives:
            self._drive(user, id_)
            members = [(share, True, False) for share in state.drives[id_].members]
            may = any(state.is_in(share, user) and share.role != "reader" for share, _, _ in members)
            counted, of_drive = members, True
        else:
            item = self._item(request, user)
            counted, of_drive = state.shares_of(item.id), item.drive is not None
            may = state.may_share(item.id, user)
        if not may:
            message = "The user does not have sufficient permissions for this file."
            raise Refused(403, "insufficientFilePermissions", message)
        found = [permission_json(one, of_drive=of_drive) for one in counted]
        return self._paged(request, "PermissionList", "permissions", found, most=100)

    def _start(self, request: Request, user: str) -> Response:
        drive_id = request.query_params.get("driveId")
        if drive_id is not None:
            self._require_drives(request)
            self._drive(user, drive_id)
        name = drive_id or user
        answer = {"kind": "drive#startPageToken", "startPageToken": page_token(name, len(self.state.log(name)))}
        return self._json(request, "StartPageToken", answer)

    def _changes(self, request: Request, user: str) -> Response:
        given, state = request.query_params, self.state
        name = given.get("driveId") or user
        if "driveId" in given:
            self._require_drives(request)
            self._drive(user, name)
        at = position_of(given["pageToken"], name)
        if at is None or at < state.forgotten.get(name, 0):
            raise Refused(400, "invalid", "Invalid Value", location="pageToken")
        log = state.log(name)
        size = min(int(given.get("pageSize", "100")), self.page)
        later = {entry: number for number, entry in enumerate(log)}
        found = [log[number] for number in range(at, min(at + size, len(log))) if later[log[number]] == number]
        corpus = given.get("includeCorpusRemovals") == "true"
        changes = [
            self._drive_change(entry.id, user)
            if entry.is_drive
            else self._file_change(entry.id, user, given.get("driveId"), corpus)
            for entry in found
        ]
        answer: dict[str, Any] = {"kind": "drive#changeList", "changes": changes}
        end = at + size >= len(log)
        answer["newStartPageToken" if end else "nextPageToken"] = page_token(name, min(at + size, len(log)))
        return self._json(request, "ChangeList", answer, default="kind,nextPageToken,newStartPageToken,changes")

    def _drive_change(self, id_: str, user: str) -> dict[str, Any]:
        drive = next((one for one in self.state.drives_of(user) if one.id == id_), None)
        change = {"kind": "drive#change", "changeType": "drive", "driveId": id_, "removed": drive is None}
        return change | ({"drive": drive_json(drive)} if drive else {})

    def _file_change(self, id_: str, user: str, drive_id: str | None, corpus: bool) -> dict[str, Any]:
        state = self.state
        change: dict[str, Any] = {"kind": "drive#change", "changeType": "file", "fileId": id_, "removed": True}
        item = state.items.get(id_)
        if item is None or not state.opens(id_, user):
            return change
        here = item.drive == drive_id if drive_id else item.drive is None and user in state.readers(id_)
        if not here and not corpus:
            return change
        return change | {"removed": not here, "file": file_json(state, id_, user)}

    # What they share.

    def _item(self, request: Request, user: str, *, shared_drives: bool = False) -> Item:
        id_ = request.path_params["fileId"]
        item = self.state.items.get(id_)
        told = shared_drives or request.query_params.get("supportsAllDrives") == "true"
        opened = item is not None and self.state.opens(id_, user, self._key(request, id_))
        if item is None or not opened or (item.drive and not told):
            raise Refused(404, "notFound", f"File not found: {id_}.", location="fileId")
        return item

    def _drive(self, user: str, id_: str) -> None:
        if id_ not in {drive.id for drive in self.state.drives_of(user)}:
            raise Refused(404, "notFound", f"Shared drive not found: {id_}", location="driveId")

    def _watch(self, request: Request, user: str) -> Response:
        given = request.query_params
        name = given.get("driveId") or user
        if "driveId" in given:
            self._require_drives(request)
            self._drive(user, name)
        if position_of(given["pageToken"], name) is None:
            raise Refused(400, "invalid", "Invalid Value", location="pageToken")
        asked = json.loads(request.state.body)
        if found := misfits(API, "Channel", asked):
            raise Refused(400, "invalid", f"Unknown or malformed: {found}")
        channel = self.channels.open(asked, user=user, watched=name, page_token=given["pageToken"])
        return self._json(request, "Channel", channel)

    def _stop(self, request: Request, user: str) -> Response:
        asked = json.loads(request.state.body)
        self.channels.stop(str(asked.get("id")), str(asked.get("resourceId")), user=user)
        return Response(status_code=204)

    @staticmethod
    def _require_drives(request: Request) -> None:
        given = request.query_params
        both = given.get("includeItemsFromAllDrives", "true") == "true" and given.get("supportsAllDrives") == "true"
        lists = not request.url.path.endswith("/startPageToken")
        if not both or (lists and "includeItemsFromAllDrives" not in given):
            message = "The includeItemsFromAllDrives and supportsAllDrives parameters must be set to true."
            raise Refused(403, "teamDrivesNotSupported", message, location="supportsAllDrives")

    @staticmethod
    def _require_download(item: Item) -> None:
        if not item.downloads:
            raise Refused(403, "cannotDownloadFile", "This file cannot be downloaded by the user.")

    @staticmethod
    def _key(request: Request, id_: str) -> str | None:
        pairs = (one.partition("/") for one in request.headers.get("x-goog-drive-resource-keys", "").split(","))
        return {name: key for name, _, key in pairs}.get(id_)

    def _json(self, request: Request, schema: str, answer: dict[str, Any], *, default: str = "*") -> Response:
        fields = parse_fields(request.query_params.get("fields", default))
        return JSONResponse(project(API, schema, answer, fields))

    def _paged(
        self, request: Request, schema: str, name: str, found: list[Any], *, most: int = 1000, **extra: Any
    ) -> Response:
        """A page from where the token says, which holds for the same question alone."""
        given = request.query_params
        asked = json.dumps([given.get(one) for one in ("q", "corpora", "driveId")])
        at = position_of(given["pageToken"], asked) if "pageToken" in given else 0
        if at is None:
            raise Refused(400, "invalid", "Invalid Value", location="pageToken")
        size = min(int(given.get("pageSize", "100")), most, self.page)
        answer: dict[str, Any] = {
            "kind": f"drive#{schema[0].lower()}{schema[1:]}",
            name: found[at : at + size],
            **extra,
        }
        if at + size < len(found):
            answer["nextPageToken"] = page_token(asked, at + size)
        default = f"kind,nextPageToken,{name}" + ("(kind,id,name,mimeType),incompleteSearch" if name == "files" else "")
        return self._json(request, schema, answer, default=default)
