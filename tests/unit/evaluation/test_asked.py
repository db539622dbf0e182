"""The sets of asked questions are whole: kinds, files, and that what an answer must hold stands in what it cites."""

from collections import Counter
from itertools import chain
from pathlib import Path

import pytest

from backend.evaluation.asked import KINDS, OUTCOMES, AskedQuestion, QuestionSet, load_sets

SETS = load_sets()
ALL = [(one, question) for one in SETS for question in (*one.work, *one.held)]
ASKED = [pytest.param(*pair, id=pair[1].id) for pair in ALL]
PLAIN = {".md", ".txt", ".csv", ".eml", ".ics", ".json", ".html", ".py", ".yaml", ".toml", ".sql", ".log"}

QUOTED = [
    pytest.param(of, asked, id=asked.id)
    for of, asked in ALL
    if asked.cites and not asked.computed and all(Path(name).suffix in PLAIN for name in asked.cites)
]


def squashed(text: str) -> str:
    return " ".join(text.split()).casefold()


@pytest.mark.parametrize(("of", "asked"), ASKED)
def test_a_question_says_what_a_right_answer_is(of: QuestionSet, asked: AskedQuestion) -> None:
    assert asked.kind in KINDS
    assert asked.outcome in OUTCOMES
    assert asked.question.strip()
    assert all(group and all(map(str.strip, group)) for group in asked.holds)
    assert asked.at_least is None or 0 < asked.at_least <= len(asked.holds)
    for name in (*asked.cites, *asked.cites_not):
        assert (of.library / name).is_file(), name
    if asked.outcome in {"answer", "partial"}:
        assert asked.holds, "an answer holds something"
        assert asked.cites, "an answer cites something"
    if asked.outcome == "abstain":
        assert not asked.cites


@pytest.mark.parametrize(("of", "asked"), QUOTED)
def test_what_an_answer_holds_stands_in_what_it_cites(of: QuestionSet, asked: AskedQuestion) -> None:
    text = squashed("\n".join(_read(of.library / name) for name in asked.cites))
    for group in asked.holds:
        assert any(squashed(spelling) in text for spelling in group), group


def _read(file: Path) -> str:
    return file.read_text(encoding="utf-8")


def test_there_are_enough_of_each_kind_and_a_third_is_held() -> None:
    everything = list(chain.from_iterable((*one.work, *one.held) for one in SETS))
    assert len({asked.id for asked in everything}) == len(everything)
    assert len(everything) >= 240
    by_kind = Counter(asked.kind for asked in everything)
    assert {kind: count for kind, count in by_kind.items() if count < 4} == {}
    assert by_kind.keys() == KINDS
    held = sum(len(one.held) for one in SETS)
    assert 0.3 <= held / len(everything) <= 0.37
