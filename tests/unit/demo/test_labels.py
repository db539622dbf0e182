"""The labelled questions and supersessions of the demo fit the extracted texts."""

from collections import Counter
from datetime import datetime
from typing import Any

MIN_ANSWERABLE = 80
MIN_UNANSWERABLE = 15
MIN_SUPERSESSIONS = 25
MAX_SPAN_CHARS = 120


def _dates(manifest: list[dict[str, Any]]) -> dict[str, datetime]:
    return {row["path"]: datetime.fromisoformat(row["modified_at"]) for row in manifest}


def _file(path: str) -> str:
    return path.partition("!/")[0]


def test_there_are_enough_questions_of_each_sort(questions: list[dict[str, Any]]) -> None:
    kinds = Counter(question["kind"] for question in questions)
    assert sum(question["answerable"] for question in questions) >= MIN_ANSWERABLE
    assert sum(not question["answerable"] for question in questions) >= MIN_UNANSWERABLE
    assert kinds["superseded"] >= 12
    assert kinds["spreadsheet"] >= 5
    assert kinds["german"] + kinds["french"] >= 4


def test_each_unanswerable_question_says_why_it_is(questions: list[dict[str, Any]]) -> None:
    kinds = Counter(question["kind"] for question in questions if not question["answerable"])
    assert set(kinds) == {"near_miss", "off_topic", "unknown_entity"}
    assert min(kinds.values()) >= 8


def test_ids_and_wordings_are_unique(questions: list[dict[str, Any]]) -> None:
    assert len({question["id"] for question in questions}) == len(questions)
    assert len({question["question"] for question in questions}) == len(questions)


def test_each_answer_stands_word_for_word_in_its_document(
    questions: list[dict[str, Any]], texts: dict[str, str]
) -> None:
    lost = [
        (question["id"], question["document"])
        for question in questions
        if question["answerable"] and question["answer_span"] not in texts[question["document"]]
    ]
    assert lost == []


def test_answers_are_short(questions: list[dict[str, Any]]) -> None:
    for question in questions:
        if question["answerable"]:
            assert 1 <= len(question["answer_span"]) <= MAX_SPAN_CHARS


def test_unanswerable_questions_name_no_document(questions: list[dict[str, Any]]) -> None:
    for question in questions:
        if not question["answerable"]:
            assert (question["document"], question["answer_span"]) == (None, None)
            assert question["also_accept"] == []
            assert question["note"]


def test_all_named_documents_exist(questions: list[dict[str, Any]], texts: dict[str, str]) -> None:
    for question in questions:
        for path in [*question["also_accept"], *question["superseded"]]:
            assert path in texts, question["id"]


def test_no_document_is_both_right_and_outdated(questions: list[dict[str, Any]]) -> None:
    for question in questions:
        right = {question["document"], *question["also_accept"]}
        assert right.isdisjoint(question["superseded"]), question["id"]


def test_the_right_document_is_newer_than_the_outdated_ones(
    questions: list[dict[str, Any]], manifest: list[dict[str, Any]]
) -> None:
    dates = _dates(manifest)
    for question in questions:
        for path in question["superseded"]:
            assert dates[_file(question["document"])] > dates[path], question["id"]


def test_questions_cover_most_kinds_of_files(questions: list[dict[str, Any]]) -> None:
    suffixes = {question["document"].rpartition(".")[2] for question in questions if question["answerable"]}
    assert suffixes >= {"pdf", "docx", "pptx", "xlsx", "csv", "html", "md", "txt", "json", "eml", "py", "ts", "sql"}


def test_supersessions_go_from_older_to_newer(
    supersessions: list[dict[str, Any]], manifest: list[dict[str, Any]]
) -> None:
    dates = _dates(manifest)
    assert len(supersessions) >= MIN_SUPERSESSIONS
    for pair in supersessions:
        assert set(pair) == {"older", "newer", "subject", "stated"}
        assert dates[pair["newer"]] > dates[pair["older"]], pair["subject"]


def test_some_supersessions_show_only_in_the_dates(supersessions: list[dict[str, Any]]) -> None:
    assert sum(not pair["stated"] for pair in supersessions) >= 5
    assert sum(pair["stated"] for pair in supersessions) >= 5


def test_pairs_are_listed_once(supersessions: list[dict[str, Any]]) -> None:
    assert len({(pair["older"], pair["newer"]) for pair in supersessions}) == len(supersessions)
