"""Hybrid search over the real embedded indexes: what comes back, for whom, and what happens when a part fails."""

import asyncio
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, cast

import pytest

from backend.access import Caller
from backend.embedding.search.hydration import ChunkRow, DocumentHead
from backend.embedding.search.lexical_base import LexicalIndex
from backend.embedding.search.lexical_tantivy import TantivyIndex
from backend.embedding.search.models import Copy, Filters, HitConnection, IndexEntry, IndexHit
from backend.embedding.search.service import SearchService
from backend.embedding.vector_store.base import VectorStore
from backend.embedding.vector_store.faiss import FaissVectorStore
from backend.errors import Unavailable
from backend.settings import SearchSettings
from tests.support.embedder import HashEmbedder

ANN, BEN = Caller.of("ann"), Caller.of("ben")
MAY = datetime(2024, 5, 1, tzinfo=UTC)


class Truth:
    """The stored documents; tests change them behind the indexes' back."""

    def __init__(self) -> None:
        self.rows: dict[str, ChunkRow] = {}
        self.documents: dict[str, DocumentHead] = {}
        self.texts: dict[str, str] = {}
        self.loaded: list[str] = []

    async def load(
        self, chunk_ids: Sequence[str], document_ids: Sequence[str]
    ) -> tuple[Mapping[str, ChunkRow], Mapping[str, DocumentHead]]:
        self.loaded.extend(chunk_ids)
        return {name: self.rows[name] for name in chunk_ids if name in self.rows}, await self.heads(document_ids)

    async def heads(self, document_ids: Sequence[str]) -> Mapping[str, DocumentHead]:
        return {name: self.documents[name] for name in document_ids if name in self.documents}

    async def copies(self, heads: Sequence[DocumentHead], *, caller: Caller) -> Sequence[DocumentHead]:
        wanted = frozenset().union(*(head.identities for head in heads))
        return [
            head
            for head in self.documents.values()
            if caller.may_see(head.access) and not wanted.isdisjoint(head.identities)
        ]

    async def passage(self, document_id: str, version: int, start: int, end: int) -> str | None:
        head, text = self.documents.get(document_id), self.texts.get(document_id)
        return None if head is None or text is None or head.version != version else text[start:end]


class FailingLeg:
    """A leg that does not answer, whichever of the two it stands for."""

    def __init__(self, error: Exception) -> None:
        self._error = error

    async def search(self, *_: object, **__: object) -> list[IndexHit]:
        raise self._error


@dataclass
class House:
    truth: Truth
    embedder: HashEmbedder
    vector_store: VectorStore
    lexical: LexicalIndex

    def service(self, **settings: float) -> SearchService:
        return SearchService(
            embedder=self.embedder,
            vector_store=self.vector_store,
            lexical=self.lexical,
            chunks=self.truth,
            settings=SearchSettings(**settings),
        )

    async def add(
        self,
        document_id: str,
        text: str,
        *,
        cuts: Iterable[tuple[int, int]] | None = None,
        owner: str = "ann",
        title: str = "A note",
        modified_at: datetime = MAY,
        author: str | None = None,
        tags: frozenset[str] = frozenset(),
        **further: Any,
    ) -> None:
        """Stores and indexes a document; `cuts` are its chunks' offsets, else one chunk. `further`: of its head."""
        access = frozenset({f"user:{owner}"})
        self.truth.texts[document_id] = text
        self.truth.documents[document_id] = DocumentHead(
            document_id,
            f"ext-{document_id}",
            title,
            None,
            "files",
            "text",
            1,
            access,
            modified_at,
            author=author,
            language="en",
            tags=tags,
            **further,
        )
        entries = []
        for number, (start, end) in enumerate(cuts or [(0, len(text))]):
            row = ChunkRow(f"{document_id}.1.{number}", document_id, 1, number, start, end, text[start:end], page=3)
            self.truth.rows[row.chunk_id] = row
            vector = (await self.embedder.embed_documents([row.text]))[0]
            entries.append(
                IndexEntry(
                    row.chunk_id,
                    document_id,
                    title,
                    row.text,
                    vector,
                    access,
                    "files",
                    "text",
                    modified_at.timestamp(),
                    author=author,
                    language="en",
                    tags=tags,
                )
            )
        await self.vector_store.upsert(entries)
        await self.lexical.upsert(entries)


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    embedder = HashEmbedder(dimension=96)
    store = FaissVectorStore(tmp_path, model_id="hash", dimension=96, ivf_from=300_000)
    lexical = TantivyIndex(tmp_path / "lexical")
    yield House(Truth(), embedder, store, lexical)
    await store.close()
    await lexical.close()


