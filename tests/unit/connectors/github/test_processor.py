"""Issues, pull requests and discussions as texts, whatever GitHub gives of them."""

from dataclasses import replace
from typing import Any

import pytest

from backend.connectors.github.models import Repository, Row
from backend.connectors.github.processor import kind_of, row_of, thread_item, thread_revision
from backend.documents.models import Kind

REPOSITORY = Repository(
    id=7,
    node_id="R_7",
    full_name="example/papers",
    owner="example",
    owned_by_organisation=True,
    url="https://github.com/example/papers",
    public=False,
    has_issues=True,
    has_discussions=True,
)


def said(body: str, login: str | None = "hubot", **more: Any) -> dict[str, Any]:
    author = {"login": login} if login else None
    return {"author": author, "body": body, "createdAt": "2026-01-02T03:04:05Z", **more}


def listed(*nodes: Any, total: int | None = None) -> dict[str, Any]:
    return {"nodes": list(nodes), "totalCount": len(nodes) if total is None else total}


def an_issue(**more: Any) -> dict[str, Any]:
    return {
        "__typename": "Issue",
        "number": 5,
        "title": "A bug",
        "url": "https://github.com/example/papers/issues/5",
        "updatedAt": "2026-01-03T00:00:00Z",
        "issueState": "OPEN",
        "comments": listed(),
        **said("It is broken.", "ada"),
        **more,
    }


def a_pull(**more: Any) -> dict[str, Any]:
    found = an_issue(__typename="PullRequest", pullState="MERGED", baseRefName="main", headRefName="fix", **more)
    del found["issueState"]
    return found


def test_an_issue_is_a_text_with_a_section_for_whatever_somebody_said() -> None:
    found = an_issue(
        labels=listed({"name": "bug"}),
        assignees=listed({"login": "grace"}),
        milestone={"title": "1.0"},
        comments=listed(said("So it is."), said("Mended.", "grace")),
    )
    item = thread_item(found, REPOSITORY)
    assert item.external_id == "issue:7:5"
    assert item.title == "A bug #5"
    assert (item.kind, item.path, item.author) == (Kind.ticket, "example/papers/Issues", "ada")
    assert item.tags == ("open", "bug")
    assert item.text.startswith("Issue #5, open. Labels: bug. Assigned to: grace. Milestone: 1.0.\n")
    spoken = [item.text[section.start : section.end] for section in item.sections]
    assert spoken == [
        "ada, 2026-01-02 03:04\nIt is broken.\n",
        "hubot, 2026-01-02 03:04\nSo it is.\n",
        "grace, 2026-01-02 03:04\nMended.\n",
    ]
    roles = {(person.role, person.name) for person in item.people or ()}
    assert roles == {("author", "ada"), ("commenter", "hubot"), ("commenter", "grace"), ("assignee", "grace")}


def test_a_pull_request_holds_its_reviews_and_their_comments_on_lines() -> None:
    review = {"author": {"login": "hubot"}, "state": "CHANGES_REQUESTED", "body": "Not yet.", "submittedAt": None}
    lines = {"path": "src/app.py", "line": 12, "comments": listed(said("Why?", state="SUBMITTED"))}
    item = thread_item(a_pull(reviews=listed(review), reviewThreads=listed(lines)), REPOSITORY)
    assert item.external_id == "pull:7:5"
    assert "Pull request #5, merged, from fix into main." in item.text
    assert [section.heading for section in item.sections] == [
        "ada, 2026-01-02 03:04",
        "hubot, asked for changes",
        "hubot, on src/app.py, line 12, 2026-01-02 03:04",
    ]


def test_pending_reviews_stay_out() -> None:
    review = {"author": {"login": "hubot"}, "state": "PENDING", "body": "Secret so far.", "submittedAt": None}
    lines = {"path": "a.py", "line": None, "comments": listed(said("Hidden words.", state="PENDING"))}
    item = thread_item(a_pull(reviews=listed(review), reviewThreads=listed(lines)), REPOSITORY)
    assert "Secret" not in item.text
    assert "Hidden" not in item.text
    assert [person.name for person in item.people or ()] == ["ada"]


def test_a_review_state_that_is_not_known_stays_out() -> None:
    review = {"author": None, "state": "BEING_WRITTEN", "body": "Perhaps secret.", "submittedAt": None}
    assert "secret" not in thread_item(a_pull(reviews=listed(review)), REPOSITORY).text


def test_a_review_without_words_that_only_holds_comments_has_no_section() -> None:
    review = {"author": {"login": "hubot"}, "state": "COMMENTED", "body": "", "submittedAt": None}
    assert len(thread_item(a_pull(reviews=listed(review)), REPOSITORY).sections) == 1


