from dataclasses import replace
from datetime import UTC, datetime

import pytest

from backend.access import Holder
from backend.documents.incoming import FileItem, TextItem, content_hash
from backend.documents.intake import Intake
from backend.documents.models import DocumentStatus, Said
from backend.documents.origins import given_by
from backend.documents.repository import Known

BEFORE = datetime(2026, 1, 1, tzinfo=UTC)
NOW = datetime(2026, 3, 1, tzinfo=UTC)
INTAKE = Intake(holder=Holder.person("ada"), source="api")
ITEM = TextItem("1", "Title", "Some text")


def known(item: TextItem | FileItem, status: DocumentStatus = DocumentStatus.indexed, **changes: object) -> Known:
    there = Known(
        id="d1",
        external_id=item.external_id,
        filename=item.filename if isinstance(item, FileItem) else None,
        key=INTAKE.key(item),
        content_hash=content_hash(item),
        status=status,
        version=1,
        blob=item.digest if isinstance(item, FileItem) else None,
        access=frozenset({"user:ada"}),
        hidden=False,
        marked=False,
        revision=None,
        parent_external_id=None,
        same_as=None,
        given=given_by(item, Said()),
        read=Said(),
        received_at=BEFORE,
        pending_text=None,
        error=None,
    )
    return replace(there, **changes)  # type: ignore[arg-type]


def test_a_new_text_is_queued_with_its_text_and_its_owner() -> None:
    plan = INTAKE.plan([ITEM], {}, now=NOW)
    [head], [text], [stored] = plan.heads, plan.texts, plan.results
    assert (head["status"], head["access"], head["pending_text"]) == ("queued", ["user:ada"], text.text_id)
    assert (stored.outcome, plan.queued) == ("created", [stored.id])


def test_an_unchanged_item_causes_no_write_at_all() -> None:
    there = known(ITEM)
    plan = INTAKE.plan([ITEM], {there.key: there}, now=NOW)
    assert (plan.texts, plan.heads, plan.changes, plan.queued) == ([], [], [], [])
    assert plan.results[0].outcome == "unchanged"


def test_another_place_is_written_and_is_no_work() -> None:
    there = known(ITEM)
    plan = INTAKE.placed({there.key: "New/1.txt"}, {there.key: there}, now=NOW)
    [(document_id, update)] = plan.changes
    assert (document_id, update["$set"]["path"], update["$set"]["title"]) == ("d1", "New/1.txt", "Title")
    assert "status" not in update["$set"]
    assert plan.queued == []
    placed = replace(there, given=there.given.model_copy(update={"path": "New/1.txt"}))
    assert INTAKE.placed({there.key: "New/1.txt"}, {there.key: placed}, now=NOW).changes == []


def test_a_later_item_of_the_same_call_replaces_an_earlier_one() -> None:
    plan = INTAKE.plan([ITEM, TextItem("1", "Title", "Newer text")], {}, now=NOW)
    assert [text.text for text in plan.texts] == ["Newer text"]
    assert plan.results[0].id == plan.results[1].id
    assert len(plan.heads) == 1


def test_changed_access_alone_is_no_work_for_indexing() -> None:
    there = known(ITEM)
    plan = INTAKE.plan([replace(ITEM, access=frozenset({"workspace"}))], {there.key: there}, now=NOW)
    assert (plan.texts, plan.queued) == ([], [])
    assert plan.access_changed == ["d1"]
    [(_, update)] = plan.changes
    assert update["$set"]["access"] == ["user:ada", "workspace"]
    assert set(update["$set"]) == {"access", "shared_with", "dirty"}
    assert (plan.results[0].outcome, plan.results[0].status) == ("updated", "indexed")


def test_a_changed_title_is_indexed_again_without_a_new_text() -> None:
    there = known(ITEM)
    plan = INTAKE.plan([replace(ITEM, title="Another")], {there.key: there}, now=NOW)
    [(_, update)] = plan.changes
    assert (update["$set"]["work"], update["$set"]["title"], plan.queued) == ("reindex", "Another", ["d1"])
    assert plan.texts == []


def test_a_changed_address_alone_is_no_work_for_indexing() -> None:
    there = known(ITEM)
    plan = INTAKE.plan([replace(ITEM, url="https://example.com")], {there.key: there}, now=NOW)
    [(_, update)] = plan.changes
    assert (update["$set"]["url"], plan.queued) == ("https://example.com", [])


FILE = FileItem("trip/a.pdf", "trip/a.pdf", digest="d", size_bytes=3)
READ = Said(title="Read title", author="Reader", tags=["read"], modified_at=datetime(2020, 1, 1, tzinfo=UTC))


def test_sharing_a_file_again_keeps_what_was_read_and_makes_it_no_newer() -> None:
    there = known(FILE, read=READ)
    plan = INTAKE.plan([replace(FILE, access=frozenset({"workspace"}))], {there.key: there}, now=NOW)
    [(_, update)] = plan.changes
    assert not {"title", "author", "tags", "modified_at", "read"} & set(update["$set"])


