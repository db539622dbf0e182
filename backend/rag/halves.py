"""Answers two questions of one message one after the other, each from passages of its own."""

import re
from collections.abc import Sequence
from dataclasses import replace

from backend.llm.streaming import sanitise
from backend.rag.abstention import absent_identifiers
from backend.rag.carrying_over import depends_on_history, rewrite_by_rule
from backend.rag.composing import Asked, Composed, Composer, Excerpt, composed
from backend.rag.followup import standalone_question
from backend.rag.intent import without_courtesy, without_scripts
from backend.rag.looking_up import looked_up
from backend.rag.models import Question
from backend.rag.ports import PassageSearch
from backend.rag.references import language_of_question
from backend.rag.two_questions import split_questions

_MARKUP = re.compile(r"[\\\[\]*_`<>~|]")
_NOTHING = {
    "en": "To “{question}”: nothing in your documents answers this.",
    "de": "Zu „{question}“: Das beantwortet keines Ihrer Dokumente.",
    "fr": "À « {question} » : rien dans vos documents n'y répond.",
    "es": "A «{question}»: nada en sus documentos lo responde.",
}


class Halves:
    """`inner`: what answers each of the two; `passages`: how many are looked up for each."""

    def __init__(self, inner: Sequence[Composer], search: PassageSearch, *, passages: int) -> None:
        self._inner = inner
        self._search = search
        self._passages = passages

    async def compose(self, asked: Asked) -> Composed | None:
        """None for a message with one question, or with two of which neither is answered.

        Errors: `UpstreamError`, `Unavailable`.
        """
        question = asked.question
        halves = split_questions(without_courtesy(without_scripts(question.text)))
        if halves is None:
            return None
        first = await standalone_question(halves[0], question.history, None)
        second = rewrite_by_rule(halves[1], first) if depends_on_history(halves[1]) else halves[1]
        answers = [
            await self._answer(replace(question, text=half), query)
            for half, query in zip(halves, (first, second), strict=True)
        ]
        if not any(answers):
            return None
        pieces: list[str | Excerpt] = []
        for half, answer in zip(halves, answers, strict=True):
            shown = _MARKUP.sub(r"\\\g<0>", sanitise(half, ()))
            gap = "\n\n" if pieces else ""
            if answer is None:
                pieces.append(gap + _NOTHING[language_of_question(half)].format(question=shown))
            else:
                pieces += (f"{gap}**{shown}**\n\n", *answer.pieces)
        return Composed(tuple(pieces), "answer" if all(answers) else "partial")

    async def _answer(self, question: Question, query: str) -> Composed | None:
        asked, _ = await looked_up(self._search, question, query, limit=self._passages)
        hits = [source.hit for source in asked.sources]
        if not hits or absent_identifiers(query, hits):
            return None
        return await composed(self._inner, asked)