async def test_a_hit_leads_to_the_exact_words_with_all_that_is_shown(house: House) -> None:
    await house.add("d1", "The turbine was inspected in May.", title="Inspection", author="Kim")
    await house.add("d2", "Lunch is at noon.")
    result = await house.service().search(ANN, "Who inspected turbines?")
    hit = result.hits[0]
    assert house.truth.texts[hit.document_id][hit.start : hit.end] == hit.text
    assert (hit.document_id, hit.external_id, hit.title, hit.version, hit.page, hit.author, hit.chunk_ids) == (
        "d1",
        "ext-d1",
        "Inspection",
        1,
        3,
        "Kim",
        ("d1.1.0",),
    )
    assert [hit.text[mark.start : mark.end] for mark in hit.highlights] == ["turbine", "inspected"]
    assert hit.similarity is not None
    assert 0 < hit.similarity <= 1.001
    assert result.degraded == ()
    assert set(result.seconds) == {"semantic", "lexical", "read", "total"}


async def test_nobody_sees_what_another_owns(house: House) -> None:
    await asyncio.gather(
        *(
            house.add(f"{owner}{number}", f"The secret plan {number} of the tower", owner=owner)
            for number in range(20)
            for owner in ("ann", "ben")
        )
    )
    for caller, mine in ((ANN, "ann"), (BEN, "ben")):
        result = await house.service().search(caller, "secret plan tower", limit=50)
        assert len(result.hits) == 20
        assert {hit.document_id[:3] for hit in result.hits} == {mine}
    assert (await house.service().search(Caller.of("eve"), "secret plan tower", limit=50)).hits == ()


async def test_access_taken_away_in_the_truth_holds_before_the_indexes_know(house: House) -> None:
    await house.add("d1", "The secret plan")
    await house.add("d2", "Another secret plan")
    house.truth.documents["d1"] = replace(house.truth.documents["d1"], access=frozenset({"user:ben"}))
    assert [hit.document_id for hit in (await house.service().search(ANN, "secret plan")).hits] == ["d2"]


async def test_deleted_and_replaced_documents_make_room_for_the_next_best(house: House) -> None:
    await asyncio.gather(*(house.add(f"d{number:02}", "plan " * (13 - number)) for number in range(12)))
    for number in range(4):
        del house.truth.documents[f"d{number:02}"]
    for number in range(4, 8):
        del house.truth.rows[f"d{number:02}.1.0"]
    house.truth.documents["d08"] = replace(house.truth.documents["d08"], version=2)
    hits = (await house.service().search(ANN, "plan", limit=3)).hits
    assert sorted(hit.document_id for hit in hits) == ["d09", "d10", "d11"]


async def test_a_document_comes_once_unless_chunks_are_asked_for(house: House) -> None:
    text = "plan one. " * 3 + "filler " * 5 + "plan two. " * 3
    await house.add("d1", text, cuts=[(0, 29), (70, len(text))])
    await house.add("d2", "a plan")
    service = house.service()
    assert sorted(hit.document_id for hit in (await service.search(ANN, "plan")).hits) == ["d1", "d2"]
    chunks = (await service.search(ANN, "plan", group="chunk", neighbours=False)).hits
    assert sorted(hit.chunk_ids[0] for hit in chunks) == ["d1.1.0", "d1.1.1", "d2.1.0"]