def test_a_new_version_keeps_what_was_given_and_what_was_read_until_it_is_read_itself() -> None:
    given = Said(title="Given title", path="Shelf/Trips")
    there = known(FILE, given=given, read=READ)
    plan = INTAKE.plan([replace(FILE, digest="new")], {there.key: there}, now=NOW)
    [(_, update)] = plan.changes
    fields = update["$set"]
    assert Said.model_validate(fields["given"]) == given
    assert (fields["title"], fields["author"], fields["tags"], fields["path"]) == (
        "Given title",
        "Reader",
        ["read"],
        "Shelf/Trips",
    )
    assert fields["modified_at"] == READ.modified_at


def test_the_same_item_with_finer_times_than_are_stored_is_unchanged() -> None:
    finer = datetime(2026, 2, 2, 3, 4, 5, 123456, tzinfo=UTC)
    item = replace(ITEM, modified_at=finer)
    stored = known(
        item,
        given=given_by(item, Said()).model_copy(update={"modified_at": finer.replace(microsecond=123000)}),
    )
    assert INTAKE.plan([item], {stored.key: stored}, now=NOW).changes == []


def test_changed_text_takes_the_lease_from_whoever_works_on_the_old_one() -> None:
    there = known(ITEM, DocumentStatus.processing, pending_text="old")
    plan = INTAKE.plan([replace(ITEM, text="New")], {there.key: there}, now=NOW)
    [(_, update)] = plan.changes
    assert "lease_token" in update["$unset"]
    assert update["$set"]["pending_text"] == plan.texts[0].text_id
    assert plan.replaced_texts == ["old"]


def test_a_failed_document_is_tried_again_when_it_comes_in_unchanged() -> None:
    there = known(ITEM, DocumentStatus.failed)
    plan = INTAKE.plan([ITEM], {there.key: there}, now=NOW)
    assert plan.queued == ["d1"]
    assert plan.texts == []


@pytest.mark.parametrize("lost", [{"pending_text": "old"}, {"error": "text_missing"}, {"error": "text_damaged"}])
def test_the_words_of_a_failed_text_are_put_again_when_it_comes_in_unchanged(lost: dict[str, str]) -> None:
    there = known(ITEM, DocumentStatus.failed, **lost)
    plan = INTAKE.plan([ITEM], {there.key: there}, now=NOW)
    [(_, update)], [text] = plan.changes, plan.texts
    assert (update["$set"]["work"], update["$set"]["pending_text"], text.text) == ("text", text.text_id, ITEM.text)
    assert plan.replaced_texts == [old for name, old in lost.items() if name == "pending_text"]


def test_a_present_version_that_could_not_be_indexed_again_is_no_new_one_when_it_comes_in_unchanged() -> None:
    there = known(ITEM, DocumentStatus.failed, error="upstream_rejected")
    plan = INTAKE.plan([ITEM], {there.key: there}, now=NOW)
    [(_, update)] = plan.changes
    assert "work" not in update["$set"]
    assert plan.texts == []


def test_empty_items_fail_at_once_with_advice() -> None:
    empty_file = FileItem("e.txt", "e.txt", digest="d", size_bytes=0)
    plan = INTAKE.plan([replace(ITEM, text=" \n"), empty_file], {}, now=NOW)
    assert [head["error"]["code"] for head in plan.heads] == ["empty_text", "empty_file"]
    assert plan.queued == []


@pytest.mark.parametrize(
    "item", [replace(ITEM, text=" "), FileItem("e.txt", "e.txt", digest="d", size_bytes=0)], ids=["text", "file"]
)
def test_access_taken_from_an_empty_item_is_stored(item: TextItem | FileItem) -> None:
    there = known(item, DocumentStatus.failed, access=frozenset({"workspace"}))
    plan = INTAKE.plan([item], {there.key: there}, now=NOW)
    [(_, update)] = plan.changes
    assert update["$set"]["access"] == ["user:ada"]
    assert plan.access_changed == ["d1"]
    assert (plan.queued, plan.results[0].status) == ([], "failed")


@pytest.mark.parametrize("version", [0, 1])
@pytest.mark.parametrize("emptied", [replace(ITEM, text=" "), FileItem("1", "1.zip", digest="e", size_bytes=0)])
def test_what_was_inside_goes_when_a_known_document_is_emptied(emptied: TextItem | FileItem, version: int) -> None:
    there = known(ITEM, DocumentStatus.failed, version=version)
    plan = INTAKE.plan([emptied], {there.key: there}, now=NOW)
    assert (plan.emptied, plan.results[0].status) == (["d1"], "queued" if version else "failed")
    failed = known(emptied, DocumentStatus.failed, version=version)
    assert INTAKE.plan([emptied], {failed.key: failed}, now=NOW).emptied == ["d1"], "it may have been cut short before"
    assert INTAKE.plan([emptied], {}, now=NOW).emptied == []


def test_a_replaced_original_is_let_go() -> None:
    file = FileItem("a.txt", "a.txt", digest="old", size_bytes=3)
    there = known(file)
    plan = INTAKE.plan([replace(file, digest="new")], {there.key: there}, now=NOW)
    assert plan.replaced_blobs == ["old"]


def test_the_same_external_id_of_another_owner_or_source_is_another_document() -> None:
    keys = {
        INTAKE.key(ITEM),
        Intake(holder=Holder.person("ben"), source="api").key(ITEM),
        Intake(holder=Holder.person("ada"), source="upload").key(ITEM),
        Intake(holder=Holder.connection("ada"), source="api").key(ITEM),
    }
    assert len(keys) == 4
