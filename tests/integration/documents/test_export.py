import io
import json
import zipfile
from datetime import UTC, datetime
from pathlib import Path

from backend.access import Caller
from backend.documents.export import zip_stream
from backend.documents.incoming import TextItem
from backend.documents.schema import VERSIONS
from tests.support.app import running_app, settings_for
from tests.support.library import Library


async def test_the_archive_holds_originals_texts_and_metadata_of_ones_own_documents(
    library: Library, ada: Caller
) -> None:
    file_id = await library.add_file(ada, "trip/pl:an.md", b"# Plan\n\nThe boat sails at dawn.")
    [text] = await library.service.store_texts("ada", [TextItem("1", "T", "Some words.")])
    await library.service.store_texts("ben", [TextItem("b", "Ben's", "Shared.", access=frozenset({"workspace"}))])
    await library.settled(ada)
    data = b"".join([piece async for piece in zip_stream(library.parts.export.entries(ada))])
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.testzip() is None
        assert sorted(archive.namelist()) == sorted(
            [
                f"documents/{file_id}/metadata.json",
                f"documents/{file_id}/text.txt",
                f"documents/{file_id}/original/pl_an.md",
                f"documents/{text.id}/metadata.json",
                f"documents/{text.id}/text.txt",
            ]
        )
        assert archive.read(f"documents/{file_id}/original/pl_an.md") == b"# Plan\n\nThe boat sails at dawn."
        assert archive.read(f"documents/{text.id}/text.txt") == b"Some words."
        metadata = json.loads(archive.read(f"documents/{file_id}/metadata.json"))
        assert (metadata["title"], metadata["external_id"], metadata["version"]) == ("Plan", "trip/pl:an.md", 1)
        assert not {"owner_id", "holder", "given", "blob", "content_hash"} & set(metadata)


async def test_a_date_after_2107_and_a_damaged_text_do_not_end_the_export(library: Library, ada: Caller) -> None:
    times = [datetime(year, 6, 1, tzinfo=UTC) for year in (1, 2026, 2107, 2108, 2200, 9999)]
    stored = await library.service.store_texts(
        "ada", [TextItem(str(time.year), "T", f"Words of {time.year}.", modified_at=time) for time in times]
    )
    await library.settled(ada)
    damaged = stored[1].id
    await library.database.collection(VERSIONS).update_one({"document_id": damaged}, {"$set": {"text": "Other words."}})
    data = b"".join([piece async for piece in zip_stream(library.parts.export.entries(ada))])
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.testzip() is None
        for time, document in zip(times, stored, strict=True):
            metadata = archive.getinfo(f"documents/{document.id}/metadata.json")
            assert json.loads(archive.read(metadata))["modified_at"].startswith(f"{time.year:04}-06-01")
            assert metadata.date_time[0] == min(max(time.year, 1980), 2107)
            if document.id != damaged:
                assert archive.read(f"documents/{document.id}/text.txt").decode() == f"Words of {time.year}."
        assert f"documents/{damaged}/text.txt" not in archive.namelist()
        assert b"restore a backup" in archive.read(f"documents/{damaged}/text-damaged.txt")


async def test_the_route_gives_documents_and_conversations_to_their_owner_only(tmp_path: Path) -> None:
    async with (
        running_app(settings_for(tmp_path)) as app,
        app.signed_in("ada") as ada,
        app.signed_in("ben") as ben,
    ):
        await ada.add_texts([{"external_id": "1", "text": "Boats float on water."}])
        await ada.wait_until_indexed(poll_seconds=0.05)
        answer = await ada.answer("What floats on water?")
        names = {}
        for name, client in (("ada", ada), ("ben", ben)):
            target = tmp_path / f"{name}.zip"
            await client.download("/export", target)
            with zipfile.ZipFile(target) as archive:
                names[name] = archive.namelist()
                if name == "ada":
                    [conversation] = [one for one in names[name] if one.startswith("conversations/")]
                    messages = json.loads(archive.read(conversation))["messages"]
                    assert [message["role"] for message in messages] == ["user", "assistant"]
                    assert messages[1]["content"] == answer["content"]
        assert len(names["ada"]) == 3
        assert names["ben"] == []
