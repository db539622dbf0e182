"""Small documents of several worlds for tests of answers with two sides, and a search over their paragraphs."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime

from backend.access import Caller
from backend.embedding.search.models import Filters, Hit, SearchResult
from backend.rag.composing import Asked, Composed, Composer, Excerpt
from backend.rag.disagreement import find_contradictions
from backend.rag.models import Question, Source

RECIPES = """# Pea soup
Serves: 4 people
Time: 35 minutes
Soak the peas overnight. Freeze what is left for up to 3 months.

# Goulash
Serves: 6 people
Time: 150 minutes
Brown the beef in two batches. It keeps in the fridge for 4 days.

# Waffles
Serves: 3 people
Beat the egg whites separately."""

RENTAL = """# The flat
The deposit is 1,800 euros. The notice period is three months. Pets need written permission.

# The garage
The deposit is 150 euros. The notice period is one month. Nothing that burns may be kept there."""

BOATS = """| Boat | Per hour | Deposit |
|---|---|---|
| Kayak | €12 | €50 |
| Canoe | €15 | €80 |
| SUP board | €9 | €40 |"""

STATUTES_OLD = """Satzung des Rudervereins

Der Beitrag für Erwachsene beträgt 120 Euro im Jahr. Der Beitrag für Jugendliche beträgt 60 Euro im Jahr.

Die Kündigungsfrist beträgt sechs Wochen."""

STATUTES_NEW = """Satzung des Rudervereins

Der Beitrag für Erwachsene beträgt 150 Euro im Jahr. Der Beitrag für Jugendliche beträgt 75 Euro im Jahr.

Die Kündigungsfrist beträgt drei Monate."""

RUNBOOK = """The relay restarts within 20 seconds and keeps its queue on disk. It may be restarted at any time.

The gateway restarts within 90 seconds and loses open sessions. Restart it only at night."""

SCHOOL = """The Year 3 trip goes to the zoo on 4 May 2026 and costs £11.

The Year 5 trip goes to the planetarium on 18 May 2026 and costs £16."""

POOL = """Tarif adulte : 5,50 € par entrée.

Tarif enfant : 3,20 € par entrée."""

MEETING = "The board meeting takes place on Tuesday 3 March at 15:00 in the small hall."
MEETING_MOVED = "Update: the board meeting has moved to Thursday 5 March at 16:00, still in the small hall."

ADR_OLD = """Status: superseded by ADR 9

Background jobs are kept in a Redis list."""
ADR_NEW = """Status: accepted

