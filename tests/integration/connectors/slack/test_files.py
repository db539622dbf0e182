"""Files that were shared: for whoever may read the channel, and never Slack's page for signing in."""

from typing import Any

import pytest

from backend.connectors.slack.files import file_id
from tests.integration.connectors.slack.conftest import ADA, BEN, Desk
from tests.support.provider_wire import Fault
from tests.support.scans import picture_file, written
from tests.support.slack_service import SCOPES

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_a_file_is_a_document_in_each_channel_that_it_was_shared_in(desk: Desk) -> None:
    both, hers = desk.channel("both", ADA, BEN), desk.channel("hers", ADA)
    shared = desk.slack.upload(both, ADA, "tides.txt", b"High water at noon.", also=[hers])
    made = await desk.connected()
    assert "High water at noon." in (await desk.ben_sees(made))[file_id(both.id, shared.id)]
    assert file_id(hers.id, shared.id) not in await desk.ben_sees(made)
    assert {file_id(both.id, shared.id), file_id(hers.id, shared.id)} <= set(await desk.ada_sees(made))


async def test_a_file_in_a_reply_is_found_and_stays_when_its_thread_is_quiet(desk: Desk) -> None:
    where = desk.channel("harbour")
    ts = desk.thread(where, "Who has the tides?", "I do.")
    made = await desk.connected()
    shared = desk.slack.upload(where, ADA, "tides.txt", b"High water at noon.", thread=ts)
    await desk.synced(made)
    assert file_id(where.id, shared.id) in await desk.ada_sees(made)
    for _ in range(2):
        run = await desk.relisted(made)
        assert (run["hidden"], run["deleted"]) == (0, 0)
    assert file_id(where.id, shared.id) in await desk.ada_sees(made)


async def test_a_deleted_file_is_gone_with_the_next_listing(desk: Desk) -> None:
    where = desk.channel("harbour")
    shared, *_ = [desk.slack.upload(where, ADA, f"tides-{number}.txt", b"High water.") for number in range(4)]
    made = await desk.connected()
    desk.slack.delete_file(shared.id)
    await desk.relisted(made)
    assert file_id(where.id, shared.id) not in await desk.ada_sees(made)
    assert sum(name.startswith("file:") for name in await desk.ada_sees(made)) == 3


async def test_an_answer_that_lists_no_files_takes_none_away(desk: Desk) -> None:
    where = desk.channel("harbour")
    kept = {file_id(where.id, desk.slack.upload(where, ADA, f"{n}.txt", b"High water.").id) for n in range(4)}
    made = await desk.connected()
    desk.stage.wire.fail_all(lambda one: one.path.endswith("/files.list"), Fault(status=200, body={"ok": True}))
    for _ in range(2):
        assert (await desk.place.attempted(made, everything=True))["status"] == "waiting"
    assert kept <= set(await desk.ada_sees(made))


async def test_an_answer_without_messages_takes_none_away(desk: Desk) -> None:
    where, other = desk.channel("harbour"), desk.channel("tower")
    for number in range(4):
        desk.thread(where, f"Words {number}.", "Yes.")
    desk.thread(other, "Few words.", "Yes.")
    made = await desk.connected()
    here = set(await desk.ada_sees(made))
    of_the_other = f"channel={other.id}"
    desk.stage.wire.fail_all(
        lambda one: one.path.endswith("/conversations.history") and of_the_other in one.query,
        Fault(status=200, body={"ok": True}),
    )
    for _ in range(2):
        assert (await desk.place.attempted(made, everything=True))["status"] == "waiting"
    assert set(await desk.ada_sees(made)) == here


@pytest.mark.parametrize("gives", ["page", "redirect"])
async def test_a_page_for_signing_in_is_not_a_files_content(desk: Desk, gives: str) -> None:
    where = desk.channel("harbour")
    desk.thread(where, "Words.", "Yes.")
    shared = desk.slack.upload(where, ADA, "tides.pdf", b"%PDF-1.7 ...", mimetype="application/pdf")
    shared.gives = gives
    made = await desk.connected()
    row = (await desk.place.items(made))[file_id(where.id, shared.id)]
    assert (row["status"], row["reason"]["code"]) == ("failed", "not_given")
    assert not [text for text in (await desk.ada_sees(made)).values() if "Sign in" in text]
    assert "/signin" not in {one.path for one in desk.stage.wire.journal}


