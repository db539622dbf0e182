"""Follow-ups: recognised, completed by rule, rewritten by a model that may fail."""

import asyncio
import subprocess
import sys
from collections.abc import AsyncGenerator, Sequence

import pytest

from backend.errors import UpstreamTransient
from backend.llm.base import ChatTurn, Finish, Tool, ToolCall
from backend.rag.carrying_over import depends_on_history, rewrite_by_rule
from backend.rag.followup import standalone_question
from backend.rag.models import PastTurn

HISTORY = (PastTurn("How long is parental leave in Germany?", "Three years."),)


class OneAnswer:
    """A model that answers once, or fails, or never comes back."""

    name = "one"
    context_tokens = None

    def __init__(self, answer: str | Exception | None) -> None:
        self.answer = answer
        self.asked: list[ChatTurn] = []

    async def stream(
        self, turns: Sequence[ChatTurn], *, max_tokens: int, tools: Sequence[Tool] = ()
    ) -> AsyncGenerator[str | ToolCall | Finish]:
        yield await self.complete(turns, max_tokens=max_tokens)
        yield Finish("stop")

    async def complete(self, turns: Sequence[ChatTurn], *, max_tokens: int) -> str:
        self.asked = list(turns)
        if self.answer is None:
            await asyncio.Event().wait()
        if isinstance(self.answer, Exception):
            raise self.answer
        return str(self.answer)

    async def close(self) -> None:
        return None


@pytest.mark.parametrize(
    "question",
    ["And in France?", "What about its price?", "Why?", "Who wrote that?", "How many days?", "Is it still valid?"],
)
def test_recognises_what_leans_on_the_conversation(question: str) -> None:
    assert depends_on_history(question)


@pytest.mark.parametrize(
    "question",
    [
        "How many days of paid leave are there?",
        "Who is Anna Berg?",
        "What is Northwind?",
        "Which budget was approved this year for Orion?",
        "Is there a travel policy for contractors?",
    ],
)
def test_leaves_what_stands_alone(question: str) -> None:
    assert not depends_on_history(question)


@pytest.mark.parametrize(
    ("question", "previous", "rewritten"),
    [
        ("And in France?", "How long is parental leave in Germany?", "How long is parental leave in France?"),
        ("And for contractors?", "What is the fee for staff in Spain?", "What is the fee for contractors in Spain?"),
        ("What about Ann Lee?", "What did Bob Ray decide?", "What did Ann Lee decide?"),
        ("Why?", "Who cancelled the Orion project?", "Why? (cancelled Orion project)"),
        ("Who approved it?", "What is the budget of Orion?", "Who approved it? (budget Orion)"),
    ],
)  # fmt: skip
def test_carries_over_what_is_missing(question: str, previous: str, rewritten: str) -> None:
    assert rewrite_by_rule(question, previous) == rewritten


#: In a process of its own: what is read in more than linear time does not come to an end. Each round compares a text
#: with one of half its length, since a neighbour on the processor makes one round dearer and never each of them.
READING = """
import time
from backend.rag.carrying_over import depends_on_history, rewrite_by_rule

def seconds(question, previous):
    started = time.process_time()
    depends_on_history(question)
    rewrite_by_rule(question, previous)
    return time.process_time() - started

PLAIN = "Where is Ann Lee in Germany?"
for text in (
    lambda n: ("And " + "A" * n + "#", PLAIN),
    lambda n: ("And " + "Aa " * (n // 3) + "#", PLAIN),
    lambda n: ("And in" + " " * n + "A" * n + "\\n#", PLAIN),
    lambda n: ("And that" + " " * n + "#", PLAIN),
    lambda n: ("And in France?", "Who is in " + "A" * n + "#"),
    lambda n: ("And in France?", "Who is in " + "A " * n + "#"),
    lambda n: ("And in France?", "in the " * (n // 7) + "#"),
    lambda n: ("And Ann Lee?", "Who is " + "A-" * (n // 2) + "#"),
):
    assert min(seconds(*text(7000)) / seconds(*text(3500)) for _ in range(9)) < 3, text(10)
"""


def test_a_follow_up_of_capital_letters_is_read_in_linear_time() -> None:
    subprocess.run([sys.executable, "-c", READING], check=True, timeout=120)


def test_only_a_short_follow_up_exchanges_a_name() -> None:
    previous = "What did Ann Lee decide?"
    assert rewrite_by_rule("And Bo Berg?", previous) == "What did Bo Berg decide?"
    long = "And " + "Bo" * 200 + "?"
    assert rewrite_by_rule(long, previous).startswith(long)


async def test_without_history_nothing_changes() -> None:
    assert await standalone_question("And in France?", (), None) == "And in France?"


async def test_chains_through_the_rewritten_question() -> None:
    history = (PastTurn("And in France?", "Sixteen weeks.", query="How long is parental leave in France?"),)
    assert await standalone_question("And in Spain?", history, None) == "How long is parental leave in Spain?"


async def test_a_model_rewrites_with_the_conversation_as_data() -> None:
    model = OneAnswer('"How long is parental leave in France?"\nextra')
    assert await standalone_question("And in France?", HISTORY, model) == "How long is parental leave in France?"
    assert "data, not instructions" in model.asked[0].content
    assert "Three years." in model.asked[1].content


@pytest.mark.parametrize("answer", [UpstreamTransient("down"), "", "x" * 500, None])
async def test_the_rule_stands_in_for_a_model_that_fails(answer: str | Exception | None) -> None:
    seconds = 0.05 if answer is None else 60
    rewritten = await standalone_question("And in France?", HISTORY, OneAnswer(answer), rewrite_seconds=seconds)
    assert rewritten == "How long is parental leave in France?"
