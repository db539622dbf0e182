import io
import json
import zipfile
from pathlib import Path

from backend.access import Caller
from backend.documents.export import zip_stream
from backend.documents.incoming import TextItem
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
