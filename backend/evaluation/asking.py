"""Asks sets of questions through a server's public API and judges each answer by what its question says."""

import asyncio
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from backend.client import BibliosClient
from backend.evaluation.asked import AskedQuestion, QuestionSet

_PARALLEL = 2
_FILES_AT_ONCE = 20
_SHORT_CHARS = 3
_COMES_FROM = re.compile(r"\w$|\d[.,]$")
_NO_CENTS = re.compile(r"^[.,]00(?!\d)")
_GOES_ON = re.compile(r"\w|[.,]\d")
_REFUSABLE = frozenset({"answer", "partial"})


@dataclass(frozen=True, slots=True)
class Judged:
    """`faults`: why an answer is not right, none for a right one. `refused`: nothing was said where the library has it.

    `near`: of what it must hold, the share from 0 to 1 that it holds.
    """

    asked: AskedQuestion
    answer: str
    faults: tuple[str, ...]
    refused: bool
    near: float

    @property
    def right(self) -> bool:
        return not self.faults


async def add_library(client: BibliosClient, of: QuestionSet) -> None:
    """Uploads the documents of a set under their paths, and waits until they are indexed."""
    files = [(str(file.relative_to(of.library)), file) for file in sorted(of.library.rglob("*")) if file.is_file()]
    for start in range(0, len(files), _FILES_AT_ONCE):
        await client.upload(files[start : start + _FILES_AT_ONCE])
    await client.wait_until_indexed()


async def ask_all(client: BibliosClient, questions: Sequence[AskedQuestion]) -> list[Judged]:
    """Each question in a conversation of its own, after those before it; in the order given."""
    names = await _names(client)
    gate = asyncio.Semaphore(_PARALLEL)

    async def one(asked: AskedQuestion) -> Judged:
        async with gate:
            conversation = str((await client.post("/conversations", {}))["id"])
            for earlier in asked.before:
                await client.answer(earlier, conversation_id=conversation)
            message = await client.answer(asked.question, conversation_id=conversation)
        return judge(asked, message, names)

    return list(await asyncio.gather(*map(one, questions)))


def judge(asked: AskedQuestion, message: dict[str, Any], names: dict[str, str]) -> Judged:
    """Holds an answer against its question. `names`: of each document by its id, its path in the library."""
    shown = squashed(str(message["content"]))
    cited = {names.get(str(citation["document_id"]), "") for citation in message["citations"]}
    faults = [] if outcome_of(message) == asked.outcome else [f"{outcome_of(message)}, not {asked.outcome}"]
    held = [group for group in asked.holds if any(_stands(spelling, shown) for spelling in group)]
    if len(held) < (len(asked.holds) if asked.at_least is None else asked.at_least):
        faults += [f"lacks “{group[0]}”" for group in asked.holds if group not in held]
    faults += [f"holds “{words}”" for words in asked.lacks if _stands(words, shown)]
    faults += [f"does not cite {name}" for name in asked.cites if not _has(cited, name)]
    faults += [f"cites {name}" for name in asked.cites_not if _has(cited, name)]
    return Judged(
        asked,
        str(message["content"]),
        tuple(faults),
        refused=bool(message["abstained"]) and asked.outcome in _REFUSABLE,
        near=len(held) / len(asked.holds) if asked.holds else float(not faults),
    )


def squashed(text: str) -> str:
    """Text as it is compared: case, spaces and line breaks aside."""
    return " ".join(text.split()).casefold()


def _stands(spelling: str, shown: str) -> bool:
    """A figure or a short word stands there as one: "3" is not in "31", "95" is in "95,00"; a longer one may be part
    of another word.
    """
    wanted = squashed(spelling)
    if len(wanted) > _SHORT_CHARS and not wanted.isdecimal():
        return wanted in shown
    start = shown.find(wanted)
    while start >= 0:
        if _is_whole(shown, start, start + len(wanted)):
            return True
        start = shown.find(wanted, start + 1)
    return False


def _is_whole(shown: str, start: int, end: int) -> bool:
    """Whether what stands there is no part of a longer word or figure."""
    if shown[start].isalnum() and _COMES_FROM.search(shown[max(0, start - 2) : start]):
        return False
    behind = shown[end : end + 4]
    return not _GOES_ON.match(_NO_CENTS.sub("", behind) if shown[end - 1].isdecimal() else behind)


def outcome_of(message: dict[str, Any]) -> str:
    """The kind of answer that it is; of one from before kinds were kept, as far as it shows."""
    told = message.get("outcome")
    if told:
        return str(told)
    return "abstain" if message["abstained"] else "answer" if message["citations"] else "reply"


def _has(cited: set[str], name: str) -> bool:
    return any(path == name or path.endswith(f"/{name}") for path in cited)


async def _names(client: BibliosClient) -> dict[str, str]:
    found: dict[str, str] = {}
    cursor: str | None = None
    while True:
        page = await client.get("/documents", limit=100, **({"cursor": cursor} if cursor else {}))
        found.update({item["id"]: item["external_id"] for item in page["items"]})
        if (cursor := page["next_cursor"]) is None:
            return found
