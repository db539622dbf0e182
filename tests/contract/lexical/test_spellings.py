"""Every lexical index finds what is written in another way, by the names of files and folders, and phrases."""

from collections.abc import AsyncIterator

import pytest

from backend.embedding.search.lexical_base import LexicalIndex
from backend.embedding.search.models import Filters
from tests.contract.lexical.backends import BACKENDS
from tests.support.search import ANN, BEN, entry

NONE = Filters()

#: The kind, what is typed, the text that is meant, and one that is near and not meant.
SPELLINGS = {
    "joined": ("TK3130", "Toner TK-3130 for floor two", "Toner TK-3160 for floor three"),
    "split": ("LX-204", "Signal lamp LX204", "Signal lamp LX240"),
    "spaced": ("LX 204", "Signal lamp LX204", "Signal lamp LX240"),
    "part": ("m5799", "Printer WF-M5799DWF", "Printer WF-M5790DWF"),
    "letter-apart": ("340 t", "Optima 340T", "Optima 430 T"),
    "figures-of": ("3130", "Toner TK3130", "Toner TK31301"),
    "camel": ("request header", "calls parseRequestHeader twice", "calls parseResponseBody twice"),
    "snake": ("maxRetryCount", "set max_retry_count", "set min_retry_delay"),
    "thousands": ("1043", "It has 1,043 parts", "It has 1,044 parts"),
    "thousands-dotted": ("1,043", "Es sind 1.043 Teile", "Es sind 1.044 Teile"),
    "ue": ("Duesseldorf", "Das Lager in Düsseldorf", "Das Lager in Dortmund"),
    "u": ("Dusseldorf", "Das Lager in Duesseldorf", "Das Lager in Dortmund"),
    "ü": ("Düsseldorf", "Das Lager in Duesseldorf", "Das Lager in Dortmund"),
    "ß": ("Strasse", "Die Straße ist gesperrt", "Die Brücke ist gesperrt"),
    "ё": ("счетчик", "Счётчик воды", "Кран воды"),
    "arabic": ("مراكش", "المكتب في مَرَّاكُش", "المكتب في طنجة"),
    "alef": ("احمد", "وصل أحمد", "وصل خالد"),
    "taa-marbuta": ("مدرسه", "هذه مدرسة", "هذه مكتب"),
    "hebrew": ("שלום", "אמר שָׁלוֹם", "אמר תודה"),
    "greek": ("ΔΡΟΜΟΣ", "ο δρόμος είναι κλειστός", "η γέφυρα είναι κλειστή"),
    "cjk": ("東京", "高い東京タワー", "京都の東の塔"),
    "acronym": ("IT", "The IT budget was approved", "The HR budget was approved, and it was high"),
    "date": ("4 February 2025", "Signed on 2025-02-04", "Signed on 2025-02-05"),
    "date-dotted": ("4.2.2025", "Signed on Feb 4th 2025", "Signed on Feb 14th 2025"),
    "month": ("February 2025", "Signed on 2025-02-04", "Signed on 2025-03-04"),
}


