"""What synchronising costs, in calls."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from tests.integration.connectors.github.conftest import GitHubPlace
from tests.support.github_state import File

pytestmark = pytest.mark.asyncio(loop_scope="module")

_FILES, _ISSUES, _PULLS, _DISCUSSIONS = 100, 75, 25, 25
#: The account (when it is connected, and in the first run), what works (5), a token, the repositories, their pulse.
_ONCE = 11


@pytest.fixture(autouse=True)
def _real_pages(at: GitHubPlace) -> Iterator[None]:
    """Pages as long as GitHub's, and everything written an hour ago."""
    at.service.page, at.service.world.ago = 100, timedelta(hours=1)
    yield
    at.service.page, at.service.world.ago = 10, timedelta()


def fill(at: GitHubPlace) -> None:
    at.papers.commit({f"notes/{number}.md": File(f"Words {number}.".encode()) for number in range(_FILES)})
    for number in range(_ISSUES):
        at.papers.comment(at.papers.open("issue", f"Issue {number}"), "A comment.")
    for number in range(_PULLS):
        at.papers.review(at.papers.open("pull", f"Pull {number}"), "APPROVED", "Fine.", ("a.py", 1, "A line."))
    for number in range(_DISCUSSIONS):
        at.papers.comment(at.papers.open("discussion", f"Discussion {number}"), "An answer.")


async def test_a_first_synchronisation_costs_a_fiftieth_of_a_call_for_a_file_and_a_twentieth_for_an_issue(
    at: GitHubPlace,
) -> None:
    fill(at)
    at.paths()
    made = await at.place.connected()
    asked = at.paths()
    assert (await at.place.shown(made))["documents"] == _FILES + _ISSUES + _PULLS + _DISCUSSIONS
    tree, listed, read = 1, (_ISSUES + _PULLS) / 100 + 1, _FILES / 50 + (_ISSUES + _PULLS) / 25 + _DISCUSSIONS / 25
    assert len(asked) <= _ONCE + tree + listed + read, asked


async def test_an_increment_with_nothing_new_costs_three_calls(at: GitHubPlace) -> None:
    fill(at)
    for number in range(20):
        at.service.world.repository(f"example/other-{number}", "ada").put(**{"README.md": "Words."})
    made = await at.place.connected()
    at.paths()
    await at.place.synced(made)
    installation = f"/app/installations/{at.stage.installation.id}/access_tokens"
    assert at.paths() == [installation, "/installation/repositories", "/graphql"]


async def test_a_repository_that_changed_costs_a_call_for_each_list_and_one_for_what_is_new(at: GitHubPlace) -> None:
    fill(at)
    made = await at.place.connected()
    at.service.world.ago = timedelta(minutes=1)
    at.papers.open("issue", "A new one")
    at.paths()
    await at.place.synced(made)
    base = "/repos/example/papers"
    assert at.paths()[3:] == [f"{base}/issues", f"{base}/issues/comments", f"{base}/pulls/comments", "/graphql"]


async def test_naming_everything_again_reads_nothing_again(at: GitHubPlace) -> None:
    fill(at)
    made = await at.place.connected()
    at.paths()
    await at.everything(made)
    asked = at.paths()
    assert len(asked) <= 3 + 2 + 1 + 2 + 1, asked  # comments that were edited, the tree, two lists
    run = (await at.place.runs(made))[0]
    assert (run["indexed"], run["skipped"], run["failed"]) == (0, 0, 0)
