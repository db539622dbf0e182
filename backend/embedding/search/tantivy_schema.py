"""The fields of the tantivy index; entries as its documents; questions as its queries.

The body (title and text) is indexed in one of two ways, as English or plain; runs of unspaced script are indexed in a
field of their own. Nothing is here of who may see a chunk: it carries its document's row in the document table, which
knows. Its words are stored as one value, so that it can be written anew when words beside it are to leave the disk.
Queries are built from terms: what a person types is never parsed as query syntax.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import orjson
import tantivy

from backend.embedding.search.models import IndexEntry
from backend.text.analysis import (
    QueryTerms,
    clean,
    english_analyzer,
    is_english,
    plain_analyzer,
    unspaced_analyzer,
    unspaced_terms,
    without_unspaced,
)

# Raised whenever fields or analysis change: an index of another format is built anew.
FORMAT = 3
ENGLISH, PLAIN, UNSPACED = "english", "plain", "unspaced"
CHUNK, DOCUMENT, KEY, ROW = "chunk_id", "document_id", "key", "row"
_STORED = "words"
_ANALYZERS = {ENGLISH: english_analyzer, PLAIN: plain_analyzer, UNSPACED: unspaced_analyzer}


@dataclass(frozen=True, slots=True)
class Words:
    """What of an entry the index holds."""

    chunk_id: str
    document_id: str
    title: str
    text: str
    language: str | None

    @classmethod
    def of(cls, entry: IndexEntry) -> "Words":
        return cls(entry.chunk_id, entry.document_id, clean(entry.title), clean(entry.text), entry.language)


def build_schema() -> tantivy.Schema:
    """`key` is a number of the chunk as written, which is read much faster than the stored words."""
    builder = tantivy.SchemaBuilder()
    for name in _ANALYZERS:
        builder.add_text_field(name, tokenizer_name=name, index_option="freq")
    for name in (CHUNK, DOCUMENT):
        builder.add_text_field(name, tokenizer_name="raw", index_option="basic")
    for name in (KEY, ROW):
        builder.add_unsigned_field(name, fast=True)
    builder.add_bytes_field(_STORED, stored=True)
    return builder.build()


def register_analyzers(index: tantivy.Index) -> None:
    for name, analyzer in _ANALYZERS.items():
        index.register_tokenizer(name, analyzer())


def to_document(words: Words, *, key: int, row: int) -> tantivy.Document:
    body = f"{words.title}\n{words.text}"
    document = tantivy.Document()
    document.add_text(ENGLISH if is_english(body, words.language) else PLAIN, without_unspaced(body))
    if unspaced := unspaced_terms(body, query=False):
        document.add_text(UNSPACED, " ".join(unspaced))
    document.add_text(CHUNK, words.chunk_id)
    document.add_text(DOCUMENT, words.document_id)
    # The typed adders matter: `Document(key=1)` would write a signed number, at which the indexing thread panics.
    document.add_unsigned(KEY, key)
    document.add_unsigned(ROW, row)
    document.add_bytes(_STORED, orjson.dumps(words))
    return document


def from_document(document: tantivy.Document) -> Words:
    return Words(**orjson.loads(bytes(document[_STORED][0])))


def to_query(schema: tantivy.Schema, terms: QueryTerms, *, document_ids: Sequence[str] | None = None) -> tantivy.Query:
    """At least one term must occur; `document_ids` restricts it to these documents, without counting for the score."""
    words = tantivy.Query.boolean_query(
        [
            *_term_clauses(schema, ENGLISH, terms.english),
            *_term_clauses(schema, PLAIN, terms.plain),
            *_term_clauses(schema, UNSPACED, terms.unspaced),
        ]
    )
    if document_ids is None:
        return words
    within = tantivy.Query.term_set_query(schema, DOCUMENT, list(document_ids))
    return tantivy.Query.boolean_query(
        [(tantivy.Occur.Must, words), (tantivy.Occur.Must, tantivy.Query.const_score_query(within, 0.0))]
    )


def _term_clauses(schema: tantivy.Schema, field: str, terms: Counter[str]) -> list[tuple[tantivy.Occur, tantivy.Query]]:
    return [
        (tantivy.Occur.Should, tantivy.Query.boost_query(tantivy.Query.term_query(schema, field, term, "freq"), count))
        for term, count in terms.items()
    ]