Background jobs are kept in a Postgres table."""

TRAINING = "Das Training der Junioren findet montags um 17 Uhr statt."
TRAINING_NEW = "Ab 1. März gilt: Das Training der Junioren findet montags um 18 Uhr statt."

DRILL = """The battery lasts for 40 minutes of work. It weighs 1,200 g. The chuck takes bits of up to 13 mm."""
SANDER = """The battery lasts for 25 minutes of work. It weighs 900 g. Dust is drawn into a bag."""
TOOL_SALES = """| Year | Heron drill | Swift sander |
|---|---|---|
| 2024 | 310 | 190 |
| 2025 | 280 | 240 |"""

FAQ = "How much is parking? Parking in the yard costs 4 euros a day."
SIGN = "Parking in the yard costs 6 euros a day. The barrier closes at ten."


def _hits(key: str, title: str, text: str, day: str, language: str = "en") -> list[Hit]:
    found = []
    for match in re.finditer(r"(?:[^\n]|\n(?!\n))+", text):
        heading = re.match(r"# (.+)", match[0])
        found.append(
            Hit(
                document_id=key,
                external_id=key,
                title=title,
                url=None,
                source="upload",
                kind="text",
                version=1,
                start=match.start(),
                end=match.end(),
                text=match[0],
                score=1.0,
                modified_at=datetime.fromisoformat(day).replace(tzinfo=UTC),
                heading=heading[1] if heading else None,
                language=language,
            )
        )
    return found


#: Every document by its key: title, text, day and language.
DOCUMENTS = {
    "recipes": ("Family recipes", RECIPES, "2024-05-01", "en"),
    "rental": ("Rental contract Mill Lane", RENTAL, "2023-02-01", "en"),
    "boats": ("Boat hire price list", BOATS, "2025-04-01", "en"),
    "statutes19": ("Satzung 2019", STATUTES_OLD, "2025-06-02", "de"),
    "statutes24": ("Satzung 2024", STATUTES_NEW, "2025-06-01", "de"),
    "runbook": ("Runbook restarts", RUNBOOK, "2025-01-10", "en"),
    "school": ("Letter about class trips", SCHOOL, "2026-02-02", "en"),
    "pool": ("Piscine municipale", POOL, "2025-01-01", "fr"),
    "meeting": ("Board dates", MEETING, "2026-02-01", "en"),
    "moved": ("Mail from Kim", MEETING_MOVED, "2026-02-20", "en"),
    "adr3": ("ADR 3: Where background jobs are kept", ADR_OLD, "2025-06-01", "en"),
    "adr9": ("ADR 9: Background jobs in the database", ADR_NEW, "2025-06-01", "en"),
    "training": ("Trainingsplan", TRAINING, "2025-01-01", "de"),
    "newsletter": ("Rundbrief Februar", TRAINING_NEW, "2025-02-10", "de"),
    "drill": ("Heron drill, data sheet", DRILL, "2025-01-01", "en"),
    "sander": ("Swift sander, data sheet", SANDER, "2025-01-01", "en"),
    "tools": ("Tools sold", TOOL_SALES, "2025-01-01", "en"),
    "faq": ("Questions of guests", FAQ, "2024-01-01", "en"),
    "sign": ("Text of the signboard", SIGN, "2025-01-01", "en"),
}


class SmallSearch:
    """The `PassageSearch` port over `DOCUMENTS`, or only those named, by the beginnings of shared words."""

    def __init__(self, *keys: str) -> None:
        self.hits = [one for key in keys or DOCUMENTS for one in _hits(key, *DOCUMENTS[key])]

    async def search(
        self,
        caller: Caller,
        query: str,
        *,
        filters: Filters,
        limit: int,
        group: str = "chunk",
        strict: bool = False,
        spelling: bool = False,
    ) -> SearchResult:
        wanted = _beginnings(query)
        scored = [(len(wanted & _beginnings(f"{one.title} {one.text}")), one) for one in self.hits]
        best = sorted((item for item in scored if item[0]), key=lambda item: -item[0])
        return SearchResult(tuple(one for _, one in best[:limit]))


def _beginnings(text: str) -> set[str]:
    return {word[:5] for word in re.findall(r"\w{3,}", text.casefold())} - {"the", "which", "what", "than", "for"}


async def asked(question: str, search: SmallSearch) -> Asked:
    caller = Caller.of("ann")
    found = await search.search(caller, question, filters=Filters(), limit=8)
    sources = tuple(Source(one) for one in found.hits)
    return Asked(Question(caller, question), question, sources, find_contradictions(found.hits, question))


async def answer(composer: Composer, question: str, search: SmallSearch) -> Composed | None:
    """The composed answer, every excerpt of which has been compared with its document."""
    composed = await composer.compose(await asked(question, search))
    for piece in composed.pieces if composed else ():
        if isinstance(piece, Excerpt):
            text = DOCUMENTS[piece.hit.document_id][1]
            assert piece.hit.text[piece.start - piece.hit.start : piece.end - piece.hit.start]
            assert text[piece.start : piece.end].split() == piece.shown.split()
    return composed


def shown(pieces: Sequence[str | Excerpt]) -> str:
    return "".join(piece.shown if isinstance(piece, Excerpt) else piece for piece in pieces)
