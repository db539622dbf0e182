"""The lexical index as a text index in MongoDB, beside the documents.

MongoDB is given terms that are already stemmed and freed of function words (`analysis`), under the language `none`: so
that a question and a text are treated alike whatever the language, and what a person types is never read as its query
syntax (quotes, minus signs). Its score counts words and their share of the text, but not how rare they are.
"""

import asyncio
import re
from collections.abc import Mapping, Sequence
from typing import Any

import structlog
from pymongo import DeleteMany, ReplaceOne, UpdateMany
from pymongo.asynchronous.collection import AsyncCollection
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.errors import OperationFailure

from backend.db.collection import Record
from backend.db.mongo_errors import classified
from backend.documents.paths import lying_in
from backend.embedding.search.models import NOT_TOLD, Filters, IndexEntry, IndexHit, by_value
from backend.errors import BibliosError, Unavailable
from backend.text.analysis import Phrase, QueryTerms, clean, document_terms, english_stem, name_terms, variant_terms
from backend.text.word_forms import form_terms

log = structlog.get_logger(__name__)

# The number is raised whenever fields or analysis change: an index of another form is dropped, and a migration has the
# new one filled.
_COLLECTION = "lexical_3"
_FORMER = ("lexical_1", "lexical_2")
_TERMS = "terms"
_FORMS = "form_terms"
_PLACES, _NAMES = "place_terms", "name_terms"
_TEXT_INDEX = "terms_text"
_BATCH = 1_000
_LEAST_SIMILAR = 4
_SIMILAR_MS = 500
_SEPARATOR = "\x1f"