@pytest.mark.parametrize(
    "cuts", [[(0, 40), (30, 70), (60, 100)], [(0, 40), (40, 70), (70, 100)], [(0, 38), (42, 68), (71, 100)]]
)
async def test_neighbouring_chunks_become_one_stretch_of_the_exact_text(
    house: House, cuts: list[tuple[int, int]]
) -> None:
    text = ("tower plan " * 20)[:100]
    await house.add("d1", text, cuts=cuts)
    (hit,) = (await house.service().search(ANN, "tower plan", group="chunk")).hits
    assert (hit.start, hit.end, hit.text) == (0, 100, text)
    assert hit.chunk_ids == ("d1.1.0", "d1.1.1", "d1.1.2")


async def test_a_stretch_whose_version_text_is_gone_falls_back_to_its_best_chunk(house: House) -> None:
    text = "tower plan here, and the other tower plan"
    await house.add("d1", text, cuts=[(0, 10), (20, len(text))])
    del house.truth.texts["d1"]
    (hit,) = (await house.service().search(ANN, "tower plan")).hits
    assert text[hit.start : hit.end] == hit.text
    assert len(hit.chunk_ids) == 1


async def test_only_what_is_returned_is_read(house: House) -> None:
    await asyncio.gather(*(house.add(f"d{number}", f"plan {number}") for number in range(60)))
    house.truth.loaded.clear()
    await house.service().search(ANN, "plan", limit=5)
    assert len(house.truth.loaded) <= 7


async def test_filters_hold_in_both_legs_and_against_the_truth(house: House) -> None:
    await house.add("kim", "the plan", author="Kim", tags=frozenset({"x"}))
    await house.add("lee", "the plan", author="Lee", tags=frozenset({"x"}))
    filters = Filters(authors=frozenset({"Kim"}), tags=frozenset({"x"}), after=MAY)
    service = house.service()
    assert [hit.document_id for hit in (await service.search(ANN, "plan", filters=filters)).hits] == ["kim"]
    house.truth.documents["kim"] = replace(house.truth.documents["kim"], author="Lee")
    assert (await service.search(ANN, "plan", filters=filters)).hits == ()


@pytest.mark.parametrize("error", [Unavailable("down", dependency="x"), RuntimeError("broken")])
@pytest.mark.parametrize("leg", ["semantic", "lexical"])
async def test_a_failing_leg_is_dropped_and_named(house: House, leg: str, error: Exception) -> None:
    await house.add("d1", "the plan")
    failing = FailingLeg(error)
    if leg == "semantic":
        house.vector_store = failing  # type: ignore[assignment]
    else:
        house.lexical = failing  # type: ignore[assignment]
    result = await house.service().search(ANN, "plan")
    assert [hit.document_id for hit in result.hits] == ["d1"]
    assert result.degraded == (leg,)
    assert (result.hits[0].similarity is None) == (leg == "semantic")


async def test_without_both_legs_search_says_that_it_does_not_answer(house: House) -> None:
    failing = FailingLeg(Unavailable("down", dependency="x"))
    service = SearchService(
        embedder=house.embedder,
        vector_store=failing,  # type: ignore[arg-type]
        lexical=failing,  # type: ignore[arg-type]
        chunks=house.truth,
        settings=SearchSettings(),
    )
    with pytest.raises(Unavailable, match="try again"):
        await service.search(ANN, "plan")


async def test_recency_reorders_what_is_about_equally_good_and_hides_nothing(house: House) -> None:
    now = datetime.now(UTC)
    await house.add("old", "the plan", modified_at=now - timedelta(days=3_000))
    await house.add("new", "the plan and a word or two beside it", modified_at=now - timedelta(days=1))
    plain = await house.service().search(ANN, "plan")
    assert [hit.document_id for hit in plain.hits] == ["old", "new"]
    for group in ("document", "chunk"):
        recent = await house.service(recency_half_life_days=30).search(ANN, "plan", group=group)
        assert [hit.document_id for hit in recent.hits] == ["new", "old"]