def test_a_discussion_holds_answers_with_replies_beneath_them() -> None:
    answer = said("Like this.", isAnswer=True, replies=listed(said("Thank you.", "ada")))
    found = {**an_issue(), "__typename": "Discussion", "category": {"name": "Q&A"}, "answers": listed(answer)}
    del found["comments"]
    item = thread_item(found, REPOSITORY)
    assert (item.external_id, item.kind) == ("discussion:7:5", Kind.message)
    assert [(section.heading, section.level) for section in item.sections] == [
        ("ada, 2026-01-02 03:04", 1),
        ("hubot, answer, 2026-01-02 03:04", 1),
        ("ada, 2026-01-02 03:04", 2),
    ]


def test_somebody_who_deleted_their_account_is_a_ghost_and_no_person() -> None:
    item = thread_item(an_issue(author=None), REPOSITORY)
    assert item.author == "ghost"
    assert item.people == ()


@pytest.mark.parametrize("reason", ["spam", "ABUSE"])
def test_what_was_hidden_as_spam_is_not_read(reason: str) -> None:
    hidden = said("Buy herrings!", isMinimized=True, minimizedReason=reason)
    assert "Buy" not in thread_item(an_issue(comments=listed(hidden)), REPOSITORY).text


def test_what_was_hidden_as_outdated_is_read() -> None:
    hidden = said("It was so.", isMinimized=True, minimizedReason="outdated")
    assert "It was so." in thread_item(an_issue(comments=listed(hidden)), REPOSITORY).text


def test_more_than_was_read_leaves_a_mark() -> None:
    assert "[2 more at GitHub]" in thread_item(an_issue(comments=listed(said("One."), total=3)), REPOSITORY).text


@pytest.mark.parametrize(
    "odd",
    [
        {"body": None},
        {"createdAt": "yesterday"},
        {"updatedAt": None},
        {"labels": None, "assignees": None, "milestone": None, "comments": None},
        {"comments": {"nodes": [None, 7, {}]}},
        {"title": "   "},
        {"url": None},
    ],
)
def test_what_is_missing_or_odd_ends_no_item(odd: dict[str, Any]) -> None:
    item = thread_item(an_issue(**odd), REPOSITORY)
    assert item.title.endswith("#5")
    assert all(0 <= section.start <= section.end <= len(item.text) for section in item.sections)


@pytest.mark.parametrize("odd", [{"number": None}, {"__typename": "Commit"}])
def test_what_cannot_be_an_item_is_an_error_for_the_ledger(odd: dict[str, Any]) -> None:
    with pytest.raises((KeyError, TypeError, ValueError)):
        thread_item(an_issue(**odd), REPOSITORY)


def test_line_ends_of_windows_become_plain() -> None:
    assert "one\ntwo" in thread_item(an_issue(body="one\r\ntwo"), REPOSITORY).text


def test_a_renamed_repository_changes_the_address_and_keeps_the_id() -> None:
    renamed = replace(REPOSITORY, full_name="other/name")
    before, after = thread_item(an_issue(), REPOSITORY), thread_item(an_issue(), renamed)
    assert before.external_id == after.external_id
    assert before.revision != after.revision
    assert before.text == after.text
    assert (before.path, after.path) == ("example/papers/Issues", "other/name/Issues")


def test_a_read_item_has_the_revision_that_a_listing_names() -> None:
    found = an_issue(comments=listed(said("One."), total=4))
    row = Row(5, "2026-01-03T00:00:00Z", comments=4)
    assert thread_item(found, REPOSITORY).revision == thread_revision(row, REPOSITORY)
    without = replace(REPOSITORY, has_issues=False)  # the list of pull requests tells no number of comments
    assert row_of(a_pull(), without).comments is None


def test_a_comment_that_was_deleted_is_another_revision() -> None:
    one, two = (Row(5, "2026-01-03T00:00:00Z", comments=number) for number in (1, 2))
    assert thread_revision(one, REPOSITORY) != thread_revision(two, REPOSITORY)


def test_what_changed_a_moment_ago_is_another_revision_than_the_same_later() -> None:
    fresh = Row(5, "2026-01-03T00:00:00Z", comments=1, settled=False)
    assert thread_revision(fresh, REPOSITORY) != thread_revision(replace(fresh, settled=True), REPOSITORY)


def test_kinds_are_told_by_github() -> None:
    assert [kind_of(one) for one in (an_issue(), a_pull(), {})] == ["issue", "pull", None]
