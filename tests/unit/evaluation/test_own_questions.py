"""Which of one's own questions become cases, what is said of their answers, and how they are saved."""

from pathlib import Path
from typing import Any

import pytest

from backend.client import BibliosClient
from backend.commands.evaluate_own import table_of_changes
from backend.evaluation.asked import load_sets
from backend.evaluation.own_questions import AskedAnew, OwnQuestion, as_lines, ask_anew, own_questions, picked


def question(content: str) -> dict[str, Any]:
    return {"role": "user", "content": content}


def answer(id_: str, content: str = "Words.", **told: Any) -> dict[str, Any]:
    plain: dict[str, Any] = {"feedback": None, "feedback_reasons": [], "feedback_comment": None, "outcome": "answer"}
    return {"role": "assistant", "id": id_, "content": content, "citations": [], "passages": [], **plain, **told}


DOWN: dict[str, Any] = {"feedback": "down", "feedback_reasons": ["wrong"], "feedback_comment": "Another year."}
TALK = [
    question("One?"),
    answer("a1"),
    question("Two?"),
    answer("a2", outcome="abstain"),
    question("Three?"),
    answer("a3", **DOWN),
    question("Four?"),
    answer("a4", feedback="up"),
    question("Five?"),
    answer("a5", outcome="partial"),
]


def test_disliked_and_unanswered_questions_come_with_those_before_them() -> None:
    two, three, five = picked(TALK)
    assert (two.question, two.before, two.disliked, two.why) == ("Two?", ("One?",), False, ())
    assert (three.before, three.disliked, three.why) == (("One?", "Two?"), True, ("wrong", "Another year."))
    assert (five.before, five.outcome) == (("Two?", "Three?", "Four?"), "partial")


@pytest.mark.parametrize(
    ("then", "now", "same", "verdict"),
    [
        ("abstain", "answer", 0.0, "answered now"),
        ("partial", "answer", 0.6, "answered now"),
        ("abstain", "partial", 0.1, "answered in part now"),
        ("answer", "abstain", 0.0, "less is found now"),
        ("abstain", "abstain", 1.0, "still not found"),
        ("answer", "answer", 1.0, "the same answer"),
        ("answer", "answer", 0.9, "another answer"),
        ("partial", "partial", 0.4, "another answer"),
    ],
)
def test_what_has_changed_is_said_in_words(then: str, now: str, same: float, verdict: str) -> None:
    own = OwnQuestion("a", "Q?", (), "Words.", then, disliked=True)
    assert AskedAnew(own, "Words.", now, (), same).verdict == verdict


def test_shares_of_what_has_changed_are_told_in_percent() -> None:
    own = OwnQuestion("a", "Q?", (), "Words.", "abstain", disliked=False)
    anew = [AskedAnew(own, "Words.", outcome, (), 0.0) for outcome in ("answer", "abstain", "abstain")]
    columns = [list(column.cells) for column in table_of_changes(anew).columns]
    assert columns == [["still not found", "answered now"], ["2", "1"], ["67", "33"]]


def test_saved_cases_are_read_as_a_set_of_questions(tmp_path: Path) -> None:
    folder = tmp_path / "own"
    (folder / "library").mkdir(parents=True)
    (folder / "work.jsonl").write_text(as_lines(picked(TALK)), encoding="utf-8")
    (folder / "held.jsonl").touch()
    [of] = load_sets(tmp_path)
    assert [(one.id, one.question, one.before) for one in of.work] == [
        ("own-a2", "Two?", ("One?",)),
        ("own-a3", "Three?", ("One?", "Two?")),
        ("own-a5", "Five?", ("Two?", "Three?", "Four?")),
    ]
    assert {(one.kind, one.outcome, one.holds, one.cites) for one in of.work} == {("", "", (), ())}


class _Server(BibliosClient):
    """Two conversations, the second of them in two pages; every question finds the same today."""

    def __init__(self) -> None:
        super().__init__("http://nowhere")
        self.asked: list[str] = []
        self.deleted: list[str] = []

    async def get(self, path: str, **params: Any) -> dict[str, Any]:
        if path == "/conversations":
            return {"items": [{"id": "late"}, {"id": "early"}], "next_cursor": None}
        if path == "/conversations/late/messages":
            return {"items": [question("TWO? "), answer("b1", outcome="abstain")], "next_cursor": None}
        older = params.get("cursor") == "older"
        return {"items": TALK[:2] if older else TALK[2:], "next_cursor": None if older else "older"}

    async def post(self, path: str, body: Any = None) -> dict[str, Any]:
        return {"id": "new"}

    async def delete(self, path: str) -> None:
        self.deleted.append(path)

    async def answer(self, question: str, *, conversation_id: str | None = None) -> dict[str, Any]:
        self.asked.append(question)
        titles = [{"title": title} for title in ("A", "B", "A", "C", "D")]
        return answer("now", "Words. Of today.", citations=titles[:1], passages=titles[1:])


async def test_what_was_asked_several_times_comes_once_over_all_pages() -> None:
    async with _Server() as client:
        found = await own_questions(client)
    assert [(one.id, one.before) for one in found] == [
        ("b1", ()),
        ("a3", ("One?", "Two?")),
        ("a5", ("Two?", "Three?", "Four?")),
    ]


async def test_a_question_is_asked_anew_behind_its_own_and_leaves_no_conversation() -> None:
    _, three, _ = picked(TALK)
    async with _Server() as client:
        anew = await ask_anew(client, three)
    assert client.asked == ["One?", "Two?", "Three?"]
    assert client.deleted == ["/conversations/new"]
    assert anew.found == ("A", "B", "C")
    assert anew.verdict == "another answer"
    assert 0 < anew.same < 1
