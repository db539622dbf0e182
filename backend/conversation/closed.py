"""Answers whose sources are no longer open to the reader: their words go, that they were cited stays."""

from collections.abc import Set as AbstractSet

from backend.conversation.events import Citation
from backend.conversation.models import Message

_GONE = "…"


def without_closed(message: Message, closed: AbstractSet[str]) -> Message:
    """The message without the words of these documents, by id; offsets of everything else stay true.

    An extractive answer consists of quotes, so their place in it is blanked too. What a model wrote is its own words.
    """
    lost = [citation for citation in message.citations if citation.document_id in closed]
    if not lost:
        return message
    content = message.content
    if message.mode == "extractive":
        for citation in lost:
            start, end = citation.answer_start, citation.answer_end
            content = content[:start] + _GONE.ljust(end - start)[: end - start] + content[end:]
    return message.model_copy(
        update={
            "content": content,
            "citations": [_shown(citation, closed) for citation in message.citations],
            "disagreements": [
                found
                for found in message.disagreements
                if closed.isdisjoint((found.older_document_id, found.newer_document_id))
            ],
        }
    )


def _shown(citation: Citation, closed: AbstractSet[str]) -> Citation:
    return citation.without_words() if citation.document_id in closed else citation
