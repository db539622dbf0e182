"""What is read of each kind of file, and what is left out with its reason."""

import pytest
from PIL import Image
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from tests.contract.connectors.stage import ADA
from tests.integration.connectors.google_drive.drive_place import DrivePlace
from tests.support import files
from tests.support.google_drive_state import DOCUMENT, SHEET, SLIDES
from tests.support.provider_wire import Fault, served
from tests.support.scans import picture_file, written

pytestmark = pytest.mark.asyncio(loop_scope="module")

_OFFICE = "application/vnd.openxmlformats-officedocument"
DOCX, XLSX = f"{_OFFICE}.wordprocessingml.document", f"{_OFFICE}.spreadsheetml.sheet"
PPTX = f"{_OFFICE}.presentationml.presentation"
SIGN = picture_file(written(["High water at noon, low water at six."], 600, 80, size=22), "PNG")
SEA = picture_file(Image.linear_gradient("L"), "JPEG")
_GONE = Fault(status=404, body={"error": {"errors": [{"domain": "global", "reason": "notFound"}], "code": 404}})


async def test_what_google_makes_itself_is_read_with_its_headings_sheets_and_notes(drive: DrivePlace) -> None:
    document = files.docx(blocks=[("Heading 1", "About herrings"), ("Normal", "They swim in swarms.")])
    sheet = files.xlsx({"Catch": [["year", "tons"], ["2025", 412.0]], "Crew": [["Ada", "captain"]]})
    slides = files.pptx([("Nets", "drift and trawl", "say it slowly")])
    made = {
        drive.state.add("Plan", owner=ADA, mime=DOCUMENT, exports={DOCX: document}): ("They swim in swarms.",),
        drive.state.add("Numbers", owner=ADA, mime=SHEET, exports={XLSX: sheet}): ("412", "captain"),
        drive.state.add("Talk", owner=ADA, mime=SLIDES, exports={PPTX: slides}): ("drift and trawl", "say it slowly"),
    }
    connection = await drive.connected()
    seen = await drive.seen(drive.ada, connection)
    assert {id_: [words for words in wanted if words not in seen[id_]] for id_, wanted in made.items()} == {
        id_: [] for id_ in made
    }
    shown = await drive.shown(connection)
    assert {(one["kind"], one["title"]) for one in shown.values()} == {
        ("docx", "Plan"),
        ("xlsx", "Numbers"),
        ("pptx", "Talk"),
    }
    assert {one["author"] for one in shown.values()} == {"Ada"}


async def test_a_document_above_the_limit_of_exports_comes_by_the_long_running_download(drive: DrivePlace) -> None:
    drive.state.export_limit = 1000
    document = files.docx(blocks=[("Normal", "A very long story about herrings.")])
    id_ = drive.state.add("Novel", owner=ADA, mime=DOCUMENT, exports={DOCX: document})
    connection = await drive.connected()
    assert "A very long story" in (await drive.seen(drive.ada, connection))[id_]
    assert drive.calls("/operations/") >= 1


@pytest.mark.parametrize(("code", "status"), [(14, "failed"), (3, "skipped")])
async def test_a_long_running_download_that_fails_ends_its_file_alone(
    drive: DrivePlace, code: int, status: str
) -> None:
    """UNAVAILABLE may pass, INVALID_ARGUMENT does not."""
    drive.state.export_limit, drive.stage.service.fails_with = 1000, code
    document = files.docx(blocks=[("Normal", "Words.")])
    id_ = drive.state.add("Novel", owner=ADA, mime=DOCUMENT, exports={DOCX: document})
    fine = drive.file("Words that are fine.")
    rows = await drive.rows(await drive.connected())
    assert (rows[id_]["status"], rows[fine]["status"]) == (status, "indexed")


async def test_a_token_goes_to_no_host_that_is_not_googles(drive: DrivePlace) -> None:
    seen: list[str | None] = []

    async def elsewhere(request: Request) -> Response:
        seen.append(request.headers.get("authorization"))
        return Response(files.docx(blocks=[("Normal", "Words from elsewhere.")]))

    drive.state.export_limit = 1000
    document = files.docx(blocks=[("Normal", "Words.")])
    id_ = drive.state.add("Novel", owner=ADA, mime=DOCUMENT, exports={DOCX: document})
    async with served(Starlette(routes=[Route("/file", elsewhere)])) as url:
        drive.stage.service.prepared_at = f"{url}/file"
        connection = await drive.connected()
        assert "Words from elsewhere." in (await drive.seen(drive.ada, connection))[id_]
    assert seen == [None]