async def test_a_web_page_that_was_shared_is_read_and_the_page_for_signing_in_is_not(desk: Desk) -> None:
    where = desk.channel("harbour")
    page = b"<!doctype html><html><body><p>High water at noon.</p></body></html>"
    shared, other = (
        desk.slack.upload(where, ADA, name, page, mimetype="text/html") for name in ("tides.html", "other.html")
    )
    other.gives = "page"
    made = await desk.connected()
    assert "High water at noon." in (await desk.ada_sees(made))[file_id(where.id, shared.id)]
    assert (await desk.place.items(made))[file_id(where.id, other.id)]["status"] == "failed"


async def test_a_canvas_is_read_as_a_document_and_again_when_it_was_edited(desk: Desk) -> None:
    where = desk.channel("both", ADA, BEN)
    kind: dict[str, Any] = {"mimetype": "application/vnd.slack-docs", "filetype": "quip", "mode": "quip"}
    canvas, other = (
        desk.slack.upload(where, ADA, name, b"<h1 id='a1'>Tides</h1><p>High water at noon.</p>", **kind)
        for name in ("Tides", "Other")
    )
    other.gives = "page"
    made = await desk.connected()
    for seen in (await desk.ada_sees(made), await desk.ben_sees(made)):
        assert "High water at noon." in seen[file_id(where.id, canvas.id)]
        assert "<p>" not in seen[file_id(where.id, canvas.id)]
    assert (await desk.place.items(made))[file_id(where.id, other.id)]["reason"]["code"] == "not_given"
    canvas.data, canvas.fields["updated"] = b"<h1 id='a1'>Tides</h1><p>High water at dusk.</p>", canvas.created + 60
    await desk.relisted(made)
    assert "High water at dusk." in (await desk.ada_sees(made))[file_id(where.id, canvas.id)]


async def test_what_is_no_document_is_skipped_with_its_reason(desk: Desk) -> None:
    where = desk.channel("harbour")
    picture = desk.slack.upload(where, ADA, "boat.gif", b"GIF89a", mimetype="image/gif")
    elsewhere = desk.slack.upload(where, ADA, "Plan", b"", is_external=True, mode="external", external_type="gdrive")
    items = desk.slack.upload(where, ADA, "Tasks", b"", mimetype="application/vnd.slack-list", filetype="list")
    made = await desk.connected()
    rows = await desk.place.items(made)
    assert [rows[file_id(where.id, one.id)]["reason"]["code"] for one in (picture, elsewhere, items)] == [
        "not_a_document",
        "kept_elsewhere",
        "not_a_document",
    ]


async def test_a_picture_is_recognised_and_asked_for_once(desk: Desk) -> None:
    where = desk.channel("harbour")
    screen = picture_file(written(["High water at noon, low water at six."], 600, 80, size=22).convert("L"), "PNG")
    shared = desk.slack.upload(where, ADA, "tides.png", screen, mimetype="image/png")
    made = await desk.connected()
    assert "High water at noon" in (await desk.ada_sees(made))[file_id(where.id, shared.id)]

    def asked() -> int:
        return sum(shared.id in request.path for request in desk.stage.wire.journal)

    before = asked()
    await desk.relisted(made)
    assert (before, asked()) == (1, 1)


async def test_pictures_are_left_out_by_choice(desk: Desk) -> None:
    where = desk.channel("harbour")
    shared = desk.slack.upload(where, ADA, "tides.png", b"\x89PNG", mimetype="image/png")
    made = await desk.connected(pictures=False)
    row = (await desk.place.items(made))[file_id(where.id, shared.id)]
    assert (row["status"], row["reason"]["code"]) == ("skipped", "not_chosen")


async def test_a_file_that_is_too_large_is_capped_and_named(desk: Desk) -> None:
    where = desk.channel("harbour")
    shared = desk.slack.upload(where, ADA, "large.txt", b"x" * 300_000)
    row = (await desk.place.items(await desk.connected()))[file_id(where.id, shared.id)]
    assert (row["status"], row["reason"]["code"]) == ("skipped", "too_large")


async def test_files_are_left_out_by_choice_and_then_need_no_permission(desk: Desk) -> None:
    where = desk.channel("harbour")
    desk.slack.upload(where, ADA, "tides.txt", b"High water at noon.")
    token = desk.slack.token(scopes=SCOPES.replace("files:read,", ""))
    made = await desk.place.connect(credentials={"token": token}, options={"files": False})
    assert (await desk.place.settled(made))["status"] == "ready"
    assert not [name for name in await desk.ada_sees(made) if name.startswith("file:")]
    refused = await desk.place.connect(credentials={"token": token})
    shown = await desk.place.settled(refused)
    assert (shown["status"], shown["status_reason"]["code"]) == ("attention", "permission_missing")
    assert "files:read" in shown["status_reason"]["message"]
