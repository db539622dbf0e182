"""Answers whose sources are no longer open to the reader: their words go, that they were cited stays."""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet

from backend.access import Caller
from backend.conversation.events import Citation
from backend.conversation.models import Message, StoredOffer
from backend.documents.library import LibraryService

_GONE = "…"


def named_by(message: Message) -> set[str]:
    """The documents, by id, whose words or titles a stored message holds beside its passages."""
    named = {citation.document_id for citation in message.citations}
    for found in message.disagreements:
        named |= {found.older_document_id, found.newer_document_id}
    named |= {offer.document_id for offer in (*message.suggestions, *message.choices) if offer.document_id}
    for step in message.steps:
        named |= {item.document_id for item in step.found} | ({step.named_in} if step.named_in else set())
    return named | _retrieved(message) if _uncited(message) else named


def without_closed(message: Message, closed: AbstractSet[str]) -> Message:
    """The message without the words of these documents, by id; offsets of everything else stay true.

    An extractive answer consists of quotes, so their place in it is blanked too, and that of quotes of which nobody
    knows whose they are when they may be of these. What a model wrote is its own words.
    """
    if closed.isdisjoint(named_by(message)):
        return message
    content = message.content
    if message.mode == "extractive":
        lost = [(item.answer_start, item.answer_end) for item in message.citations if item.document_id in closed]
        unknown = [] if closed.isdisjoint(_retrieved(message)) else _uncited(message)
        for start, end in lost + unknown:
            content = content[:start] + _GONE.ljust(end - start)[: end - start] + content[end:]
        for offer in message.suggestions:  # a greeting lists what it offers
            if offer.document_id in closed:
                content = content.replace(offer.text, _GONE.ljust(len(offer.text)))
    return message.model_copy(
        update={
            "content": content,
            "citations": [_shown(citation, closed) for citation in message.citations],
            "disagreements": [
                found
                for found in message.disagreements
                if closed.isdisjoint((found.older_document_id, found.newer_document_id))
            ],
            "suggestions": _open(message.suggestions, closed),
            "choices": _open(message.choices, closed),
            # What is looked up later is told by what was found before.
            "steps": [],
        }
    )


async def shown(library: LibraryService, caller: Caller, messages: Sequence[Message]) -> list[Message]:
    """The messages as far as the caller is shown them now, whoever reads them: a person, or a model for them."""
    named = {document_id for message in messages for document_id in named_by(message)}
    closed = (await library.reread(caller, (), named)).closed
    return [without_closed(message, closed) for message in messages]


def _retrieved(message: Message) -> set[str]:
    return {passage.document_id for passage in message.passages}


def _uncited(message: Message) -> list[tuple[int, int]]:
    """Stretches of quotes that no citation tells the source of: of an answer that is being written or was cut before
    its citations were known, or of a quote that its document no longer had.
    """
    if message.mode != "extractive" or message.role != "assistant" or message.abstained:
        return []
    found: list[tuple[int, int]] = []
    end = 0
    cited = sorted((citation.answer_start, citation.answer_end) for citation in message.citations)
    for start, following in (*cited, (len(message.content), len(message.content))):
        if message.content[end:start].strip():
            found.append((end, start))
        end = max(end, following)
    return found


def _open(offers: Sequence[StoredOffer], closed: AbstractSet[str]) -> list[StoredOffer]:
    return [offer for offer in offers if offer.document_id not in closed]


def _shown(citation: Citation, closed: AbstractSet[str]) -> Citation:
    return citation.without_words() if citation.document_id in closed else citation
