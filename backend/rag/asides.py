"""What is answered without quoting a passage: courtesies, help, and which documents there are."""

from backend.rag.intent import Intent, wish_of
from backend.rag.models import Answered, Offer, Outcome, Question, Retrieved, Source
from backend.rag.ports import PassageSearch, Shelf
from backend.rag.replies import reply_to
from backend.rag.scoped import ScopedShelf
from backend.rag.shelf import about, called_so, what_is_there

_MOST_ABOUT = 10


async def aside_for(
    question: Question, shelf: Shelf, search: PassageSearch, *, model: str | None
) -> tuple[Retrieved, Answered] | None:
    """None for a question that is to be looked up in the documents. `model`: which one answers here, if one does.
    What is listed is where the question is asked alone.

    Errors: `Unavailable`.
    """
    wish, caller = wish_of(question.text, talking=bool(question.history)), question.caller
    scoped = not question.filters.empty
    shelf = ScopedShelf(shelf, question.filters)
    sources: tuple[Source, ...] = ()
    outcome: Outcome = "catalogue"
    suggestions: tuple[Offer, ...] = ()
    if wish.called:
        text = await called_so(caller, shelf, wish.called, language=wish.language)
    elif wish.about:
        found = await search.search(
            caller, wish.about, filters=question.filters, limit=_MOST_ABOUT, group="document", strict=True
        )
        sources = tuple(map(Source, found.hits))
        text = about(found.hits, wish.about) if found.hits else None
    elif wish.intent is Intent.documents:
        text = await what_is_there(caller, shelf, scoped=scoped)
    elif wish.intent is Intent.passages:
        return None
    else:
        reply = await reply_to(wish, caller, shelf, model=model)
        text, suggestions, outcome = reply.text, reply.suggestions, "reply"
    if text is None:
        return None
    intent = wish.intent if outcome == "reply" else Intent.documents
    return (
        Retrieved(wish.about or wish.called or question.text, sources, (), (), intent),
        Answered(text, (), abstained=False, mode="extractive", model=None, outcome=outcome, suggestions=suggestions),
    )
