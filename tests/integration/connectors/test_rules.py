"""What was learnt from the accidents of other connectors: each rule, and the tests that hold it."""

import re
import tracemalloc
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from backend.connectors.models import Connection
from backend.connectors.source_events import Access, Deferred, SourceFile
from backend.connectors.sync.fetching import Fetching, Known
from backend.documents.blobs.local import LocalBlobStore
from backend.settings import UploadSettings

_TESTS = Path(__file__).parents[2]
_TEST = re.compile(r"^(?:async )?def (test_\w+)", re.MULTILINE)

RULES: dict[str, tuple[str, ...]] = {
    "A cursor is taken before its listing, from the provider and not from our clock; what overlaps is known by its "
    "revision.": (
        "gmail/test_source.py::test_a_cursor_is_taken_before_its_listing_begins",
        "gmail/test_source.py::test_increments_overlap_and_are_known_by_their_revision",
        "google_drive/test_costs_and_cursors.py::test_what_changes_while_the_listing_is_under_way_is_not_lost",
        "test_lists_and_clocks.py::test_what_happens_at_any_moment_of_a_run_is_found",
        "test_lists_and_clocks.py::test_a_clock_that_is_hours_off_loses_nothing_and_lengthens_no_pause",
    ),
    "Answers of several parts are judged part by part.": (
        "github/test_answers.py::test_an_answer_is_judged_part_by_part",
    ),
    "An answer that is fine and says nothing is evidence of nothing.": (
        "gmail/test_source.py::test_an_answer_without_content_is_evidence_of_nothing",
        "google_drive/test_contents.py::test_an_answer_without_content_is_evidence_of_nothing",
        "google_drive/test_faults.py::test_an_answer_without_a_list_is_evidence_of_nothing",
        "google_drive/test_faults.py::test_an_answer_that_names_no_drives_takes_none_away",
        "notion/test_reading.py::test_an_answer_without_content_is_evidence_of_nothing",
        "github/test_answers.py::test_an_answer_without_content_is_evidence_of_nothing",
        "slack/test_threads_and_days.py::test_an_answer_without_any_message_takes_nothing_away",
        "slack/test_files.py::test_an_answer_that_lists_no_files_takes_none_away",
        "slack/test_files.py::test_an_answer_without_messages_takes_none_away",
        "test_faults.py::test_a_fault_of_one_call_is_made_up_for",
    ),
    "Every odd mail ends as a document, or is left out with a reason.": (
        "gmail/test_odd_mails.py::test_each_odd_mail_ends_as_a_document_or_is_left_out_with_a_reason",
    ),
    "Drive: shared drives in every list, one constant of fields, sizes of pages; increments from the feeds of changes; "
    "the new start token last; what is removed may only be lost.": (
        "google_drive/test_costs_and_cursors.py::test_every_list_asks_for_shared_drives_and_for_a_size_of_its_pages",
        "google_drive/test_official_client.py::test_our_fields_are_all_known_and_none_that_we_read_is_missing_from_them",
        "google_drive/test_costs_and_cursors.py::test_nothing_new_costs_two_calls_and_two_more_for_each_shared_drive",
        "google_drive/test_costs_and_cursors.py::test_the_new_start_token_is_saved_last",
        "google_drive/test_folders.py::test_a_folder_that_this_account_lost_takes_what_is_in_it_along",
        "google_drive/test_faults.py::test_a_change_that_does_not_say_what_became_of_a_file_is_asked_about",
    ),
    "Notion: a missing capability is noticed once; unknown blocks leave a mark; empty titles and long values are no "
    "trouble.": (
        "notion/test_reading.py::test_a_capability_that_is_missing_is_noticed_once_and_done_without",
        "notion/test_reading.py::test_a_block_without_markdown_leaves_a_mark",
        "notion/test_reading.py::test_an_empty_title_is_no_trouble",
        "notion/test_reading.py::test_values_beyond_25_are_all_there",
    ),
    "GitHub: reviews are read again with their pull request; pending ones stay out; an empty repository is no error.": (
        "github/test_conversations.py::test_a_new_comment_and_a_new_review_are_found",
        "github/test_conversations.py::test_pending_reviews_stay_out_until_they_are_handed_in",
        "github/test_files_of_repositories.py::test_an_empty_repository_is_no_error",
    ),
    "Unknown and deleted people cost one call a run.": (
        "slack/test_calls_and_limits.py::test_somebody_who_is_unknown_costs_one_call_however_often_they_wrote",
    ),
    "A run that stored nothing although there is something is no success.": (
        "github/test_rights.py::test_a_run_that_may_read_nothing_at_all_is_no_success",
        "test_runs.py::test_a_source_of_which_nothing_can_be_read_fails_each_time_until_something_is",
        "test_runs.py::test_a_run_that_tells_of_nothing_new_is_no_success_where_nothing_could_ever_be_read",
    ),
    "A giant file is capped and reported; memory stays flat.": (
        "gmail/test_gmail.py::test_a_giant_file_is_capped_and_reported_and_its_mail_read",
        "slack/test_files.py::test_a_file_that_is_too_large_is_capped_and_named",
        "test_rules.py::test_a_giant_file_is_capped_while_memory_stays_flat",
    ),
}


@pytest.mark.parametrize("rule", RULES)
def test_each_rule_is_held_by_tests(rule: str) -> None:
    for name in RULES[rule]:
        path, _, test = name.partition("::")
        found = [one for one in _TESTS.rglob(Path(path).name) if one.as_posix().endswith(f"connectors/{path}")]
        assert any(test in _TEST.findall(one.read_text()) for one in found), name


async def test_a_giant_file_is_capped_while_memory_stays_flat(tmp_path: Path) -> None:
    limit, piece = 100 * 2**20, bytes(2**16)
    given = 0

    async def read() -> AsyncIterator[bytes]:
        nonlocal given
        while given < 4 * limit:
            given += len(piece)
            yield piece

    async def fetch() -> SourceFile:
        return SourceFile("giant", "giant.bin", read)

    now = datetime.now(UTC)
    connection = Connection(id="c", type="toy", mode="personal", name="Toy", owner_id="u", created_at=now, due_at=now)
    fetching = Fetching(LocalBlobStore(tmp_path).prepare(), UploadSettings(max_file_bytes=limit))
    tracemalloc.start()
    try:
        event = Deferred("giant", "1", Access(owner=True), fetch)
        batch = await fetching.fetch(connection, {"giant": event}, Known({}, {}), parallel=1)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    refused = batch.refused["giant"]
    assert (refused.code, refused.skipped) == ("too_large", True)
    assert given <= limit + 2 * len(piece)
    assert peak < limit / 10
