"""From where the fields of a payload are known, once a person has changed it."""

from collections.abc import Iterable, Mapping
from typing import Any

import orjson

from backend.actions.models import Action, Evidence, Origin, Suggestion
from backend.text.sentences import split_sentences


def origins_after(action: Action, payload: Mapping[str, Any]) -> dict[str, Origin]:
    """What a person changed is theirs; what they took over from a suggestion is of where that came from."""
    origins = dict(action.origins)
    for name, value in payload.items():
        if value != action.payload.get(name):
            taken = [one.origin for one in _taken(action, payload) if one.field == name]
            origins[name] = taken[0] if taken else "person"
    return {name: origin for name, origin in origins.items() if name in payload}


def evidence_after(action: Action, payload: Mapping[str, Any]) -> list[Evidence]:
    """That of every claim which still stands there, sentence by sentence; and of what was taken over from a document.

    A sentence that changed by a sign is another one, and has none.
    """
    kept: list[Evidence] = []
    for name in dict.fromkeys(one.field for one in action.evidence):
        of_field = [one for one in action.evidence if one.field == name]
        before, after = action.payload.get(name), payload.get(name)
        if before == after:
            kept += of_field
        elif isinstance(before, str) and isinstance(after, str):
            kept += _moved([one for one in of_field if one.end], before, after)
    taken = {one.field: one.source for one in _taken(action, payload) if one.source is not None}
    return [*kept, *(Evidence(field=name, support="document", source=source) for name, source in taken.items())]


def _moved(evidence: Iterable[Evidence], before: str, after: str) -> list[Evidence]:
    """Each where its sentence stands now; one that stands there twice is taken in their order."""
    places: dict[str, list[tuple[int, int]]] = {}
    for sentence in split_sentences(after):
        places.setdefault(after[sentence.start : sentence.end], []).append((sentence.start, sentence.end))
    found: list[Evidence] = []
    for one in sorted(evidence, key=lambda one: one.start):
        if there := places.get(before[one.start : one.end]):
            start, end = there.pop(0)
            found.append(one.model_copy(update={"start": start, "end": end}))
    return found


def taken_over(action: Action, payload: Mapping[str, Any]) -> str | None:
    """For the timeline: whatever came from a document was taken over by a person, and is noted."""
    names = [f"{one.field} from '{one.title}'" for one in _taken(action, payload) if one.origin == "document"]
    return f"Taken over: {', '.join(names)}." if names else None


def documents_taken(action: Action, payload: Mapping[str, Any]) -> list[str]:
    """The documents, by id, that `taken_over` names."""
    return sorted({one.document_id for one in _taken(action, payload) if one.document_id is not None})


def _taken(action: Action, payload: Mapping[str, Any]) -> list[Suggestion]:
    """The suggestions whose value stands in what a person made of its field."""
    return [
        one
        for one in action.suggestions
        if one.value in _written(payload.get(one.field)) and one.value not in _written(action.payload.get(one.field))
    ]


def _written(value: Any) -> str:
    return orjson.dumps(value).decode()