class MongoTextIndex:
    """A `LexicalIndex`. Errors: those of the database port."""

    def __init__(self, database: AsyncDatabase[Record]) -> None:
        self._database = database
        self._records: AsyncCollection[Record] = database[_COLLECTION]
        self._prepared = False

    async def upsert(self, entries: Sequence[IndexEntry]) -> None:
        await self._prepare()
        latest = list({entry.chunk_id: entry for entry in entries}.values())
        for start in range(0, len(latest), _BATCH):
            replaced = [
                ReplaceOne({"_id": _id(entry)}, _record(entry), upsert=True) for entry in latest[start : start + _BATCH]
            ]
            with classified():
                await self._records.bulk_write(replaced, ordered=False)

    async def delete_documents(self, document_ids: Sequence[str]) -> None:
        await self._delete("document_id", document_ids)

    async def delete_chunks(self, chunk_ids: Sequence[str]) -> None:
        await self._delete("chunk_id", chunk_ids)

    async def set_access_many(
        self, changes: Mapping[str, frozenset[str]], paths: Mapping[str, str | None] = NOT_TOLD
    ) -> None:
        # Documents that get the same list change together: a folder that is shared again is one update.
        for access, document_ids in by_value(changes).items():
            for start in range(0, len(document_ids), _BATCH):
                some = {"document_id": {"$in": document_ids[start : start + _BATCH]}}
                with classified():
                    await self._records.update_many(some, {"$set": {"access": _names(access)}})
        moves = [
            UpdateMany(
                {"document_id": {"$in": ids}, "path": {"$ne": _path(path)}},
                {"$set": {"path": _path(path), _PLACES: " ".join(name_terms(path))}},
            )
            for path, ids in by_value(paths).items()
        ]
        for start in range(0, len(moves), _BATCH):
            with classified():
                await self._records.bulk_write(moves[start : start + _BATCH], ordered=False)

    async def search(
        self,
        query: str,
        *,
        limit: int,
        principals: frozenset[str],
        filters: Filters,
        phrases: Sequence[str] = (),
        parts: bool = True,
    ) -> list[IndexHit]:
        if not principals or limit <= 0:
            return []
        await self._prepare()
        terms = QueryTerms(query, languages=await self._languages(principals), parts=parts)
        words = dict.fromkeys(
            [*terms.english, *terms.plain, *terms.unspaced, *terms.variants, *terms.forms, *terms.parts]
        )
        if not words:
            return []
        condition = _condition(principals, filters) | {"$text": {"$search": " ".join(words), "$language": "none"}}
        if wanted := [_beside(phrase) for text in phrases if (phrase := Phrase(text))]:
            condition["$and"] = [*condition.get("$and", ()), *wanted]
        with classified():
            cursor = self._records.find(condition, {"_id": 1, "score": {"$meta": "textScore"}})
            # Equal scores in a settled order, so that nothing but the ids decides which are within the limit.
            found = await cursor.sort([("score", {"$meta": "textScore"}), ("_id", 1)]).limit(limit).to_list()
        return sorted((_hit(record) for record in found), key=lambda hit: (-hit.score, hit.chunk_id))

    async def similar(self, word: str, *, limit: int, principals: frozenset[str], edits: int) -> list[IndexHit]:
        """See `LexicalIndex`. MongoDB looks through the caller's texts for that: at most half a second, one edit."""
        if not principals or len(word) < _LEAST_SIMILAR:
            return []
        # Texts of English hold stems.
        spelt = "|".join(_one_edit(form) for form in dict.fromkeys((word, english_stem(word) or word)))
        condition = {"access": {"$in": _names(principals)}, _TERMS: {"$regex": f" (?:{spelt}) "}}
        try:
            with classified():
                cursor = self._records.find(condition, {"_id": 1}).sort("_id", 1).limit(limit).max_time_ms(_SIMILAR_MS)
                return [_hit({**record, "score": 1.0}) for record in await cursor.to_list()]
        except BibliosError as error:
            log.info("similar_words_given_up", error=str(error))
            return []

    async def count(self) -> int:
        with classified():
            return await self._records.count_documents({})

    async def clear(self) -> None:
        with classified():
            await self._records.delete_many({})

    async def ping(self) -> None:
        """Errors: `Unavailable` when MongoDB does not answer, or has no text index and refuses to make one."""
        try:
            with classified():
                if _TEXT_INDEX not in await self._records.index_information():
                    self._prepared = False
            await self._prepare()
        except OperationFailure as error:
            raise Unavailable(
                f"MongoDB refuses the text index ({error.code}). Tell your operator.",
                hint="Give its user the right to create indexes, or set BIBLIOS_LEXICAL_BACKEND=tantivy.",
                dependency="lexical",
            ) from error

    async def close(self) -> None:
        """The database is closed by the one who opened it."""

    async def _languages(self, principals: frozenset[str]) -> list[str]:
        """The languages of what the principals may see: those of others are no reason to look for other words."""
        with classified():
            known = [language for language in await self._records.distinct("language") if language]
            access = {"$in": _names(principals)}
            seen = await asyncio.gather(
                *(self._records.find_one({"access": access, "language": language}, {"_id": 1}) for language in known)
            )
        return [language for language, found in zip(known, seen, strict=True) if found is not None]

    async def _delete(self, field: str, values: Sequence[str]) -> None:
        for start in range(0, len(values), _BATCH):
            deletion = DeleteMany({field: {"$in": list(values[start : start + _BATCH])}})
            with classified():
                await self._records.bulk_write([deletion])

    async def _prepare(self) -> None:
        """Creates the indexes once. `language_override` keeps MongoDB from reading our own `language` as its own."""
        if self._prepared:
            return
        with classified():
            for former in _FORMER:
                await self._database.drop_collection(former)
            await self._records.create_index(
                [(_TERMS, "text"), (_FORMS, "text"), (_PLACES, "text"), (_NAMES, "text")],
                name=_TEXT_INDEX,
                default_language="none",
                language_override="text_language",
            )
            # Deleting and re-granting by document; deleting chunks.
            await self._records.create_index([("document_id", 1)], name="document_id_1")
            await self._records.create_index([("chunk_id", 1)], name="chunk_id_1")
            # Each question asks which languages there are; from here that is a few keys.
            await self._records.create_index([("language", 1)], name="language_1")
            # And which of them the caller's are in. What is spelt alike is looked for among the caller's texts.
            await self._records.create_index([("access", 1), ("language", 1)], name="access_1_language_1")
        self._prepared = True


