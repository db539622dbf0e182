"""Reasoning is told from the answer in whatever dress and in whatever pieces it comes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.llm.base import Withdrawn
from backend.llm.reasoning import ReasoningFilter, only_answer
from backend.llm.reasoning_marks import named_for_thinking

THOUGHT = "They ask for the fee. Passage 2 has it: 40 crowns, so I will say that."
ANSWER = "The fee is 40 crowns. [2]"


def read(text: str, size: int = 1000, *, expected: bool = False, reason: str = "stop") -> list[str | Withdrawn]:
    reasoning = ReasoningFilter(expected=expected)
    given = [part for at in range(0, len(text), size) for part in reasoning.feed(text[at : at + size])]
    return given + reasoning.finish(reason)


@pytest.mark.parametrize(
    "written",
    [
        f"<think>\n{THOUGHT}\n</think>\n\n{ANSWER}",
        f"\n <think></think>{ANSWER}",
        f"<THINKING>{THOUGHT}</THINKING>{ANSWER}",
        f"<think>{THOUGHT}</think>\n<think>And again.</think>{ANSWER}",
        f"<think>{THOUGHT}</think>\n<answer>{ANSWER}</answer>",
        f"{THOUGHT}\n</think>\n\n{ANSWER}",
        f"Okay, so. {THOUGHT}</think>{ANSWER}",
        f"Okay, so:\n```\nfee: 40\n{THOUGHT}\n</think>\n{ANSWER}",
        f"[THINK]{THOUGHT}[/THINK]{ANSWER}",
        f"<seed:think>{THOUGHT}</seed:think>{ANSWER}",
        f"◁think▷{THOUGHT}◁/think▷{ANSWER}",
        f"<|START_THINKING|>{THOUGHT}<|END_THINKING|><|START_RESPONSE|>{ANSWER}<|END_RESPONSE|>",
        f"<|channel>thought\n{THOUGHT}<channel|>{ANSWER}",
        f"<|channel|>analysis<|message|>{THOUGHT}<|end|><|start|>assistant<|channel|>final<|message|>{ANSWER}<|return|>",
        f"<|start|>assistant<|channel|>analysis<|message|>{THOUGHT}<|end|>assistant<|channel|>final<|message|>{ANSWER}",
        (
            f"<|channel|>analysis<|message|>{THOUGHT}<|channel|>commentary to=functions.mail <|constrain|>json"
            f'<|message|>{{"to": "x"}}<|call|><|start|>assistant<|channel|>final<|message|>{ANSWER}<|return|>'
        ),
        f"<|channel|>analysis<|message|>{THOUGHT}<|end|>{ANSWER}",
        f"analysis{THOUGHT}assistantfinal{ANSWER}",
        f"Here's my thought process: {THOUGHT}\n\nHere is my response:\n{ANSWER}",
    ],
)
@pytest.mark.parametrize("size", [1, 2, 5, 1000])
def test_only_the_answer_stands(written: str, size: int) -> None:
    assert only_answer(read(written, size)).strip() == ANSWER
    assert only_answer(read(written, size, expected=True)).strip() == ANSWER


@pytest.mark.parametrize(
    "written",
    [
        "A reasoning model writes `<think>` and `</think>` around it.",
        "```\n<think>\nx\n</think>\n```\nSo it looks.",
        "The <think> tag opens it.",
        "Analysis of sales: a < b [1], <b>c</b>.",
        "analysis of sales",
        "Okay, it is forty.",
        "It ends with </answer> here.",
        "Here is my list: one.",
        "[T",
        "<|",
        "İ ſ K ◁ x",
    ],
)
@pytest.mark.parametrize("size", [1, 3, 1000])
def test_what_is_no_reasoning_stays_as_it_is(written: str, size: int) -> None:
    assert only_answer(read(written, size)) == written


def test_text_without_a_tag_passes_on_at_once() -> None:
    reasoning = ReasoningFilter()
    pieces = ["Forty", " crowns", ".\n", "- a", " < b", " and"]
    assert [reasoning.feed(piece) for piece in pieces] == [[piece] for piece in pieces]


def test_first_words_wait_only_while_they_may_open_reasoning() -> None:
    reasoning = ReasoningFilter()
    assert [reasoning.feed(piece) for piece in ["The", " fee", " is"]] == [[], ["The fee"], [" is"]]


def test_a_closing_tag_that_nobody_opened_takes_back_what_was_passed_on() -> None:
    reasoning = ReasoningFilter()
    assert reasoning.feed("Passage 2 has the fee.") == ["Passage 2 has the fee."]
    assert reasoning.feed("</thi") == []
    assert reasoning.feed("nk>\n\nForty.") == [Withdrawn(), "Forty."]
    assert reasoning.closed_unopened


@pytest.mark.parametrize("opening", ["Okay, the user asks", "Hmm", "Let me think", "嗯，用户问费用。"])
def test_what_begins_as_reasoning_does_waits_for_its_end(opening: str) -> None:
    reasoning = ReasoningFilter()
    assert reasoning.feed(f"{opening} for the fee.") == []
    assert reasoning.feed("</think>Forty.") == ["Forty."]
    assert reasoning.closed_unopened


def test_where_reasoning_is_expected_the_text_waits_unless_it_comes_apart() -> None:
    waiting, apart = ReasoningFilter(expected=True), ReasoningFilter(expected=True)
    assert waiting.feed("The fee is 40.") == []
    assert waiting.finish("stop") == ["The fee is 40."]
    apart.separate()
    assert apart.feed("The fee is 40.") == ["The fee is 40."]


@pytest.mark.parametrize(
    "written",
    [
        f"<think>{THOUGHT}",
        f"Okay, so {THOUGHT}",
        f"<|channel|>analysis<|message|>{THOUGHT}",
        f"analysis{THOUGHT}",
        "<|start|>assi",
    ],
)
def test_reasoning_that_was_cut_off_is_no_answer(written: str) -> None:
    assert only_answer(read(written, reason="length")) == ""


def test_reasoning_that_led_to_a_call_is_dropped() -> None:
    reasoning = ReasoningFilter()
    assert reasoning.feed("Okay, so they want a mail.") == []
    reasoning.drop_held()
    assert reasoning.finish("tool_calls") == []


def test_reasoning_without_end_is_not_kept_without_end() -> None:
    reasoning = ReasoningFilter(expected=True)
    given = [part for _ in range(60) for part in reasoning.feed("word " * 2000)]
    assert given


FRAGMENTS = st.lists(
    st.sampled_from(
        [
            "<think>",
            "</think>",
            "[THINK]",
            "[/THINK]",
            "<|channel|>",
            "analysis",
            "final",
            "<|message|>",
            "<|end|>",
            "<|start|>",
            "assistant",
            "<answer>",
            "</answer>",
            "`",
            "```\n",
            "\n",
            " ",
            "Okay, ",
            "The fee",
            "<",
            "[",
            "◁",
            "<|",
        ]
    ),
    max_size=24,
).map("".join)


@given(FRAGMENTS, st.integers(1, 6), st.sampled_from(["stop", "length"]))
def test_pieces_do_not_change_what_stands(written: str, size: int, reason: str) -> None:
    assert only_answer(read(written, size, reason=reason)) == only_answer(read(written, reason=reason))


@pytest.mark.parametrize(
    ("model", "thinks"),
    [
        ("deepseek-r1:8b", True),
        ("Qwen/QwQ-32B", True),
        ("qwen3-30b-a3b-thinking-2507", True),
        ("deepseek-reasoner", True),
        ("gpt-5-mini", False),
        ("llama3.2", False),
        ("thinker", False),
    ],
)
def test_a_name_may_say_that_reasoning_comes_first(model: str, thinks: bool) -> None:
    assert named_for_thinking(model) is thinks
