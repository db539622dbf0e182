"""The fields of the tantivy index; entries as its documents; questions as its queries.

The body (title and text) is indexed in one of two ways, as English or plain; runs of unspaced script, other spellings,
and the names of the file and its folders are indexed in fields of their own. Nothing is here of who may see a chunk: it
carries its document's row in the document table, which knows. Its words are stored as one value, so that it can be
written anew when words beside it are to leave the disk, or when it moves. Its terms are stored as well, for ranking it
by what the caller sees (`bm25`): tantivy's own scores count the chunks of everybody.
Queries are built from terms: what a person types is never parsed as query syntax.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from itertools import pairwise

import orjson
import tantivy

from backend.embedding.search.bm25 import Sought, Weighted
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
FORMAT = 7
ENGLISH, PLAIN, UNSPACED, VARIANTS, FORMS, NAMES = "english", "plain", "unspaced", "variants", "forms", "names"
CHUNK, DOCUMENT, KEY, ROW, LOT = "chunk_id", "document_id", "key", "row", "lot"
_STORED, _STORED_TERMS = "words", "stored_terms"
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


@dataclass(frozen=True, slots=True)
class Held:
    """What ranking needs of a chunk: `terms` are those of each field, in their order."""

    chunk_id: str
    document_id: str
    terms: dict[str, str]


def build_schema() -> tantivy.Schema:
    """`key` is a number of the chunk as written, which is read much faster than the stored words; `lot` one that its
    id alone decides, so that an order by it is the same whatever else is in the index.
    """
    builder = tantivy.SchemaBuilder()
    for name, positions in _FIELDS.items():
        builder.add_text_field(name, tokenizer_name=_TERMS, index_option=positions)
    for name in (CHUNK, DOCUMENT):
        builder.add_text_field(name, tokenizer_name="raw", index_option="basic")
    for name in (KEY, ROW, LOT):
        builder.add_unsigned_field(name, fast=True)
    for name in (_STORED, _STORED_TERMS):
        builder.add_bytes_field(name, stored=True)
    return builder.build()


def register_analyzers(index: tantivy.Index) -> None:
    index.register_tokenizer(_TERMS, terms_analyzer())


def to_document(words: Words, *, key: int, row: int) -> tantivy.Document:
    body = f"{words.title}\n{words.text}"
    document = tantivy.Document()
    english = is_english(body, words.language)
    stored: dict[str, str] = {}
    for field, terms in (
        (ENGLISH if english else PLAIN, english_terms(body) if english else plain_terms(body)),
        (UNSPACED, unspaced_terms(body, query=False)),
        (VARIANTS, variant_terms(body)),
        (FORMS, form_terms(body, words.language)),
        (NAMES, dict.fromkeys([*name_terms(words.path), *name_terms(words.filename)])),
    ):
        if terms:
            stored[field] = " ".join(terms)
            document.add_text(field, stored[field])
    document.add_text(CHUNK, words.chunk_id)
    document.add_text(DOCUMENT, words.document_id)
    # The typed adders matter: `Document(key=1)` would write a signed number, at which the indexing thread panics.
    document.add_unsigned(KEY, key)
    document.add_unsigned(ROW, row)
    lot = blake2b(words.chunk_id.encode("utf-8", "replace"), digest_size=8).digest()
    document.add_unsigned(LOT, int.from_bytes(lot) >> 1)
    document.add_bytes(_STORED, orjson.dumps(words))
    document.add_bytes(_STORED_TERMS, orjson.dumps([words.chunk_id, words.document_id, stored]))
    return document


def from_document(document: tantivy.Document) -> Words:
    return Words(**orjson.loads(bytes(document[_STORED][0])))


def held(document: tantivy.Document) -> Held:
    return Held(*orjson.loads(bytes(document[_STORED_TERMS][0])))


def sought(terms: QueryTerms) -> Sought:
    """What a question looks for, and what each of it is worth."""
    return Sought(
        [
            Weighted(field, term, count * weight)
            for field, counted, weight in (
                (ENGLISH, terms.english, 1.0),
                (PLAIN, terms.plain, 1.0),
                (UNSPACED, terms.unspaced, 1.0),
                (VARIANTS, terms.variants, _VARIANT_WEIGHT),
                (FORMS, terms.forms, _FORM_WEIGHT),
                (FORMS, terms.parts, _PART_WEIGHT),
                (NAMES, terms.named, _NAME_WEIGHT),
            )
            for term, count in counted.items()
        ],
        [*_near(ENGLISH, terms.english), *_near(PLAIN, terms.plain)],
    )


def to_query(
    schema: tantivy.Schema,
    wanted: Sought,
    *,
    boosts: Mapping[tuple[str, str], float],
    phrases: Sequence[Phrase] = (),
    document_ids: Sequence[str] | None = None,
) -> tantivy.Query:
    """At least one term must occur, and every phrase.

    `boosts`: by field and term, what tantivy's weight of it is multiplied with.
    `document_ids` restricts it to these documents, without counting for the score.
    """
    words = tantivy.Query.boolean_query(
        [
            (
                tantivy.Occur.Should,
                tantivy.Query.boost_query(
                    tantivy.Query.term_query(schema, one.field, one.term, "freq"),
                    one.weight * boosts.get((one.field, one.term), 1.0),
                ),
            )
            for one in wanted.terms
        ]
    )
    if phrases:
        beside = [tantivy.Query.const_score_query(_phrase(schema, phrase), 0.0) for phrase in phrases]
        words = tantivy.Query.boolean_query([(tantivy.Occur.Must, one) for one in (words, *beside)])
    return _within(schema, words, document_ids)


def holding(
    schema: tantivy.Schema, field: str, term: str, *, document_ids: Sequence[str] | None = None
) -> tantivy.Query:
    """What has this term."""
    return _within(schema, tantivy.Query.term_query(schema, field, term, "basic"), document_ids)


def everything(schema: tantivy.Schema, *, document_ids: Sequence[str] | None = None) -> tantivy.Query:
    """Every chunk."""
    return _within(schema, tantivy.Query.all_query(), document_ids)


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


def _near(field: str, terms: Counter[str]) -> list[tuple[Weighted, Weighted]]:
    """Neighbouring words of a few; what they add together is that of each."""
    if len(terms) > _FEW_WORDS:
        return []
    return [
        (Weighted(field, one, _NEAR_WEIGHT), Weighted(field, other, _NEAR_WEIGHT)) for one, other in pairwise(terms)
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