@pytest.mark.parametrize("query", ["", "   ", "\x00", "\ud800", "?!", "x" * 50_000, "plan' OR 1=1 --", "🙂"])
async def test_hostile_questions_are_answered_quietly(house: House, query: str) -> None:
    await house.add("ben", "the plan", owner="ben")
    assert (await house.service().search(ANN, query)).hits == ()


async def test_the_limit_is_kept_and_reached(house: House) -> None:
    await asyncio.gather(*(house.add(f"d{number}", f"plan number {number}") for number in range(130)))
    assert len((await house.service().search(ANN, "plan", limit=100)).hits) == 100
    assert len((await house.service().search(ANN, "plan", limit=1)).hits) == 1
    assert (await house.service().search(ANN, "plan", limit=0)).hits == ()


def held_by(connection: str, **head: str) -> dict[str, Any]:
    return {"holder": f"connection:{connection}", "connection_id": connection, **head}


async def test_a_mail_in_two_mailboxes_is_one_hit_that_says_where_else_it_is(house: House) -> None:
    for name in ("c1", "c2"):
        head = held_by(name, same_as="mid:1", path=f"Mail {name}")
        await house.add(f"mail-{name}", "the turbine was inspected", title="A mail", **head)
    await house.add("other", "another turbine altogether")
    found = (await house.service().search(ANN, "turbine inspected", limit=10)).hits
    mail, other = found
    assert (other.document_id, other.connection, other.also) == ("other", None, ())
    assert mail.connection is not None
    shown, elsewhere = mail.connection.id, {"c1": "c2", "c2": "c1"}[mail.connection.id]
    assert (mail.document_id, mail.path) == (f"mail-{shown}", f"Mail {shown}")
    connection = HitConnection(elsewhere, "", "files")
    assert mail.also == (Copy(f"mail-{elsewhere}", "A mail", None, "files", f"Mail {elsewhere}", connection),)
    passages = (await house.service().search(ANN, "turbine inspected", limit=10, group="chunk")).hits
    assert [hit.text for hit in passages] == [mail.text, other.text]


async def test_a_copy_that_one_may_not_see_changes_nothing(house: House) -> None:
    for name, owner in (("c1", "ann"), ("c2", "ben")):
        head = held_by(name, same_as="mid:1")
        await house.add(f"mail-{name}", "the turbine was inspected", owner=owner, **head)
    for caller, seen in ((ANN, "mail-c1"), (BEN, "mail-c2")):
        for group in ("document", "chunk"):
            hits = (await house.service().search(caller, "turbine", group=group)).hits
            assert [(hit.document_id, hit.also) for hit in hits] == [(seen, ())]


async def test_what_is_told_apart_in_one_place_stays_apart(house: House) -> None:
    """A file that is kept twice; a mail that carries the name of another one in the same mailbox."""
    for name in ("first", "second"):
        await house.add(f"file-{name}", f"the {name} turbine", **held_by("c1", file="f:1:.pdf"))
        await house.add(f"mail-{name}", f"the {name} turbine", **held_by("c1", same_as="mid:1"))
    hits = (await house.service().search(ANN, "turbine")).hits
    assert sorted(hit.document_id[:4] for hit in hits) == ["file", "file", "mail", "mail"]
    assert [hit.also for hit in hits] == [()] * 4


async def test_two_mailboxes_of_one_connection_are_two_places(house: House) -> None:
    for name in ("first", "second"):
        await house.add(f"mail-{name}", "the turbine", **held_by("c1", same_as="mid:1"))
    head = house.truth.documents["mail-second"]
    house.truth.documents["mail-second"] = replace(head, access=head.access | {"email:ben@example.com"})
    assert [len(hit.also) for hit in (await house.service().search(ANN, "turbine")).hits] == [1]


