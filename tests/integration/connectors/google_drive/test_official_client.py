"""Google's own client judges the stand-in, for each call that the gateway makes."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httplib2
import pytest
import pytest_asyncio
from google.auth.transport.requests import Request as TokenRequest
from google.oauth2 import service_account
from googleapiclient.discovery import build_from_document
from googleapiclient.errors import HttpError

from backend.connectors.google_drive.files import FILE_FIELDS, PERMISSION_FIELDS
from tests.contract.connectors.stage import ADA, BEN
from tests.support.google_discovery import document, misfits
from tests.support.google_drive_service import API, SCOPE, DriveService
from tests.support.google_drive_state import DOCUMENT, FOLDER, SHORTCUT, Share
from tests.support.provider_wire import served

pytestmark = pytest.mark.asyncio(loop_scope="module")

FIXTURES = Path(__file__).parents[3] / "fixtures" / "providers" / "google_drive"
_DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_BOTH = {"supportsAllDrives": True, "includeItemsFromAllDrives": True}


class _WithToken(httplib2.Http):  # type: ignore[misc]
    """Sends one token, and asks for no other when it is refused."""

    def __init__(self, token: str) -> None:
        super().__init__()
        self._token = token

    def request(self, uri: str, method: str = "GET", **given: Any) -> Any:
        headers = {**(given.pop("headers", None) or {}), "Authorization": f"Bearer {self._token}"}
        return super().request(uri, method=method, headers=headers, **given)


@dataclass(slots=True)
class Judge:
    """The official client over the stand-in; its calls block, so each goes to a thread."""

    service: DriveService
    url: str

    def client(self, token: str) -> Any:
        described = {**document(API), "rootUrl": f"{self.url}/", "baseUrl": f"{self.url}/drive/v3/"}
        return build_from_document(described, http=_WithToken(token))

    async def ask(self, call: Callable[[Any], Any], account: str = ADA) -> Any:
        token = self.service.consents.issue(account, SCOPE)
        return await asyncio.to_thread(lambda: call(self.client(token)).execute())

    async def refusal(self, call: Callable[[Any], Any]) -> tuple[int, dict[str, Any]]:
        with pytest.raises(HttpError) as raised:
            await self.ask(call)
        return raised.value.resp.status, json.loads(raised.value.content)


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def served_judge() -> AsyncIterator[Judge]:
    service = DriveService()
    async with served(service.app()) as url:
        yield Judge(service, url)


@pytest.fixture
def judge(served_judge: Judge) -> Judge:
    served_judge.service.reset()
    return served_judge


async def test_every_file_is_listed_page_by_page_with_all_that_is_asked_for(judge: Judge) -> None:
    state = judge.service.state
    ids = {state.add(f"{number}.txt", owner=ADA, data=b"Words.") for number in range(12)}
    ids.add(state.add("Link", owner=ADA, mime=SHORTCUT, target=min(ids)))
    fields = f"nextPageToken,incompleteSearch,files({FILE_FIELDS})"
    found, pages = list[dict[str, Any]](), 0

    def listed(client: Any) -> Any:
        query = f"mimeType != '{FOLDER}' and trashed = false"
        return client.files().list(q=query, corpora="user", pageSize=1000, fields=fields, spaces="drive", **_BOTH)

    token = judge.service.consents.issue(ADA, SCOPE)
    client = judge.client(token)
    request = listed(client)
    while request is not None:
        answer = await asyncio.to_thread(request.execute)
        assert misfits(API, "FileList", answer) == []
        found += answer["files"]
        pages += 1
        request = client.files().list_next(request, answer)
    assert {one["id"] for one in found} == ids
    assert pages == 3
    assert found[0]["permissions"][0]["emailAddress"] == ADA


async def test_our_fields_are_all_known_and_none_that_we_read_is_missing_from_them(judge: Judge) -> None:
    drive = judge.service.state.add_drive("Team", Share("user", ADA, "organizer"))
    named = judge.service.state.add("Named.txt", parent=drive, shares=[Share("user", BEN)])
    answer = await judge.ask(lambda one: one.files().get(fileId=named, supportsAllDrives=True, fields=FILE_FIELDS))
    assert misfits(API, "File", answer) == []
    assert {"driveId", "hasAugmentedPermissions", "permissionIds", "parents", "md5Checksum"} <= answer.keys()
    assert "permissions" not in answer  # of items in shared drives they come by a call of their own
    fields = f"nextPageToken,permissions({PERMISSION_FIELDS})"
    told = await judge.ask(
        lambda one: one.permissions().list(fileId=named, supportsAllDrives=True, pageSize=100, fields=fields)
    )
    assert misfits(API, "PermissionList", told) == []
    assert {one["emailAddress"]: one["permissionDetails"] for one in told["permissions"]} == {
        ADA: [{"permissionType": "member", "role": "organizer", "inherited": True}],
        BEN: [{"permissionType": "file", "role": "reader", "inherited": False}],
    }


async def test_without_fields_the_documented_ones_are_given(judge: Judge) -> None:
    id_ = judge.service.state.add("A.txt", owner=ADA)
    answer = await judge.ask(lambda one: one.files().list(corpora="user", pageSize=1, q="trashed = false"))
    assert answer.keys() == {"kind", "files", "incompleteSearch"}
    assert answer["files"] == [{"kind": "drive#file", "id": id_, "name": "A.txt", "mimeType": "text/plain"}]


async def test_the_account_and_its_shared_drives_are_told(judge: Judge) -> None:
    ids = {judge.service.state.add_drive(f"Team {number}", Share("user", ADA, "organizer")) for number in range(7)}
    about = await judge.ask(lambda one: one.about().get(fields="user(permissionId,displayName,emailAddress)"))
    assert misfits(API, "About", about) == []
    assert about["user"]["emailAddress"] == ADA
    first = await judge.ask(lambda one: one.drives().list(pageSize=100, fields="nextPageToken,drives(id,name)"))
    second = await judge.ask(lambda one: one.drives().list(pageSize=100, pageToken=first["nextPageToken"]))
    assert misfits(API, "DriveList", second) == []
    assert {one["id"] for one in [*first["drives"], *second["drives"]]} == ids


async def test_changes_are_told_from_a_start_token_on_and_end_with_the_next(judge: Judge) -> None:
    state = judge.service.state
    state.root_of(ADA)
    begun = await judge.ask(lambda one: one.changes().getStartPageToken(supportsAllDrives=True))
    assert misfits(API, "StartPageToken", begun) == []
    kept, gone = (state.add(f"{number}.txt", owner=ADA) for number in range(2))
    for number in range(5):
        state.add(f"More {number}.txt", owner=ADA)
    state.delete(gone)
    fields = f"nextPageToken,newStartPageToken,changes(changeType,time,removed,fileId,driveId,file({FILE_FIELDS}))"
    client = judge.client(judge.service.consents.issue(ADA, SCOPE))
    request = client.changes().list(
        pageToken=begun["startPageToken"],
        pageSize=1000,
        fields=fields,
        includeRemoved=True,
        includeCorpusRemovals=True,
        **_BOTH,
    )
    found: dict[str, dict[str, Any]] = {}
    while request is not None:
        answer = await asyncio.to_thread(request.execute)
        assert misfits(API, "ChangeList", answer) == []
        found |= {one["fileId"]: one for one in answer["changes"]}
        request = client.changes().list_next(request, answer)
    assert (found[kept]["removed"], found[gone]["removed"], "file" in found[gone]) == (False, True, False)
    assert "newStartPageToken" in answer


async def test_bytes_exports_and_long_running_downloads_are_given(judge: Judge) -> None:
    state = judge.service.state
    blob = state.add("A.txt", owner=ADA, data=b"Words.")
    made = state.add("Plan", owner=ADA, mime=DOCUMENT, exports={_DOCX: b"an office file"})
    assert await judge.ask(lambda one: one.files().get_media(fileId=blob, supportsAllDrives=True)) == b"Words."
    assert await judge.ask(lambda one: one.files().export_media(fileId=made, mimeType=_DOCX)) == b"an office file"
    state.export_limit = 3
    status, _ = await judge.refusal(lambda one: one.files().export_media(fileId=made, mimeType=_DOCX))
    assert status == 403
    begun = await judge.ask(lambda one: one.files().download(fileId=made, mimeType=_DOCX))
    assert misfits(API, "Operation", begun) == []
    waiting = await judge.ask(lambda one: one.operations().get(name=begun["name"]))
    done = await judge.ask(lambda one: one.operations().get(name=begun["name"]))
    assert (waiting.get("done"), done["done"]) == (None, True)
    published = _published("download")["download"]
    assert done["response"].keys() == published["response"].keys()
    assert done["response"]["@type"] == published["response"]["@type"]
    assert done.keys() == published.keys()


def _published(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((FIXTURES / f"{name}.json").read_text(encoding="utf-8"))["answers"]
    return found


def _shape(value: Any) -> Any:
    """Names and types; of texts only the words that are the same whatever they are about."""
    if isinstance(value, dict):
        return {name: _shape(one) for name, one in value.items()}
    if isinstance(value, list):
        return [_shape(one) for one in value]
    return type(value).__name__


async def test_refusals_are_in_the_shape_that_google_publishes(judge: Judge) -> None:
    state, published = judge.service.state, _published("errors")
    made = state.add("Plan", owner=ADA, mime=DOCUMENT)
    theirs = state.add("Gift.txt", owner=BEN, shares=[Share("user", ADA)])
    blob = state.add("A.txt", owner=ADA)
    calls: dict[str, Callable[[Any], Any]] = {
        "fileNotDownloadable": lambda one: one.files().get_media(fileId=made),
        "fileNotExportable": lambda one: one.files().export(fileId=blob, mimeType=_DOCX),
        "insufficientFilePermissions": lambda one: one.permissions().list(fileId=theirs),
        "notFound": lambda one: one.files().get(fileId="1-nothing"),
    }
    for reason, call in calls.items():
        status, body = await judge.refusal(call)
        wanted = published[reason]["error"]
        one, said = wanted["errors"][0], body["error"]["errors"][0]
        assert (status, said["reason"], said["domain"]) == (wanted["code"], one["reason"], one["domain"])
        assert _shape(wanted)["errors"][0].items() <= _shape(body["error"])["errors"][0].items()
    judge.service.consents.revoke_all()
    client = judge.client("nobody's token")
    with pytest.raises(HttpError) as raised:
        await asyncio.to_thread(lambda: client.files().get(fileId=blob).execute())
    assert json.loads(raised.value.content) == published["authError"]


async def test_what_drive_does_not_know_is_refused(judge: Judge) -> None:
    calls: dict[str, Callable[[Any], Any]] = {
        "q": lambda one: one.files().list(q="colour = 'red'"),
        "fields": lambda one: one.files().list(fields="files(id,colour)"),
        "pageToken": lambda one: one.changes().list(pageToken="garbage"),
        "driveId": lambda one: one.files().list(corpora="drive"),
    }
    for location, call in calls.items():
        status, body = await judge.refusal(call)
        assert (status, body["error"]["errors"][0]["location"]) == (400, location)
    status, body = await judge.refusal(lambda one: one.files().list(q="'1-nothing' in parents"))
    assert (status, body["error"]["errors"][0]["reason"]) == (404, "notFound")


async def test_a_service_account_acts_for_those_whom_the_domain_delegated_and_for_nobody_else(judge: Judge) -> None:
    judge.service.people.add(ADA)
    info = judge.service.key_file | {"token_uri": f"{judge.url}/token"}
    made = service_account.Credentials.from_service_account_info(info, scopes=[SCOPE])  # type: ignore[no-untyped-call]
    acting = made.with_subject(ADA)
    await asyncio.to_thread(acting.refresh, TokenRequest())
    about = await asyncio.to_thread(lambda: judge.client(acting.token).about().get(fields="user").execute())
    assert about["user"]["emailAddress"] == ADA
    with pytest.raises(Exception, match="invalid_grant"):
        await asyncio.to_thread(made.with_subject(BEN).refresh, TokenRequest())
