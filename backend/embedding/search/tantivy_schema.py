"""The fields of the tantivy index; entries as its documents; questions as its queries.

The body (title and text) is indexed in one of two ways, as English or plain; runs of unspaced script, other spellings,
and the names of the file and its folders are indexed in fields of their own. Nothing is here of who may see a chunk: it
carries its document's row in the document table, which knows. Its words are stored as one value, so that it can be
written anew when words beside it are to leave the disk, or when it moves.
Queries are built from terms: what a person types is never parsed as query syntax.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import orjson
import tantivy

from backend.embedding.search.models import IndexEntry
from backend.text.analysis import (
    Phrase,
    QueryTerms,
    clean,
    english_terms,
    is_english,
    name_terms,
    plain_terms,
    terms_analyzer,
    unspaced_terms,
    variant_terms,
)
from backend.text.word_forms import form_terms

# Raised whenever fields or analysis change: an index of another format is built anew.
FORMAT = 6
ENGLISH, PLAIN, UNSPACED, VARIANTS, FORMS, NAMES = "english", "plain", "unspaced", "variants", "forms", "names"
CHUNK, DOCUMENT, KEY, ROW = "chunk_id", "document_id", "key", "row"
_STORED = "words"
_TERMS = "terms"
# Phrases are looked for where words stand in their order.
_FIELDS = {
    ENGLISH: "position",
    PLAIN: "position",
    UNSPACED: "freq",
    VARIANTS: "freq",
    FORMS: "basic",
    NAMES: "freq",
}
# What a word is worth that is found in another spelling, or in the names of the file and its folders.
_VARIANT_WEIGHT = 0.3
_NAME_WEIGHT = 0.8
# What it adds that a text has a word in whatever form, and what a part of a compound word is worth (docs/adr/0197).
_FORM_WEIGHT = 1.0
_PART_WEIGHT = 0.5
# What it adds that two words which follow on one another in the question do so in the text, or nearly.
# In a whole sentence it is no sign (nDCG@10 of SciFact is lower by 0.006), in the few words of a search it is one.
_NEAR_WEIGHT = 0.1
_NEAR_SLOP = 1
_FEW_WORDS = 4


@dataclass(frozen=True, slots=True)
class Words:
    """What of an entry the index holds."""

    chunk_id: str
    document_id: str
    title: str
    text: str
    language: str | None
    path: str | None = None
    filename: str | None = None

    @classmethod
    def of(cls, entry: IndexEntry) -> "Words":
        return cls(
            entry.chunk_id,
            entry.document_id,
            clean(entry.title),
            clean(entry.text),
            entry.language,
            entry.path and clean(entry.path),
            entry.filename and clean(entry.filename),
        )


def build_schema() -> tantivy.Schema:
    """`key` is a number of the chunk as written, which is read much faster than the stored words."""
    builder = tantivy.SchemaBuilder()
    for name, positions in _FIELDS.items():
        builder.add_text_field(name, tokenizer_name=_TERMS, index_option=positions)
    for name in (CHUNK, DOCUMENT):
        builder.add_text_field(name, tokenizer_name="raw", index_option="basic")
    for name in (KEY, ROW):
        builder.add_unsigned_field(name, fast=True)
    builder.add_bytes_field(_STORED, stored=True)
    return builder.build()


def register_analyzers(index: tantivy.Index) -> None:
    index.register_tokenizer(_TERMS, terms_analyzer())


def to_document(words: Words, *, key: int, row: int) -> tantivy.Document:
    body = f"{words.title}\n{words.text}"
    document = tantivy.Document()
    english = is_english(body, words.language)
    for field, terms in (
        (ENGLISH if english else PLAIN, english_terms(body) if english else plain_terms(body)),
        (UNSPACED, unspaced_terms(body, query=False)),
        (VARIANTS, variant_terms(body)),
        (FORMS, form_terms(body, words.language)),
        (NAMES, dict.fromkeys([*name_terms(words.path), *name_terms(words.filename)])),
    ):
        if terms:
            document.add_text(field, " ".join(terms))
    document.add_text(CHUNK, words.chunk_id)
    document.add_text(DOCUMENT, words.document_id)
    # The typed adders matter: `Document(key=1)` would write a signed number, at which the indexing thread panics.
    document.add_unsigned(KEY, key)
    document.add_unsigned(ROW, row)
    document.add_bytes(_STORED, orjson.dumps(words))
    return document


def from_document(document: tantivy.Document) -> Words:
    return Words(**orjson.loads(bytes(document[_STORED][0])))


def to_query(
    schema: tantivy.Schema,
    terms: QueryTerms,
    *,
    phrases: Sequence[Phrase] = (),
    document_ids: Sequence[str] | None = None,
) -> tantivy.Query:
    """At least one term must occur, and every phrase.

    `document_ids` restricts it to these documents, without counting for the score.
    """
    words = tantivy.Query.boolean_query(
        [
            *_term_clauses(schema, ENGLISH, terms.english),
            *_term_clauses(schema, PLAIN, terms.plain),
            *_term_clauses(schema, UNSPACED, terms.unspaced),
            *_term_clauses(schema, VARIANTS, terms.variants, weight=_VARIANT_WEIGHT),
            *_term_clauses(schema, FORMS, terms.forms, weight=_FORM_WEIGHT),
            *_term_clauses(schema, FORMS, terms.parts, weight=_PART_WEIGHT),
            *_term_clauses(schema, NAMES, terms.named, weight=_NAME_WEIGHT),
            *_near_clauses(schema, ENGLISH, terms.english),
            *_near_clauses(schema, PLAIN, terms.plain),
        ]
    )
    if phrases:
        musts = [words, *(_phrase(schema, phrase) for phrase in phrases)]
        words = tantivy.Query.boolean_query([(tantivy.Occur.Must, one) for one in musts])
    return _within(schema, words, document_ids)


def to_similar_query(
    schema: tantivy.Schema, word: str, *, edits: int, document_ids: Sequence[str] | None = None
) -> tantivy.Query:
    """What has a word that is spelt nearly like a folded one."""
    fields = ((ENGLISH, english_terms(word)), (PLAIN, plain_terms(word)))
    near = [
        tantivy.Query.fuzzy_term_query(schema, field, terms[0], distance=edits, transposition_cost_one=True)
        for field, terms in fields
        if terms
    ]
    return _within(schema, tantivy.Query.disjunction_max_query(near), document_ids)


def _within(schema: tantivy.Schema, query: tantivy.Query, document_ids: Sequence[str] | None) -> tantivy.Query:
    if document_ids is None:
        return query
    within = tantivy.Query.const_score_query(tantivy.Query.term_set_query(schema, DOCUMENT, list(document_ids)), 0.0)
    return tantivy.Query.boolean_query([(tantivy.Occur.Must, query), (tantivy.Occur.Must, within)])


def _term_clauses(
    schema: tantivy.Schema, field: str, terms: Counter[str], *, weight: float = 1.0
) -> list[tuple[tantivy.Occur, tantivy.Query]]:
    return [
        (
            tantivy.Occur.Should,
            tantivy.Query.boost_query(tantivy.Query.term_query(schema, field, term, "freq"), count * weight),
        )
        for term, count in terms.items()
    ]


def _near_clauses(schema: tantivy.Schema, field: str, terms: Counter[str]) -> list[tuple[tantivy.Occur, tantivy.Query]]:
    if len(terms) > _FEW_WORDS:
        return []
    return [
        (
            tantivy.Occur.Should,
            tantivy.Query.boost_query(
                tantivy.Query.phrase_query(schema, field, list(pair), slop=_NEAR_SLOP), _NEAR_WEIGHT
            ),
        )
        for pair in pairwise(terms)
    ]


def _phrase(schema: tantivy.Schema, phrase: Phrase) -> tantivy.Query:
    """Its words beside one another, in a text of either kind. Which words stood between them is not in the index."""
    either: list[tantivy.Query] = []
    for field, terms in ((ENGLISH, phrase.english), (PLAIN, phrase.plain)):
        if len(terms) == 1:
            either.append(tantivy.Query.term_query(schema, field, terms[0], "freq"))
        elif terms:
            either.append(tantivy.Query.phrase_query(schema, field, list(terms)))
    unspaced = [tantivy.Query.term_query(schema, UNSPACED, term, "freq") for term in phrase.unspaced]
    parts = [tantivy.Query.disjunction_max_query(either)] if either else []
    return tantivy.Query.boolean_query([(tantivy.Occur.Must, part) for part in (*parts, *unspaced)])
