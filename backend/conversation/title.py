"""Names for conversations: by rule from the first question, and better by the model once the answer is there."""

import asyncio
import re

import structlog

from backend.errors import UpstreamError
from backend.llm.base import ChatModel, ChatTurn
from backend.llm.prompts import TITLE_INSTRUCTIONS
from backend.llm.streaming import sanitise
from backend.llm.tokens import truncate_to_tokens

log = structlog.get_logger(__name__)

LONGEST_TITLE_CHARS = 60
_TITLE_TOKENS = 24
_TITLE_SECONDS = 15.0
_POLITE = re.compile(
    r"(?:(?:please|hi|hello|hey|can you|could you|tell me|i want to know|do you know)\b[\s,:]*)+", re.IGNORECASE
)


def rule_title(question: str) -> str:
    """The question without its politeness, on one line, cut between words; '' when nothing is left."""
    line = " ".join(question.split())
    if polite := _POLITE.match(line):
        line = line[polite.end() :]
    line = line.rstrip(" ?!.,;:")
    if len(line) > LONGEST_TITLE_CHARS:
        cut = line[: LONGEST_TITLE_CHARS - 1]
        space = cut.rfind(" ")
        line = f"{cut[:space] if space > LONGEST_TITLE_CHARS // 2 else cut}…"
    return line[:1].upper() + line[1:]


async def model_title(question: str, model: ChatModel) -> str | None:
    """The model's own title; None when it fails, takes too long or says nothing usable."""
    turns = [ChatTurn("system", TITLE_INSTRUCTIONS), ChatTurn("user", truncate_to_tokens(question, 300))]
    try:
        async with asyncio.timeout(_TITLE_SECONDS):
            written = await model.complete(turns, max_tokens=_TITLE_TOKENS)
    except (UpstreamError, TimeoutError) as error:
        log.warning("title_failed", reason=type(error).__name__)
        return None
    lines = sanitise(written).strip().splitlines()
    title = lines[0].strip(" \"'“”.*#`") if lines else ""
    return title if 0 < len(title) <= LONGEST_TITLE_CHARS else None