@pytest.fixture(params=BACKENDS, ids=lambda backend: backend.name)
async def index(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[LexicalIndex]:
    async with request.param.environment(tmp_path_factory.mktemp("lexical")) as opener:
        opened = await opener()
        yield opened
        await opened.close()


async def found(index: LexicalIndex, query: str, *phrases: str) -> list[str]:
    hits = await index.search(query, limit=100, principals=ANN, filters=NONE, phrases=phrases)
    return [hit.chunk_id for hit in hits]


async def test_other_spellings_are_found_and_near_ones_are_not_before_them(index: LexicalIndex) -> None:
    await index.upsert(
        [
            entry(f"{name}-{place}.1.0", text=text, title="", language=None)
            for name, (_, *texts) in SPELLINGS.items()
            for place, text in zip(("meant", "near"), texts, strict=True)
        ]
    )
    missed = {}
    for name, (query, *_) in SPELLINGS.items():
        both = Filters(document_ids=frozenset({f"{name}-meant", f"{name}-near"}))
        hits = await index.search(query, limit=2, principals=ANN, filters=both)
        if [hit.document_id for hit in hits][:1] != [f"{name}-meant"]:
            missed[name] = hits
    assert missed == {}


#: The language, what is typed, the text that is meant, and one that has no form of its words.
FORMS = {
    "compound-begins": ("de", "Urlaub", "Es gibt 30 Urlaubstage im Jahr.", "Es gibt 30 Parkplätze im Hof."),
    "compound-ends": ("de", "Frist", "Die Kündigungsfrist beträgt vier Wochen.", "Der Kündigung folgt ein Brief."),
    "compound-typed": ("de", "Kündigungsfrist", "Die Frist für die Kündigung: vier Wochen.", "Das Archiv ist zu."),
    "compound-spelt": ("de", "Kuendigung", "Die Kündigungsfrist beträgt vier Wochen.", "Die Kundschaft wartet."),
    "plural": ("de", "Haus", "Die Häuser am Hafen.", "Die Schiffe am Hafen."),
    "spanish": ("es", "facturas", "La factura vence mañana.", "El contrato vence mañana."),
    "accent-spanish": ("es", "estaciones", "La estación está cerrada.", "La tienda está cerrada."),
    "french": ("fr", "contrats", "Le contrat expire demain.", "La facture expire demain."),
    "russian": ("ru", "договор", "Сроки договора указаны ниже.", "Сроки оплаты указаны ниже."),
    "dutch": ("nl", "sleutel", "De sleutels liggen binnen.", "De boeken liggen binnen."),
    "greek": ("el", "ΔΡΟΜΟΣ", "οι δρόμοι είναι κλειστοί", "οι γέφυρες είναι κλειστές"),
    "turkish": ("tr", "kitap", "Kitaplar rafta duruyor.", "Defterler rafta duruyor."),
}


async def test_forms_of_a_word_and_parts_of_compounds_are_found_in_their_language(index: LexicalIndex) -> None:
    await index.upsert(
        [
            entry(f"{name}-{place}.1.0", text=text, title="", language=language)
            for name, (language, _, *texts) in FORMS.items()
            for place, text in zip(("meant", "other"), texts, strict=True)
        ]
    )
    found = {}
    for name, (_, query, *_) in FORMS.items():
        both = Filters(document_ids=frozenset({f"{name}-meant", f"{name}-other"}))
        hits = await index.search(query, limit=2, principals=ANN, filters=both)
        found[name] = [hit.document_id for hit in hits]
    assert found == {name: [f"{name}-meant"] for name in FORMS}


async def test_a_word_itself_comes_before_its_forms_and_these_before_a_part_of_it(index: LexicalIndex) -> None:
    texts = ("Die Kündigungsfrist endet.", "Alle Kündigungsfristen enden.", "Die Frist endet.")
    await index.upsert([entry(f"{n}.1.0", text=text, title="", language="de") for n, text in enumerate(texts)])
    assert await found(index, "Kündigungsfrist") == ["0.1.0", "1.1.0", "2.1.0"]
    hits = await index.search("Kündigungsfrist", limit=9, principals=ANN, filters=NONE, parts=False)
    assert [hit.chunk_id for hit in hits] == ["0.1.0", "1.1.0"]


async def test_forms_of_one_language_find_nothing_in_another(index: LexicalIndex) -> None:
    await index.upsert([entry("a.1.0", text="Urlaubstage", title="", language="nl"), entry("b.1.0", language="de")])
    assert await found(index, "Urlaub") == []


async def test_a_file_is_found_by_its_name_and_its_folders(index: LexicalIndex) -> None:
    await index.upsert(
        [
            entry("a.1.0", title="Supply contract", text="Terms.", filename="halvorsen-8841.docx", path="Deals/Nord"),
            entry("b.1.0", title="Lease", text="Terms.", filename="brandtLease_2207.docx", path="Deals/Sued"),
        ]
    )
    for query in ("halvorsen 8841", "halvorsen-8841.docx", "halvorsen", "Nord"):
        assert (await found(index, query))[0] == "a.1.0", query
    assert await found(index, "brandt 2207") == ["b.1.0"]


async def test_what_moved_is_found_by_its_new_folder_only(index: LexicalIndex) -> None:
    await index.upsert([entry(f"a.1.{n}", text="Terms.", path="Deals/Nord", filename="x.docx") for n in range(3)])
    await index.upsert([entry("b.1.0", text="Terms.", path="Deals/Sued")])
    await index.set_access_many({}, {"a": "Archive/Zürich", "unknown": "Nowhere"})
    assert await found(index, "Nord") == []
    assert sorted(await found(index, "Zuerich archive")) == ["a.1.0", "a.1.1", "a.1.2"]
    assert len(await found(index, "x.docx")) == 3
    assert await index.count() == 4


async def test_a_phrase_keeps_what_has_its_words_side_by_side(index: LexicalIndex) -> None:
    await index.upsert(
        [
            entry("a.1.0", text="Our terms of service apply to everyone."),
            entry("b.1.0", text="The service is good, the terms are fair."),
            entry("c.1.0", text="Die allgemeinen Bedingungen gelten.", language="de"),
            entry("d.1.0", text="高い東京タワーです", language="ja"),
            entry("e.1.0", title="Terms of service", text="See below."),
        ]
    )
    assert sorted(await found(index, "terms of service", "terms of service")) == ["a.1.0", "e.1.0"]
    assert await found(index, "allgemeinen Bedingungen", "Allgemeinen Bedingungen") == ["c.1.0"]
    assert await found(index, "東京タワー", "東京タワー") == ["d.1.0"]
    assert await found(index, "terms", "fair terms of service") == []


async def test_what_is_typed_into_a_phrase_is_no_syntax(index: LexicalIndex) -> None:
    await index.upsert([entry("a.1.0", text="plain words")])
    for phrase in ("plain.*", "(", "$where", "plain|words", "\\", "[a-"):
        assert await found(index, "plain words", phrase) in ([], ["a.1.0"])


async def test_nearly_the_same_spelling_is_found_in_what_one_may_see(index: LexicalIndex) -> None:
    await index.upsert(
        [
            entry("a.1.0", text="The holiday allowance is 30 days."),
            entry("b.1.0", text="The hoilday of Ben", access=BEN),
            entry("c.1.0", text="An unrelated text."),
        ]
    )
    for word in ("holidey", "hoiiday", "holday", "hollday", "hloiday"):
        hits = await index.similar(word, limit=10, principals=ANN, edits=1)
        assert [hit.chunk_id for hit in hits] == ["a.1.0"], word
    assert await index.similar("zeppelin", limit=10, principals=ANN, edits=1) == []
    assert await index.similar("holiday.*", limit=10, principals=frozenset(), edits=1) == []