async def test_pdfs_and_office_files_are_read_as_they_are(drive: DrivePlace) -> None:
    pdf = drive.state.add("Report.pdf", owner=ADA, mime="application/pdf", data=files.pdf([["Herring report"]]))
    word = files.docx(blocks=[("Normal", "Written in Word.")])
    office = drive.state.add("Letter.docx", owner=ADA, mime=DOCX, data=word)
    connection = await drive.connected()
    seen = await drive.seen(drive.ada, connection)
    assert ("Herring report" in seen[pdf], "Written in Word." in seen[office]) == (True, True)


async def test_what_holds_no_text_is_left_out_with_its_reason_and_never_asked_for(drive: DrivePlace) -> None:
    picture = drive.state.add("Sea.gif", owner=ADA, mime="image/gif", data=b"GIF89a")
    form = drive.state.add("Survey", owner=ADA, mime="application/vnd.google-apps.form")
    connection = await drive.connected()
    rows = await drive.rows(connection)
    assert {(rows[id_]["status"], rows[id_]["reason"]["code"]) for id_ in (picture, form)} == {("skipped", "no_text")}
    assert drive.calls(picture) + drive.calls(form) == 0


async def test_a_picture_is_recognised_and_asked_for_once(drive: DrivePlace) -> None:
    picture = drive.state.add("Harbour.png", owner=ADA, mime="image/png", data=SIGN)
    sea = drive.state.add("Sea.jpg", owner=ADA, mime="image/jpeg", data=SEA)
    connection = await drive.connected()
    assert "High water at noon" in (await drive.seen(drive.ada, connection))[picture]
    asked = drive.calls(picture), drive.calls(sea)
    await drive.place.named_again(connection)
    assert (drive.calls(picture), drive.calls(sea)) == asked
    # Most photos show no words; that is no failure, and nothing to be tried again.
    assert {row["status"] for row in (await drive.rows(connection)).values()} == {"indexed"}
    (document,) = [one for id_, one in (await drive.shown(connection)).items() if id_ == sea]
    (warning,) = (await drive.ada.call("GET", f"/documents/{document['id']}")).json()["warnings"]
    assert warning.startswith("No words were recognised")


async def test_pictures_are_left_out_by_choice_and_come_in_when_they_are_chosen(drive: DrivePlace) -> None:
    picture = drive.state.add("Harbour.png", owner=ADA, mime="image/png", data=SIGN)
    connection = await drive.connected(pictures=False)
    row = (await drive.rows(connection))[picture]
    assert (row["status"], row["reason"]["code"], drive.calls(picture)) == ("skipped", "not_chosen", 0)
    options = {"subject": ADA, "pictures": True}
    changed = await drive.ada.call("PATCH", f"/connections/{connection}", json={"options": options})
    assert changed.status_code == 200, changed.text
    await drive.place.settled(connection, ended=2)
    assert "High water at noon" in (await drive.seen(drive.ada, connection))[picture]


async def test_what_google_does_not_give_out_ends_that_file_alone(drive: DrivePlace) -> None:
    closed = drive.file("Not to be downloaded.", downloads=False)
    harmful = drive.file("A virus.", abusive=True)
    fine = drive.file("Words that are fine.")
    connection = await drive.connected()
    rows = await drive.rows(connection)
    assert {(rows[id_]["status"], rows[id_]["reason"]["code"]) for id_ in (closed, harmful)} == {
        ("skipped", "not_given_out")
    }
    assert "harmful" in rows[harmful]["reason"]["message"]
    assert rows[fine]["status"] == "indexed"


async def test_an_answer_without_content_is_evidence_of_nothing(drive: DrivePlace) -> None:
    id_ = drive.state.add("Plan", owner=ADA, mime=DOCUMENT, exports={DOCX: b""})
    fine = drive.file("Words that are fine.")
    connection = await drive.connected()
    rows = await drive.rows(connection)
    assert (rows[id_]["status"], rows[id_]["reason"]["code"]) == ("failed", "empty_answer")
    assert rows[fine]["status"] == "indexed"


async def test_what_went_between_the_listing_and_the_reading_is_gone(drive: DrivePlace) -> None:
    stays = drive.file("Words that stay.")
    connection = await drive.connected()
    goes = drive.file("Words that go.")
    drive.stage.wire.fail_all(lambda request: goes in request.path, _GONE)
    await drive.synced(connection)
    assert set(await drive.seen(drive.ada, connection)) == {stays}
