"""What the model is shown, within its context."""

import re
from datetime import UTC, datetime

import pytest

from backend.access import Caller
from backend.embedding.search.models import Hit
from backend.llm.tokens import estimate_tokens, truncate_to_tokens
from backend.rag.models import PastTurn, Question, Source
from backend.rag.prompt import Prompt, build_prompt, output_budget


def source(number: int, words: int = 120, *, title: str = "T", superseded_by: str | None = None) -> Source:
    text = f"passage {number} " + "word " * words
    return Source(
        Hit(
            document_id=f"d{number}",
            external_id=f"d{number}",
            title=title,
            url=None,
            source="files",
            kind="text",
            version=1,
            start=0,
            end=len(text),
            text=text,
            score=1.0,
            modified_at=datetime(2024, 5, 6, tzinfo=UTC),
        ),
        superseded_by,
    )


def build(
    sources: list[Source], *, context: int = 4096, history: tuple[PastTurn, ...] = (), question: str = "Q?"
) -> Prompt:
    return build_prompt(
        Question(Caller.of("ann"), question, history),
        sources,
        context_tokens=context,
        output_tokens=output_budget(context_tokens=context, max_output_tokens=512),
        history_tokens=600,
    )


def tokens(prompt: Prompt) -> int:
    return sum(estimate_tokens(turn.content) for turn in prompt.turns)


def test_passages_are_numbered_dated_and_marked() -> None:
    prompt = build([source(1), source(2, superseded_by="d1")])
    shown = prompt.turns[-1].content
    assert re.search(r'<passage-\w{8} number="1" date="2024-05-06">\nTitle: T\npassage 1 ', shown)
    assert re.search(r'number="2" date="2024-05-06" superseded>', shown)
    assert len(prompt.sources) == 2


@pytest.mark.parametrize("context", [1024, 1500, 2048, 4096, 8192])
def test_everything_fits_the_context(context: int) -> None:
    history = tuple(PastTurn(f"question {n} " * 20, "answer " * 100) for n in range(10))
    prompt = build([source(n, 300) for n in range(20)], context=context, history=history, question="why " * 3000)
    assert tokens(prompt) <= context - output_budget(context_tokens=context, max_output_tokens=512)
    assert prompt.sources, "at least one passage is always shown"
    assert prompt.turns[-1].content.endswith("why") or "Question: why" in prompt.turns[-1].content


def test_the_best_passages_are_kept() -> None:
    prompt = build([source(n, 300) for n in range(20)], context=2048)
    assert [s.hit.document_id for s in prompt.sources] == [f"d{n}" for n in range(len(prompt.sources))]
    assert len(prompt.sources) < 20


def test_the_latest_history_is_kept_and_abstentions_are_not() -> None:
    history = (
        PastTurn("old question", "old answer " * 200),
        PastTurn("unknown", "This is not in your library.", abstained=True),
        PastTurn("new question", "new answer"),
    )
    prompt = build([source(1)], history=history[1:])
    assert [turn.content for turn in prompt.turns[1:-1]] == ["new question", "new answer"]
    assert prompt.turns[1].role == "user"


@pytest.mark.parametrize("text", ["", "word " * 100, "有几天年假" * 50, "ünïcödé " * 40, "🏖️" * 30])
def test_truncation_holds_its_budget(text: str) -> None:
    for budget in (0, 1, 10, 50):
        cut = truncate_to_tokens(text, budget)
        assert text.startswith(cut)
        assert estimate_tokens(cut) <= max(budget, 0)
    assert truncate_to_tokens(text, 10_000) == text
