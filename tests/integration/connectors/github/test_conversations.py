"""Issues, pull requests and discussions, and how they change, move away and disappear."""

from datetime import timedelta

import pytest

from tests.integration.connectors.github.conftest import GitHubPlace
from tests.support.github_state import Review

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def text_of(at: GitHubPlace, made: str, kind: str, number: int) -> str:
    return (await at.place.held(at.place.ada, made)).get(f"{kind}:{at.papers.id}:{number}", "")


async def test_a_conversation_is_read_to_its_end(at: GitHubPlace) -> None:
    issue = at.papers.open("issue", "A long one")
    for number in range(25):  # the stand-in gives ten at a time
        at.papers.comment(issue, f"Comment {number}.")
    pull = at.papers.open("pull", "A fix")
    for number in range(12):
        at.papers.review(pull, "COMMENTED", f"Review {number}.", ("a.py", number, f"Line {number}."))
    discussion = at.papers.open("discussion", "A thought")
    for number in range(12):
        at.papers.comment(discussion, f"Answer {number}.")
    made = await at.place.connected()
    found = {
        kind: await text_of(at, made, kind, number) for kind, number in (("issue", 1), ("pull", 2), ("discussion", 3))
    }
    assert all(f"Comment {number}." in found["issue"] for number in range(25))
    assert all(f"Review {number}." in found["pull"] and f"Line {number}." in found["pull"] for number in range(12))
    assert all(f"Answer {number}." in found["discussion"] for number in range(12))


async def test_closed_issues_and_merged_pull_requests_are_read(at: GitHubPlace) -> None:
    at.papers.edit(at.papers.open("issue", "Done"), state="closed")
    at.papers.edit(at.papers.open("pull", "In"), state="merged")
    made = await at.place.connected()
    assert await at.statuses(made) == {"issue:1": "indexed", "pull:2": "indexed"}
    assert "merged" in await text_of(at, made, "pull", 2)


async def test_a_new_comment_and_a_new_review_are_found(at: GitHubPlace) -> None:
    issue, pull = at.papers.open("issue", "A bug"), at.papers.open("pull", "A fix")
    made = await at.place.connected()
    at.papers.comment(issue, "A late comment.")
    at.papers.review(pull, "APPROVED", "A late review.", ("a.py", 3, "A late line."))
    await at.place.synced(made)
    assert "A late comment." in await text_of(at, made, "issue", 1)
    found = await text_of(at, made, "pull", 2)
    assert "A late review." in found
    assert "A late line." in found


async def test_pending_reviews_stay_out_until_they_are_handed_in(at: GitHubPlace) -> None:
    pull = at.papers.open("pull", "A fix")
    review: Review = at.papers.review(pull, "PENDING", "Secret so far.", ("a.py", 1, "Secret line."))
    made = await at.place.connected()
    assert "Secret" not in await text_of(at, made, "pull", 1)
    review.state = "APPROVED"
    at.papers.edit(pull)
    await at.place.synced(made)
    found = await text_of(at, made, "pull", 1)
    assert "Secret so far." in found
    assert "Secret line." in found


async def test_an_edited_comment_is_found_within_the_reconcile_period(at: GitHubPlace) -> None:
    """It leaves no trace at its issue."""
    at.service.world.ago = timedelta(hours=1)
    try:
        issue, pull = at.papers.open("issue", "A bug"), at.papers.open("pull", "A fix")
        comment = at.papers.comment(issue, "The first words.")
        line = at.papers.review(pull, "COMMENTED", "", ("a.py", 1, "The first line.")).comments[0][2]
    finally:
        at.service.world.ago = timedelta()
    made = await at.place.connected()
    at.papers.edit_comment(comment, "The second words.")
    at.papers.edit_comment(line, "The second line.")
    await at.everything(made)
    assert "The second words." in await text_of(at, made, "issue", 1)
    assert "The second line." in await text_of(at, made, "pull", 2)


async def test_a_comment_that_was_deleted_without_a_trace_is_found_by_their_number(at: GitHubPlace) -> None:
    issue = at.papers.open("issue", "A bug")
    at.papers.comment(issue, "Words to be taken back.")
    made = await at.place.connected()
    issue.comments.clear()
    await at.everything(made)
    assert "taken back" not in await text_of(at, made, "issue", 1)


@pytest.mark.parametrize("how", ["deleted", "transferred", "converted"])
async def test_an_issue_that_is_no_longer_there_is_gone(at: GitHubPlace, how: str) -> None:
    for number in range(3):
        at.papers.open("issue", f"Issue {number}")
    made = await at.place.connected()
    gone = at.papers.items.pop(2)
    if how == "converted":
        at.papers.open("discussion", gone.title, gone.body)
    if how == "transferred":
        at.service.world.repository("example/other", "ada").open("issue", gone.title, gone.body)
    await at.everything(made)
    assert (await at.statuses(made))["issue:2"] == "hidden"
    assert await text_of(at, made, "issue", 2) == ""
    await at.everything(made)
    assert (await at.statuses(made))["issue:2"] == "deleted"
    held = await at.place.held(at.place.ada, made)
    assert sum(gone.title in text for text in held.values()) == (0 if how == "deleted" else 1)


async def test_where_issues_are_switched_off_pull_requests_are_read(at: GitHubPlace) -> None:
    at.papers.has_issues = False
    pull = at.papers.open("pull", "A fix", "The first words.")
    made = await at.place.connected()
    assert await at.statuses(made) == {"pull:1": "indexed"}
    assert (await at.place.runs(made))[0]["status"] == "complete"
    at.papers.edit(pull, body="The second words.")
    at.papers.open("pull", "Another fix")
    await at.place.synced(made)
    assert "The second words." in await text_of(at, made, "pull", 1)
    assert set(await at.statuses(made)) == {"pull:1", "pull:2"}


async def test_what_was_not_chosen_is_not_read(at: GitHubPlace) -> None:
    at.papers.put(**{"README.md": "Words."})
    for kind in ("issue", "pull", "discussion"):
        at.papers.open(kind, "Words")
    options = {"files": False, "issues": False, "discussions": False}
    made = await at.place.connect(options=options)
    await at.place.settled(made)
    assert await at.statuses(made) == {"pull:2": "indexed"}


async def test_a_new_discussion_and_a_new_answer_are_found(at: GitHubPlace) -> None:
    first = at.papers.open("discussion", "A thought")
    made = await at.place.connected()
    at.papers.comment(first, "A late answer.")
    at.papers.open("discussion", "Another thought")
    await at.place.synced(made)
    assert "A late answer." in await text_of(at, made, "discussion", 1)
    assert set(await at.statuses(made)) == {"discussion:1", "discussion:2"}
