"""What a person changes beside the content, and what a connection holds."""

import pytest

from backend.access import Caller, Holder, source_principal
from backend.documents.incoming import TextItem
from backend.documents.sharing import Change
from backend.errors import Conflict, Forbidden, NotFound
from tests.integration.documents.test_outdated_words import packed
from tests.support.embedder import HashEmbedder
from tests.support.library import Library

SLACK = Holder.connection("c1")


async def test_a_given_title_survives_a_new_version_and_can_be_taken_back(library: Library, ada: Caller) -> None:
    page = b"<html><head><title>From the file</title></head><body><p>Boats.</p></body></html>"
    document_id = await library.add_file(ada, "page.html", page)
    await library.settled(ada)
    await library.service.change(ada, document_id, Change(title="From Ada", tags=("sea",)))
    await library.add_file(ada, "page.html", page.replace(b"Boats", b"Ships"))
    await library.settled(ada)
    document = await library.service.get(ada, document_id)
    assert (document.title, document.tags, document.version) == ("From Ada", ["sea"], 2)
    await library.service.change(ada, document_id, Change(title="", tags_back=True))
    await library.settled(ada)
    document = await library.service.get(ada, document_id)
    assert (document.title, document.tags) == ("From the file", [])
    assert [hit.title for hit in await library.search(ada, "ships")] == ["From the file"]


async def test_sharing_alone_embeds_nothing_and_reaches_what_is_inside(
    library: Library, ada: Caller, ben: Caller
) -> None:
    archive = await library.add_file(ada, "a.zip", packed("inside.txt"))
    await library.settled(ada)
    assert isinstance(library.embedder, HashEmbedder)
    embedded = len(library.embedder.embedded)
    await library.service.change(ada, archive, Change(access=frozenset({"group:legal"})))
    await library.parts.indexing.access_settled()
    [hit] = [hit for hit in await library.search(ben, "walnuts") if "Walnuts" in hit.text]
    assert len(library.embedder.embedded) == embedded
    with pytest.raises(Conflict) as raised:
        await library.service.change(ada, hit.document_id, Change(access=frozenset()))
    assert raised.value.code == "shared_with_its_parent"
    assert (await library.service.view(ada, hit.document_id))["may"] == ["edit", "delete", "retry"]


async def test_a_connections_document_is_seen_through_its_access_list_alone(
    library: Library, ada: Caller, ben: Caller
) -> None:
    group = source_principal("c1", "general")
    member = Caller(ben.user_id, ben.principals | {group})
    item = TextItem("m1", "Message", "Boats float on water.", access=frozenset({group}), path="general")
    [stored] = await library.service.store_texts(SLACK, [item], source="slack")
    await library.settled(member)
    for stranger in (ada, ben):
        assert await library.search(stranger, "boats") == []
        with pytest.raises(NotFound):
            await library.service.get(stranger, stored.id)
    [hit] = await library.search(member, "boats")
    row = await library.service.view(member, hit.document_id)
    assert (row["owner"], row["may"], row["access"]) == ({"connection_id": "c1", "name": ""}, [], None)
    assert (row["path"], row["connection_id"], row["source"]) == ("general", "c1", "slack")
    assert [grant.reason for grant in await library.service.why(member, stored.id)] == ["source_group"]
    with pytest.raises(Forbidden):
        await library.service.delete(member, stored.id)
    with pytest.raises(Forbidden):
        await library.service.change(member, stored.id, Change(access=frozenset({"workspace"})))
