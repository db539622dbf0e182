"""One suite over every lexical index: what was written is found by those who may see it, and by nobody else."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import pytest

from backend.embedding.search.lexical_base import LexicalIndex
from backend.embedding.search.models import Filters
from tests.contract.lexical.backends import BACKENDS, Opener
from tests.support.search import ANN, BEN, FOLDERS, entry

NONE = Filters()


@pytest.fixture(params=BACKENDS, ids=lambda backend: backend.name)
async def opener(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Opener]:
    async with request.param.environment(tmp_path_factory.mktemp("lexical")) as opened:
        yield opened


@pytest.fixture
async def index(opener: Opener) -> AsyncIterator[LexicalIndex]:
    opened = await opener()
    yield opened
    await opened.close()


async def found(
    index: LexicalIndex, query: str, *, principals: frozenset[str] = ANN, filters: Filters = NONE, limit: int = 100
) -> list[str]:
    hits = await index.search(query, limit=limit, principals=principals, filters=filters)
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    return [hit.chunk_id for hit in hits]


async def test_an_empty_index_finds_nothing(index: LexicalIndex) -> None:
    assert await found(index, "anything") == []
    assert await index.count() == 0
    await index.ping()


async def test_an_upserted_chunk_is_found_at_once_with_its_document(index: LexicalIndex) -> None:
    await index.upsert([entry("d1.1.0", text="The turbine was inspected.")])
    hits = await index.search("turbine", limit=10, principals=ANN, filters=NONE)
    assert [(hit.chunk_id, hit.document_id) for hit in hits] == [("d1.1.0", "d1")]
    assert hits[0].score > 0


async def test_the_title_is_found_too(index: LexicalIndex) -> None:
    await index.upsert([entry("d1.1.0", title="Quarterly forecast", text="Numbers.")])
    assert await found(index, "forecast") == ["d1.1.0"]


async def test_more_and_rarer_words_rank_first(index: LexicalIndex) -> None:
    await index.upsert([entry(f"d{n}.1.0", text="common words about engines") for n in range(20)])
    await index.upsert([entry("best.1.0", text="common words about engines and a zeppelin")])
    assert (await found(index, "engines zeppelin"))[0] == "best.1.0"


async def test_only_a_shared_principal_makes_a_chunk_visible(index: LexicalIndex) -> None:
    await index.upsert(
        [
            entry("ann.1.0", text="budget", access=ANN),
            entry("ben.1.0", text="budget", access=BEN),
            entry("both.1.0", text="budget", access=ANN | BEN),
            entry("nobody.1.0", text="budget", access=()),
        ]
    )
    assert sorted(await found(index, "budget", principals=ANN)) == ["ann.1.0", "both.1.0"]
    assert sorted(await found(index, "budget", principals=BEN)) == ["ben.1.0", "both.1.0"]
    assert await found(index, "budget", principals=frozenset({"user:eve"})) == []
    assert await found(index, "budget", principals=frozenset()) == []


async def test_what_others_have_changes_no_hit_and_no_score(index: LexicalIndex) -> None:
    words = ["budget", "turbine", "inspection", "vacation", "travel", "expense", "report", "approval"]
    mine = [
        entry(f"ann{n}.1.0", text=" ".join(words[: n % 8 + 1] * (n % 3 + 1)), title=words[n % 7], path=words[n % 5])
        for n in range(40)
    ]
    await index.upsert(mine)
    asked = [*words, "turbine inspection report", "Urlaubsantrag budget", "travel expense"]

    async def told() -> list[object]:
        searched = [await index.search(query, limit=25, principals=ANN, filters=NONE) for query in asked]
        return [searched, sorted(await index.similar("turbin", limit=5, principals=ANN, edits=1), key=str)]

    alone = await told()
    others = [
        entry(f"ben{n}.1.{m}", text=f"{words[n % 8]} " * (m + 1), access=BEN, language=("en", "de", None)[m])
        for n in range(200)
        for m in range(3)
    ]
    await index.upsert(others)
    assert await told() == alone
    await index.delete_documents([f"ben{n}" for n in range(150)])
    assert await told() == alone
    # What the caller comes to see is counted at once, and what is out of sight again no longer.
    await index.set_access_many({"ben199": ANN, "ben198": ANN})
    assert await told() != alone
    await index.set_access_many({"ben199": BEN, "ben198": BEN})
    assert await told() == alone


async def test_invisible_chunks_do_not_crowd_out_visible_ones(index: LexicalIndex) -> None:
    await index.upsert([entry(f"ben{n}.1.0", text="budget budget budget", access=BEN) for n in range(300)])
    await index.upsert([entry("ann.1.0", text="one budget among many other words", access=ANN)])
    assert await found(index, "budget", limit=5) == ["ann.1.0"]


async def test_access_is_replaced_for_every_chunk_of_the_document_and_no_other(index: LexicalIndex) -> None:
    await index.upsert([entry(f"d1.1.{n}", text="plan") for n in range(3)] + [entry("d2.1.0", text="plan")])
    await index.set_access_many({"d1": BEN})
    assert await found(index, "plan", principals=ANN) == ["d2.1.0"]
    assert sorted(await found(index, "plan", principals=BEN)) == ["d1.1.0", "d1.1.1", "d1.1.2"]
    await index.set_access_many({"d1": frozenset()})
    assert await found(index, "plan", principals=BEN) == []
    await index.set_access_many({"unknown": BEN})
    assert await index.count() == 4


async def test_access_of_many_documents_changes_in_one_call_each_to_its_own_list(index: LexicalIndex) -> None:
    await index.upsert([entry(f"d{n}.1.{c}", text="plan") for n in range(260) for c in range(2)])
    await index.set_access_many(
        {f"d{n}": BEN if n % 2 else frozenset({"group:even", f"group:{n}"}) for n in range(258)}
    )
    assert sorted(await found(index, "plan", principals=ANN)) == ["d258.1.0", "d258.1.1", "d259.1.0", "d259.1.1"]
    assert sorted(await found(index, "plan", principals=frozenset({"group:6"}))) == ["d6.1.0", "d6.1.1"]
    assert len(await found(index, "plan", principals=BEN, limit=300)) == 258


async def test_a_caller_with_five_hundred_principals_sees_what_these_open(index: LexicalIndex) -> None:
    await index.upsert(
        [entry(f"d{n}.1.0", text="plan", access={f"source:c1:g{n}", "source:c1:other"}) for n in range(600)]
        + [entry("mine.1.0", text="plan", access=ANN)]
    )
    held = ANN | {f"source:c1:g{n}" for n in range(0, 998, 2)}
    assert len(held) == 500
    assert sorted(await found(index, "plan", principals=held, limit=400)) == sorted(
        ["mine.1.0", *(f"d{n}.1.0" for n in range(0, 600, 2))]
    )
    assert await found(index, "plan", principals=held - ANN, filters=Filters(document_ids=frozenset({"d8", "d9"}))) == [
        "d8.1.0"
    ]


async def test_access_changes_keep_text_and_filters(index: LexicalIndex) -> None:
    await index.upsert([entry("d1.1.0", text="Die Prüfung der Anlage", language="de", tags={"audit"}, author="Kim")])
    await index.set_access_many({"d1": BEN})
    filters = Filters(languages=frozenset({"de"}), tags=frozenset({"audit"}), authors=frozenset({"Kim"}))
    assert await found(index, "Prüfung", principals=BEN, filters=filters) == ["d1.1.0"]


FILTERED: dict[str, tuple[Filters, dict[str, Any], dict[str, Any]]] = {
    "sources": (Filters(sources=frozenset({"gmail"})), {"source": "gmail"}, {"source": "files"}),
    "connections": (Filters(connections=frozenset({"c1"})), {"connection_id": "c1"}, {"connection_id": None}),
    "authors": (Filters(authors=frozenset({"Åsa Öst"})), {"author": "Åsa Öst"}, {"author": "Asa Ost"}),
    "kinds": (Filters(kinds=frozenset({"pdf", "docx"})), {"kind": "pdf"}, {"kind": "text"}),
    "languages": (Filters(languages=frozenset({"de"})), {"language": "de"}, {"language": "en"}),
    "tags": (Filters(tags=frozenset({"x", "y"})), {"tags": {"y", "z"}}, {"tags": {"z"}}),
    "after": (
        Filters(after=datetime(2024, 5, 1, tzinfo=UTC)),
        {"modified_at": datetime(2024, 5, 1, tzinfo=UTC).timestamp()},
        {"modified_at": datetime(2024, 4, 30, 23, 59, 59, tzinfo=UTC).timestamp()},
    ),
    "before": (
        Filters(before=datetime(2024, 5, 1, tzinfo=UTC)),
        {"modified_at": datetime(2024, 4, 30, 23, 59, 59, tzinfo=UTC).timestamp()},
        {"modified_at": datetime(2024, 5, 1, tzinfo=UTC).timestamp()},
    ),
}


@pytest.mark.parametrize("name", FILTERED)
async def test_a_filter_keeps_what_matches_and_only_that(index: LexicalIndex, name: str) -> None:
    filters, inside, outside = FILTERED[name]
    await index.upsert([entry("in.1.0", text="report", **inside), entry("out.1.0", text="report", **outside)])
    assert await found(index, "report", filters=filters) == ["in.1.0"]
    assert sorted(await found(index, "report")) == ["in.1.0", "out.1.0"]


async def test_a_filter_on_document_ids_takes_a_thousand_of_them(index: LexicalIndex) -> None:
    await index.upsert([entry(f"d{n}.1.0", text="report") for n in range(1_000)])
    wanted = frozenset(f"d{n}" for n in range(0, 2_000, 2))
    hits = await found(index, "report", filters=Filters(document_ids=wanted), limit=1_000)
    assert sorted(hits) == sorted(f"d{n}.1.0" for n in range(0, 1_000, 2))


async def test_filters_combine(index: LexicalIndex) -> None:
    await index.upsert(
        [
            entry("a.1.0", text="report", kind="pdf", source="files"),
            entry("b.1.0", text="report", kind="pdf", source="gmail"),
            entry("c.1.0", text="report", kind="text", source="gmail"),
        ]
    )
    filters = Filters(kinds=frozenset({"pdf"}), sources=frozenset({"gmail"}))
    assert await found(index, "report", filters=filters) == ["b.1.0"]


@pytest.mark.parametrize("folder", FOLDERS)
async def test_a_path_keeps_what_lies_in_the_folder_and_nothing_beside_it(index: LexicalIndex, folder: str) -> None:
    inside, outside = FOLDERS[folder]
    paths = [*inside, *outside]
    await index.upsert([entry(f"d{n}.1.0", text="report", path=path) for n, path in enumerate(paths)])
    hits = await found(index, "report", filters=Filters(paths=frozenset({folder})))
    assert sorted(hits) == [f"d{n}.1.0" for n in range(len(inside))]
    several = Filters(paths=frozenset({folder, "elsewhere"}))
    assert sorted(await found(index, "report", filters=several)) == sorted(hits)


async def test_a_path_that_few_pass_still_fills_the_limit(index: LexicalIndex) -> None:
    await index.upsert([entry(f"many{n}.1.0", text="report report", path=f"Team/{n}") for n in range(400)])
    await index.upsert([entry(f"few{n}.1.0", text="a report among others", path="Team/Few/x") for n in range(8)])
    hits = await found(index, "report", filters=Filters(paths=frozenset({"Team/Few"})), limit=8)
    assert sorted(hits) == [f"few{n}.1.0" for n in range(8)]


async def test_a_document_that_moves_is_found_where_it_lies_now(index: LexicalIndex) -> None:
    await index.upsert([entry(f"d{n}.1.{c}", text="report", path="Team/Plans") for n in range(2) for c in range(2)])
    await index.set_access_many({"d0": ANN | BEN, "d1": ANN}, {"d0": "Team/Archive/2025", "unknown": "Team"})
    in_plans, in_archive = (Filters(paths=frozenset({name})) for name in ("Team/Plans", "Team/Archive"))
    assert sorted(await found(index, "report", filters=in_archive, principals=BEN)) == ["d0.1.0", "d0.1.1"]
    assert sorted(await found(index, "report", filters=in_plans)) == ["d1.1.0", "d1.1.1"]
    await index.set_access_many({"d0": ANN}, {"d0": None})
    assert await found(index, "report", filters=in_archive) == []
    assert len(await found(index, "report")) == 4


async def test_deleted_documents_and_chunks_stop_answering(index: LexicalIndex) -> None:
    await index.upsert([entry(f"d{d}.1.{c}", text="gone") for d in range(3) for c in range(2)])
    await index.delete_documents(["d0", "unknown"])
    await index.delete_chunks(["d1.1.0", "unknown"])
    assert sorted(await found(index, "gone")) == ["d1.1.1", "d2.1.0", "d2.1.1"]
    assert await index.count() == 3


async def test_a_thousand_documents_are_deleted_in_one_call(index: LexicalIndex) -> None:
    await index.upsert([entry(f"d{n}.1.0", text="bulk") for n in range(1_001)])
    await index.delete_documents([f"d{n}" for n in range(1_000)])
    assert await found(index, "bulk") == ["d1000.1.0"]


async def test_an_upsert_replaces_the_chunk_and_is_idempotent(index: LexicalIndex) -> None:
    await index.upsert([entry("d1.1.0", text="old wording")])
    for _ in range(2):
        await index.upsert([entry("d1.1.0", text="new phrasing")])
    assert await found(index, "old") == []
    assert await found(index, "phrasing") == ["d1.1.0"]
    assert await index.count() == 1


async def test_the_last_of_two_entries_of_one_chunk_in_a_batch_wins(index: LexicalIndex) -> None:
    await index.upsert([entry("d1.1.0", text="first"), entry("d1.1.0", text="second")])
    assert await found(index, "second") == ["d1.1.0"]
    assert await found(index, "first") == []


async def test_clear_empties_the_index(index: LexicalIndex) -> None:
    await index.upsert([entry("d1.1.0", text="words")])
    await index.clear()
    assert await found(index, "words") == []
    assert await index.count() == 0
    await index.upsert([entry("d2.1.0", text="words")])
    assert await found(index, "words") == ["d2.1.0"]


@pytest.mark.parametrize(
    "query",
    [
        "",
        "   ",
        "?!… — ()[]{}",
        "\x00",
        "\ud800",
        'text:secret OR *:* AND "unclosed',
        "-report +report ~2 ^5 report\\",
        "'; DROP TABLE chunks; --",
        '{"$where": "1"}',
        "🙂",
        "x" * 100_000,
        "word " * 20_000,
    ],
)
async def test_hostile_questions_find_nothing_and_break_nothing(index: LexicalIndex, query: str) -> None:
    await index.upsert([entry("d1.1.0", text="harmless", title="quiet", access=BEN)])
    assert await found(index, query, principals=ANN) == []
    assert await found(index, "harmless", principals=BEN) == ["d1.1.0"]


async def test_query_syntax_is_only_words(index: LexicalIndex) -> None:
    await index.upsert([entry("a.1.0", text="alpha"), entry("b.1.0", text="beta")])
    assert sorted(await found(index, 'alpha AND -"beta"')) == ["a.1.0", "b.1.0"]


@pytest.mark.parametrize(
    "text", ["a\x00b marker", "lone \ud800 surrogate marker", "marker " + "\u202e", "m" * 70_000 + " marker"]
)
async def test_hostile_texts_are_indexed(index: LexicalIndex, text: str) -> None:
    await index.upsert([entry("d1.1.0", text=text, author="o'neil\"$", tags={"\ud800", "$tag.x"})])
    assert await found(index, "marker") == ["d1.1.0"]
    assert await found(index, "marker", filters=Filters(tags=frozenset({"$tag.x"}))) == ["d1.1.0"]


@pytest.mark.parametrize(
    ("text", "language", "query"),
    [
        ("東京タワーの高さは333メートルです", "ja", "東京タワー"),
        ("这台机器需要每年检查一次", "zh", "检查"),
        ("我喜欢猫", "zh", "猫"),
        ("회의는 월요일에 시작합니다", "ko", "월요일"),
        ("การประชุมเริ่มวันจันทร์", "th", "วันจันทร์"),
        ("Совещание начинается завтра", "ru", "совещание"),
        ("הפגישה מתחילה מחר", "he", "הפגישה"),
        ("Die Größe der Anlage", "de", "größe"),
    ],
)
async def test_words_of_any_script_are_found(index: LexicalIndex, text: str, language: str, query: str) -> None:
    await index.upsert([entry("d1.1.0", text=text, title="", language=language)])
    await index.upsert([entry("d2.1.0", text="nothing of the kind", title="")])
    assert await found(index, query) == ["d1.1.0"]