def _one_edit(word: str) -> str:
    """A pattern for words with one letter more, less or another than this one, or two swapped; from the second on."""
    forms: list[str] = []
    for at in range(1, len(word)):
        before, after = re.escape(word[:at]), re.escape(word[at + 1 :])
        forms += [f"{before}[^ ]?{after}", f"{before}[^ ]{re.escape(word[at:])}"]
        if after:
            forms.append(f"{before}{re.escape(word[at + 1] + word[at] + word[at + 2 :])}")
    forms.append(f"{re.escape(word)}[^ ]")
    return "|".join(forms)


def _id(entry: IndexEntry) -> str:
    """Document and chunk in one, so that a search reads nothing but ids and scores."""
    return f"{entry.document_id}{_SEPARATOR}{entry.chunk_id}"


def _hit(record: Record) -> IndexHit:
    document_id, _, chunk_id = record["_id"].partition(_SEPARATOR)
    return IndexHit(chunk_id, document_id, float(record["score"]))


def _record(entry: IndexEntry) -> dict[str, Any]:
    body = clean(f"{entry.title}\n{entry.text}")
    return {
        "_id": _id(entry),
        "chunk_id": entry.chunk_id,
        "document_id": entry.document_id,
        # The words between spaces, so that a phrase is a part of them.
        _TERMS: f" {' '.join([*document_terms(body, entry.language), *variant_terms(body)])} ",
        _FORMS: " ".join(form_terms(body, entry.language)),
        _PLACES: " ".join(name_terms(entry.path)),
        _NAMES: " ".join(name_terms(entry.filename)),
        "access": _names(entry.access),
        "source": entry.source,
        "kind": entry.kind,
        "modified_at": entry.modified_at,
        "connection_id": entry.connection_id,
        "author": entry.author and clean(entry.author),
        "language": entry.language,
        "tags": sorted(clean(tag) for tag in entry.tags),
        "path": _path(entry.path),
    }


def _beside(phrase: Phrase) -> dict[str, Any]:
    """Of what the text index finds, what has the phrase; of unspaced script, every pair of it."""
    either = [" ".join(terms) for terms in dict.fromkeys((tuple(phrase.english), tuple(phrase.plain))) if terms]
    parts = [{"$or": [{_TERMS: {"$regex": f" {re.escape(words)} "}} for words in either]}] if either else []
    return {"$and": [*parts, *({_TERMS: {"$regex": f" {re.escape(pair)} "}} for pair in phrase.unspaced)]}


def _path(path: str | None) -> str | None:
    return path and clean(path)


def _names(principals: frozenset[str]) -> list[str]:
    """Principals as they are stored and asked for."""
    return sorted(map(clean, principals))


def _condition(principals: frozenset[str], filters: Filters) -> dict[str, Any]:
    condition: dict[str, Any] = {"access": {"$in": _names(principals)}}
    for field, values in (
        ("document_id", filters.document_ids),
        ("source", filters.sources),
        ("kind", filters.kinds),
        ("connection_id", filters.connections),
        ("author", filters.authors),
        ("language", filters.languages),
        ("tags", filters.tags),
    ):
        if values:
            condition[field] = {"$in": [clean(value) for value in values]}
    if filters.paths:
        condition |= lying_in(map(clean, filters.paths))
    changed: dict[str, float] = {}
    if filters.after is not None:
        changed["$gte"] = filters.after.timestamp()
    if filters.before is not None:
        changed["$lt"] = filters.before.timestamp()
    return condition | ({"modified_at": changed} if changed else {})
