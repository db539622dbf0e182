"""The fields of the tantivy index; entries as its documents and back; questions and filters as its queries.

The body (title and text) is indexed in one of two ways, as English or plain; runs of unspaced script are indexed in a
field of their own. The entry itself is stored as one value, so that a change of access can write a chunk anew.
Queries are built from terms: what a person types is never parsed as query syntax.
"""

from collections import Counter
from datetime import datetime
from typing import Any

import numpy as np
import orjson
import tantivy

from backend.embedding.search.analysis import (
    QueryTerms,
    clean,
    english_analyzer,
    is_english,
    plain_analyzer,
    unspaced_analyzer,
    unspaced_terms,
    without_unspaced,
)
from backend.embedding.search.models import Filters, IndexEntry

# Raised whenever fields or analysis change: an index of another format is built anew.
FORMAT = 1
ENGLISH, PLAIN, UNSPACED = "english", "plain", "unspaced"
CHUNK, DOCUMENT, KEY = "chunk_id", "document_id", "key"
_ANALYZERS = {ENGLISH: english_analyzer, PLAIN: plain_analyzer, UNSPACED: unspaced_analyzer}
_EXACT = (CHUNK, DOCUMENT, "access", "source", "kind", "connection", "author", "language", "tag")
_STORED, _MODIFIED = "entry", "modified_at"
_NO_VECTOR = np.zeros(0, np.float32)


def build_schema() -> tantivy.Schema:
    """`key` is a number of the chunk as written, which is read much faster than the stored entry."""
    builder = tantivy.SchemaBuilder()
    for name in _ANALYZERS:
        builder.add_text_field(name, tokenizer_name=name, index_option="freq")
    for name in _EXACT:
        builder.add_text_field(name, tokenizer_name="raw", index_option="basic")
    builder.add_float_field(_MODIFIED, indexed=True, fast=True)
    builder.add_unsigned_field(KEY, fast=True)
    builder.add_bytes_field(_STORED, stored=True)
    return builder.build()


def register_analyzers(index: tantivy.Index) -> None:
    for name, analyzer in _ANALYZERS.items():
        index.register_tokenizer(name, analyzer())


def to_document(entry: IndexEntry, key: int) -> tantivy.Document:
    body = clean(f"{entry.title}\n{entry.text}")
    document = tantivy.Document()
    document.add_text(ENGLISH if is_english(body, entry.language) else PLAIN, without_unspaced(body))
    if unspaced := unspaced_terms(body, query=False):
        document.add_text(UNSPACED, " ".join(unspaced))
    document.add_text(CHUNK, entry.chunk_id)
    document.add_text(DOCUMENT, entry.document_id)
    document.add_text("source", entry.source)
    document.add_text("kind", entry.kind)
    for field, value in (
        ("connection", entry.connection_id),
        ("author", entry.author),
        ("language", entry.language),
    ):
        if value is not None:
            document.add_text(field, clean(value))
    for principal in entry.access:
        document.add_text("access", principal)
    for tag in entry.tags:
        document.add_text("tag", clean(tag))
    # The typed adders matter: `Document(key=1)` would write a signed number, at which the indexing thread panics.
    document.add_float(_MODIFIED, entry.modified_at)
    document.add_unsigned(KEY, key)
    document.add_bytes(_STORED, orjson.dumps(_record(entry)))
    return document


def from_document(document: tantivy.Document, *, access: frozenset[str] | None = None) -> IndexEntry:
    """The stored entry without its vector, with another access list if one is given."""
    record: dict[str, Any] = orjson.loads(bytes(document[_STORED][0]))
    kept = frozenset(record.pop("access"))
    tags = frozenset(record.pop("tags"))
    return IndexEntry(**record, access=kept if access is None else access, tags=tags, vector=_NO_VECTOR)


def to_query(schema: tantivy.Schema, terms: QueryTerms, principals: frozenset[str], filters: Filters) -> tantivy.Query:
    """At least one term must occur; access and filters must hold and do not count for the score."""
    words = [
        *_term_clauses(schema, ENGLISH, terms.english),
        *_term_clauses(schema, PLAIN, terms.plain),
        *_term_clauses(schema, UNSPACED, terms.unspaced),
    ]
    required = [tantivy.Query.boolean_query(words), _one_of(schema, "access", principals)]
    for field, allowed in (
        ("source", filters.sources),
        ("kind", filters.kinds),
        ("connection", filters.connections),
        ("author", filters.authors),
        ("language", filters.languages),
        ("tag", filters.tags),
        (DOCUMENT, filters.document_ids),
    ):
        if allowed:
            required.append(_one_of(schema, field, allowed))
    if filters.after is not None or filters.before is not None:
        required.append(_between(schema, filters.after, filters.before))
    return tantivy.Query.boolean_query([(tantivy.Occur.Must, query) for query in required])


def _term_clauses(schema: tantivy.Schema, field: str, terms: Counter[str]) -> list[tuple[tantivy.Occur, tantivy.Query]]:
    return [
        (tantivy.Occur.Should, tantivy.Query.boost_query(tantivy.Query.term_query(schema, field, term, "freq"), count))
        for term, count in terms.items()
    ]


def _one_of(schema: tantivy.Schema, field: str, values: frozenset[str]) -> tantivy.Query:
    names = [clean(value) for value in values]
    return tantivy.Query.const_score_query(tantivy.Query.term_set_query(schema, field, names), 0.0)


def _between(schema: tantivy.Schema, after: datetime | None, before: datetime | None) -> tantivy.Query:
    within = tantivy.Query.range_query(
        schema,
        _MODIFIED,
        tantivy.FieldType.Float,
        lower_bound=None if after is None else after.timestamp(),
        upper_bound=None if before is None else before.timestamp(),
        # tantivy wants an open side to count as inclusive.
        include_upper=before is None,
    )
    return tantivy.Query.const_score_query(within, 0.0)


def _record(entry: IndexEntry) -> dict[str, object]:
    return {
        "chunk_id": entry.chunk_id,
        "document_id": entry.document_id,
        "title": clean(entry.title),
        "text": clean(entry.text),
        "access": sorted(entry.access),
        "source": entry.source,
        "kind": entry.kind,
        "modified_at": entry.modified_at,
        "connection_id": entry.connection_id,
        "author": entry.author and clean(entry.author),
        "language": entry.language,
        "tags": sorted(clean(tag) for tag in entry.tags),
    }
