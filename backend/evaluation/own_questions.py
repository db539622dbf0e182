"""One's own disliked and unanswered questions as cases of the lab: asked anew, held against the answer of then.

Speaks the public API as the person themselves, so that nobody else's questions are ever among them.
"""

import json
from collections.abc import AsyncIterator, Iterable, Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from backend.client import BibliosClient
from backend.evaluation.asking import outcome_of, squashed

_PAGE = 100
#: Questions before one that are asked again in front of it, so that a follow-up means the same.
_BEFORE = 3
_TITLES = 3
#: How much of a question was answered; what is not named was answered whole.
_ANSWERED = {"abstain": 0, "partial": 1}
_WHOLE = 2
#: From this share of words on, two answers count as the same.
_SAME = 0.995


@dataclass(frozen=True, slots=True)
class OwnQuestion:
    """A question with the answer that it got `then`. `why`: the reasons of a dislike, the comment last."""

    id: str
    question: str
    before: tuple[str, ...]
    then: str
    outcome: str
    disliked: bool
    why: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AskedAnew:
    """`found`: titles of what is found now, best first. `same`: the share, 0 to 1, of words that both answers have."""

    own: OwnQuestion
    answer: str
    outcome: str
    found: tuple[str, ...]
    same: float

    @property
    def verdict(self) -> str:
        then, now = (_ANSWERED.get(outcome, _WHOLE) for outcome in (self.own.outcome, self.outcome))
        if now > then:
            return "answered now" if now == _WHOLE else "answered in part now"
        if now < then:
            return "less is found now"
        if now == 0:
            return "still not found"
        return "the same answer" if self.same >= _SAME else "another answer"


async def own_questions(client: BibliosClient) -> list[OwnQuestion]:
    """The disliked and the unanswered ones, latest conversation first; what was asked several times comes once."""
    found: dict[str, OwnQuestion] = {}
    async for conversation in _pages(client, "/conversations"):
        path = f"/conversations/{conversation['id']}/messages"
        pages = [page async for page in _page_by_page(client, path)]
        for own in picked(message for page in reversed(pages) for message in page):
            found.setdefault(squashed(own.question), own)
    return list(found.values())


def picked(messages: Iterable[dict[str, Any]]) -> Iterator[OwnQuestion]:
    """Those of one conversation, whose messages come oldest first."""
    asked: list[str] = []
    for message in messages:
        if message["role"] == "user":
            asked.append(str(message["content"]))
            continue
        disliked, outcome = message["feedback"] == "down", outcome_of(message)
        if asked and (disliked or outcome in _ANSWERED):
            why = (*message["feedback_reasons"], message["feedback_comment"]) if disliked else ()
            yield OwnQuestion(
                id=str(message["id"]),
                question=asked[-1],
                before=tuple(asked[-1 - _BEFORE : -1]),
                then=str(message["content"]),
                outcome=outcome,
                disliked=disliked,
                why=tuple(filter(None, why)),
            )


async def ask_anew(client: BibliosClient, own: OwnQuestion) -> AskedAnew:
    """Asks in a conversation of its own, behind the questions before it; the conversation is deleted afterwards."""
    conversation = str((await client.post("/conversations", {"title": "biblios eval --feedback"}))["id"])
    try:
        for earlier in own.before:
            await client.answer(earlier, conversation_id=conversation)
        message = await client.answer(own.question, conversation_id=conversation)
    finally:
        await client.delete(f"/conversations/{conversation}")
    titles = [str(one["title"]) for one in (*message["citations"], *message["passages"])]
    answer = str(message["content"])
    return AskedAnew(
        own=own,
        answer=answer,
        outcome=outcome_of(message),
        found=tuple(dict.fromkeys(titles))[:_TITLES],
        same=SequenceMatcher(None, own.then.split(), answer.split(), autojunk=False).ratio(),
    )


def as_lines(questions: Iterable[OwnQuestion]) -> str:
    """As lines of a `work.jsonl` (`asked.py`), whose kind, outcome and what an answer holds are to be filled in."""
    rows = (
        {
            "id": f"own-{one.id[:12]}",
            "kind": "",
            "question": one.question,
            "outcome": "",
            **({"before": one.before} if one.before else {}),
            "holds": [],
            "cites": [],
        }
        for one in questions
    )
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


async def _pages(client: BibliosClient, path: str) -> AsyncIterator[dict[str, Any]]:
    async for page in _page_by_page(client, path):
        for item in page:
            yield item


async def _page_by_page(client: BibliosClient, path: str) -> AsyncIterator[list[dict[str, Any]]]:
    cursor: str | None = None
    while True:
        page = await client.get(path, limit=_PAGE, **({"cursor": cursor} if cursor else {}))
        yield list(page["items"])
        if (cursor := page["next_cursor"]) is None:
            return
