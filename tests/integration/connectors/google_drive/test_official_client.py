"""Google's own client judges the stand-in, for each call that the gateway makes."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from google.auth.transport.requests import Request as TokenRequest
from google.oauth2 import service_account
from googleapiclient.discovery import build_from_document
from googleapiclient.errors import HttpError

from backend.connectors.google_drive.files import FILE_FIELDS, PERMISSION_FIELDS
from tests.contract.connectors.stage import ADA, BEN
from tests.support.google_client import WithToken
from tests.support.google_discovery import described, document, misfits, untold
from tests.support.google_drive_service import API, SCOPE, DriveService
from tests.support.google_drive_state import DOCUMENT, FOLDER, SHORTCUT, Share
from tests.support.provider_wire import served

pytestmark = pytest.mark.asyncio(loop_scope="module")

FIXTURES = Path(__file__).parents[3] / "fixtures" / "providers" / "google_drive"
_DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_BOTH = {"supportsAllDrives": True, "includeItemsFromAllDrives": True}


@dataclass(slots=True)
class Judge:
    """The official client over the stand-in; its calls block, so each goes to a thread."""

    service: DriveService
    url: str

    def client(self, token: str) -> Any:
        described = {**document(API), "rootUrl": f"{self.url}/", "baseUrl": f"{self.url}/drive/v3/"}
        return build_from_document(described, http=WithToken(token))

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


async def test_each_field_that_is_read_is_one_that_the_stand_in_says(judge: Judge) -> None:
    """Of what Google describes of files, shares and changes, whatever the connector asks for."""
    state = judge.service.state
    begun = await judge.ask(lambda one: one.changes().getStartPageToken(supportsAllDrives=True))
    drive = state.add_drive("Team", Share("user", ADA, "organizer"))
    ends = Share("user", BEN, ends="2027-01-01T00:00:00.000Z")
    everyone = (Share("domain", "example.com"), Share("anyone", discoverable=True), Share("group", "crew@example.com"))
    own = state.add("Own.txt", owner=ADA, data=b"Words.", shares=[ends, *everyone], key="0-key")
    folder = state.add("Folder", owner=ADA, mime=FOLDER, shares=[Share("user", BEN, view="published")])
    ids = [
        own,
        folder,
        state.add("Link", owner=ADA, mime=SHORTCUT, target=own),
        state.add("Theirs.txt", owner=BEN, shares=[Share("user", ADA)]),
        state.add("Named.txt", parent=drive, shares=[Share("user", BEN)]),
    ]
    state.delete(state.add("Gone.txt", owner=ADA))

    def of_file(id_: str) -> Callable[[Any], Any]:
        return lambda one: one.files().get(fileId=id_, supportsAllDrives=True, fields=FILE_FIELDS)

    files = [await judge.ask(of_file(id_)) for id_ in ids]
    asked = described(API, "File", FILE_FIELDS)
    # The shares of an item of a shared drive come by a call of their own.
    assert asked & untold(API, "File", *files) == {"File.permissions[].permissionDetails"}
    fields = f"nextPageToken,permissions({PERMISSION_FIELDS})"
    shares = await judge.ask(lambda one: one.permissions().list(fileId=ids[-1], supportsAllDrives=True, fields=fields))
    of_details = {at for at in described(API, "PermissionList", fields) if "permissionDetails" in at}
    assert not of_details & untold(API, "PermissionList", shares)
    fields = "newStartPageToken,nextPageToken,changes(changeType,removed,fileId,driveId,file(id))"
    changes: list[dict[str, Any]] = []
    client = judge.client(judge.service.consents.issue(ADA, SCOPE))
    request = client.changes().list(pageToken=begun["startPageToken"], fields=fields, includeRemoved=True, **_BOTH)
    while request is not None:
        changes.append(await asyncio.to_thread(request.execute))
        request = client.changes().list_next(request, changes[-1])
    assert not described(API, "ChangeList", fields) & untold(API, "ChangeList", *changes)


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
    fields = f"nextPageToken,newStartPageToken,changes(changeType,removed,fileId,driveId,file({FILE_FIELDS}))"
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


async def test_a_channel_is_opened_tells_of_changes_and_is_stopped(judge: Judge) -> None:
    token = (await judge.ask(lambda drive: drive.changes().getStartPageToken()))["startPageToken"]
    ends_at = int((time.time() + 3 * 24 * 3600) * 1000)
    body = {
        "id": "01234567-89ab-cdef-0123456789ab", "type": "web_hook", "address": "https://mydomain.com/notifications",
        "token": "target=myApp-myChangesChannelDest", "expiration": str(ends_at),
    }  # fmt: skip
    made = await judge.ask(lambda drive: drive.changes().watch(pageToken=token, body=body))
    assert misfits(API, "Channel", made) == []
    assert (made["kind"], made["id"], made["token"]) == ("api#channel", body["id"], body["token"])
    assert int(made["expiration"]) == ends_at
    judge.service.state.add("new.txt", owner=ADA, data=b"Words.")
    channels = judge.service.channels
    assert [headers["X-Goog-Resource-State"] for _, headers in channels.waiting] == ["sync", "change"]
    status, refusal = await judge.refusal(lambda drive: drive.changes().watch(pageToken=token, body=body))
    assert (status, refusal["error"]["errors"][0]["reason"]) == (400, "channelIdNotUnique")
    stop = {"id": made["id"], "resourceId": made["resourceId"]}
    await judge.ask(lambda drive: drive.channels().stop(body=stop))
    assert channels.live() == []
    assert (await judge.refusal(lambda drive: drive.channels().stop(body=stop)))[0] == 404


async def test_a_channel_to_an_address_without_https_is_refused_and_none_lives_longer_than_a_week(judge: Judge) -> None:
    token = (await judge.ask(lambda drive: drive.changes().getStartPageToken()))["startPageToken"]
    body = {"id": "one", "type": "web_hook", "address": "http://mydomain.com/notifications"}
    status, refusal = await judge.refusal(lambda drive: drive.changes().watch(pageToken=token, body=body))
    assert (status, refusal["error"]["errors"][0]["reason"]) == (400, "push.webhookUrlNotHttps")
    body = {"id": "two", "type": "web_hook", "address": "https://mydomain.com/notifications", "expiration": "9" * 13}
    made = await judge.ask(lambda drive: drive.changes().watch(pageToken=token, body=body))
    assert int(made["expiration"]) / 1000 - time.time() <= 7 * 24 * 3600