async def test_the_same_bytes_held_twice_are_one_hit_and_the_same_words_are_not(house: House) -> None:
    words = "the turbine was inspected"
    await house.add("uploaded", words, holder="user:ann", file="f:1:.pdf")
    await house.add("in-drive", words, **held_by("c1", file="f:1:.pdf"))
    await house.add("as-text", words, **held_by("c2"))
    hits = (await house.service().search(ANN, "turbine")).hits
    assert len(hits) == 2
    assert "as-text" in {hit.document_id for hit in hits}
    assert sorted(len(hit.also) for hit in hits) == [0, 1]


async def test_passages_that_only_one_of_two_copies_has_are_all_given(house: House) -> None:
    shared, more = "the turbine was inspected", " Later the turbine broke."
    await house.add("short", shared, **held_by("c1", same_as="mid:1"))
    cuts = [(0, len(shared)), (len(shared), len(shared + more))]
    await house.add("long", shared + more, cuts=cuts, **held_by("c2", same_as="mid:1"))
    hits = (await house.service().search(ANN, "turbine", group="chunk", neighbours=False)).hits
    assert sorted(hit.text.strip() for hit in hits) == sorted([shared, more.strip()])


async def test_copies_do_not_use_up_the_limit(house: House) -> None:
    for number in range(8):
        for mailbox in range(25):
            head = held_by(f"c{mailbox}", same_as=f"mid:{number}")
            words = "turbine " * (9 - number)
            await house.add(f"mail-{number}-{mailbox:02d}", f"{words}mail {number}", **head)
    hits = (await house.service(candidates=20).search(ANN, "turbine", limit=8)).hits
    assert len({hit.text for hit in hits}) == len(hits) == 8
    assert {len(hit.also) for hit in hits} == {20}


async def test_a_phrase_in_quotation_marks_must_be_there_as_it_is(house: House) -> None:
    await house.add("exact", "Our terms of service apply to everyone.")
    await house.add("other", "The service is good, and the terms and service are fair.")
    strict = await house.service().search(ANN, '"terms of service"', strict=True)
    assert [hit.document_id for hit in strict.hits] == ["exact"]
    assert [strict.hits[0].text[mark.start : mark.end] for mark in strict.hits[0].highlights] == ["terms of service"]
    assert (await house.service().search(ANN, '"service of terms"', strict=True)).hits == ()
    assert len((await house.service().search(ANN, '"terms of service"')).hits) == 2


async def test_a_phrase_is_checked_where_the_word_index_does_not_answer(house: House) -> None:
    await house.add("exact", "Our terms of service apply.")
    await house.add("other", "The service has terms.")
    house.lexical = cast(LexicalIndex, FailingLeg(Unavailable("off", dependency="lexical")))
    found = await house.service().search(ANN, '"terms of service"', strict=True)
    assert [hit.document_id for hit in found.hits] == ["exact"]
    assert found.degraded == ("lexical",)


async def test_an_unknown_word_is_taken_for_one_of_what_the_caller_may_see(house: House) -> None:
    await house.add("mine", "The holiday allowance is thirty days.")
    await house.add("closed", "The holyday of Ben and the zeppelin.", owner="ben")
    found = await house.service().search(ANN, "holyday allowance", spelling=True)
    assert found.corrected == "holiday allowance"
    assert found.hits[0].document_id == "mine"
    # A word that only a closed document has is proposed to nobody else, and is known to those who may see it.
    assert (await house.service().search(ANN, "zepelin", spelling=True)).corrected is None
    assert (await house.service().search(BEN, "zepelin", spelling=True)).corrected == "zeppelin"
    assert (await house.service().search(BEN, "holyday", spelling=True)).corrected is None


@pytest.mark.parametrize(
    "query", ["holiday", "HOLYDAY", '"holyday"', "holyday-7", "day", "xqzzy", "東京", "?", "holyday " * 9]
)
async def test_what_is_known_quoted_a_name_or_near_nothing_stays(house: House, query: str) -> None:
    await house.add("mine", "The holiday allowance is thirty days.")
    assert (await house.service().search(ANN, query, spelling=True)).corrected in (
        None,
        *(["holiday " * 9] if len(query) > 40 else []),
    )
