"""A small library of many worlds, and the ports of answering over it: for questions that mean whole documents."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal, cast

from backend.access import Caller
from backend.documents.models import DocumentText, Section
from backend.documents.repository import DocumentQuery, DocumentRow
from backend.documents.restriction import Restriction
from backend.embedding.search.models import Filters, Hit, SearchResult
from backend.errors import NotFound
from backend.text.terms import content_terms, terms
from backend.text.variants import variants
from backend.text.word_forms import compound_parts

MARCH = datetime(2025, 3, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Paper:
    file: str
    title: str
    text: str
    kind: str = "text"


DUMPLINGS = """\
# Grandma Olga's plum dumplings

## Dough

Boil 500 g of floury potatoes the day before. Press them through a sieve and knead them with 150 g of semolina.

## Filling

Stone 16 small plums and put a lump of sugar into each. Frozen plums work too, but only if they are still hard.

## Cooking

Let the dumplings simmer for 12 minutes. Roll them in buttered crumbs and serve them at once.
"""
LEASE = """\
# Mietvertrag Lindenstraße 4

Zwischen Frau Rosa Keil und Herrn Piet Aumann wird folgender Vertrag geschlossen.

## § 3 Miete

Die Miete beträgt 780 Euro im Monat. Sie ist bis zum dritten Werktag zu zahlen.

## § 5 Kaution

Der Mieter zahlt eine Kaution von 2.340 Euro. Sie wird verzinst angelegt.

## § 14 Kündigung

Die Kündigungsfrist beträgt drei Monate. Die Kündigung muss schriftlich erfolgen.

## § 15 Haustiere

Kleintiere dürfen gehalten werden. Hunde bedürfen der Erlaubnis der Vermieterin.
"""
STATUTES = """\
Satzung des Turnvereins Blau-Weiß

§ 1 Name und Sitz

Der Verein führt den Namen Turnverein Blau-Weiß und hat seinen Sitz in Auerbach.

§ 9 Beiträge

Der Mitgliedsbeitrag beträgt 96 Euro im Jahr. Jugendliche zahlen die Hälfte.

§ 12 Mitgliederversammlung

Die Mitgliederversammlung findet jedes Jahr im März statt. Sie wählt den Vorstand für zwei Jahre.
"""
RUNBOOK = """\
# Runbook: restoring the message queue

Number RB-207. Use this when the broker Heron does not come back after a restart.

## Before you start

Tell the duty manager and open an incident. Nobody else may deploy until you are done.

## Steps

1. Stop the consumers on both nodes.
2. Copy the last snapshot from the vault to /var/heron.
3. Start the broker and wait until the queue depth falls below 500.

## Afterwards

Close the incident within 24 hours. Note the number of lost messages in the log book.
"""
MAY = """\
# Minutes of the allotment committee, 12 May

Present: Ilse, Tomas, Wanda.

The water is turned on from 16 May. Compost is delivered to the gate every second Friday.

Tomas buys a new lock for the shed, at most 40 pounds.
"""
JUNE = """\
# Minutes of the allotment committee, 9 June

Present: Ilse, Wanda.

Plot 7 is given to the Okoro family. The summer fete is on 19 July.

Wanda asks the council about the broken fence.
"""
PRICES = """\
article: GL-4410 | item: Glass jar | pounds: 2.40
article: GL-4420 | item: Glass bottle | pounds: 3.10
article: BK-1007 | item: Willow basket | pounds: 18.00
article: BK-1012 | item: Bread basket | pounds: 11.50
"""
SCHOOL = """\
Klassenfahrt Harz, Elternbrief der 6b

Liebe Eltern,

vom 8. bis 12. September fahren wir nach Wernigerode in den Harz. Die Fahrt kostet 245 Euro je Kind.

Treffpunkt ist um 7:30 Uhr am Busparkplatz. Bitte geben Sie feste Schuhe und eine Regenjacke mit.

Wer Medikamente braucht, meldet sich bis zum 1. September bei Frau Dorn.
"""
BOILER = """\
From: Marta Venn <marta@example.org>
To: Hausmann Repairs <office@example.com>
Subject: Re: broken boiler in flat 12
Date: Tue, 4 Feb 2025 09:12:00 +0000

The boiler in flat 12 lost pressure again last night. The tenants have had no hot water since Monday.

Please send somebody before Thursday. The repair may cost up to 350 pounds without asking me again.
"""
FAQ = """\
# Members' questions

## Can I bring a guest?

Yes, two guests a month, for 6 pounds each.

## When is the sauna open?

The sauna is open from 17:00 to 22:00, on Sundays from noon.

## How do I pause my membership?

Write to the desk by the 20th. A pause lasts at least one month and at most six. No deposit is kept.

## What about the internet?

There is Wi-Fi of the club in every room. The password is Kite-2210.
"""
YACHTS = """\
Règlement du club nautique

Article 1. Le port du gilet de sauvetage est obligatoire pour tous les enfants.

Article 2. Les bateaux doivent quitter le quai avant 19 heures.

Article 3. La cotisation annuelle est de 120 euros, payable avant le 31 janvier.
"""
INVOICE_A = """\
Invoice 2041, Brandt & Sons

Oak boards, twelve pieces, 264.00 euros. Payable by 14 March 2025.
"""
INVOICE_B = """\
Invoice 2052, Kessel Roofing

Repair of the gutter on the north side, 410.50 euros. Payable by 2 April 2025.
"""

PAPERS = (
    Paper("olga-dumplings.md", "Grandma Olga's plum dumplings", DUMPLINGS, "markdown"),
    Paper("mietvertrag_lindenstr_4.md", "Mietvertrag Lindenstraße 4", LEASE, "markdown"),
    Paper("satzung.txt", "Satzung des Turnvereins Blau-Weiß", STATUTES),
    Paper("runbooks/RB-207.md", "Runbook: restoring the message queue", RUNBOOK, "markdown"),
    Paper("minutes-05-12.md", "Minutes of the allotment committee, 12 May", MAY, "markdown"),
    Paper("minutes-06-09.md", "Minutes of the allotment committee, 9 June", JUNE, "markdown"),
    Paper("prices_spring.csv", "prices_spring", PRICES, "csv"),
    Paper("elternbrief_6b.txt", "Klassenfahrt Harz, Elternbrief der 6b", SCHOOL),
    Paper("boiler.eml", "Re: broken boiler in flat 12", BOILER, "email"),
    Paper("faq.md", "Members' questions", FAQ, "markdown"),
    Paper("reglement.txt", "Règlement du club nautique", YACHTS),
    Paper("invoices/2041.txt", "Invoice 2041 Brandt", INVOICE_A),
    Paper("invoices/2052.txt", "Invoice 2052 Kessel", INVOICE_B),
)


def id_of(file: str) -> str:
    return f"{[paper.file for paper in PAPERS].index(file):032x}"


class SmallLibrary:
    """`PassageSearch` by shared words (and the parts of German compounds), `VersionTexts` and `Shelf` over papers."""

    def __init__(self, papers: Sequence[Paper] = PAPERS) -> None:
        self.papers = {f"{number:032x}": paper for number, paper in enumerate(papers)}
        self._hits = [hit for id_, paper in self.papers.items() for hit in _passages(id_, paper)]

    async def search(
        self,
        caller: Caller,
        query: str,
        *,
        filters: Filters,
        limit: int,
        group: Literal["chunk", "document"],
        strict: bool = False,
        spelling: bool = False,
    ) -> SearchResult:
        wanted = content_terms(query)
        scored = [
            (len(wanted & _terms_of(hit)), hit)
            for hit in self._hits
            if not filters.document_ids or hit.document_id in filters.document_ids
        ]
        best = [hit for score, hit in sorted(scored, key=lambda item: -item[0]) if score or filters.document_ids]
        if group == "document":
            best = list({hit.document_id: hit for hit in reversed(best)}.values())[::-1]
        return SearchResult(tuple(best[:limit]))

    async def text(self, caller: Caller, document_id: str, version: int | None = None) -> DocumentText:
        paper = self.papers.get(document_id)
        if paper is None:
            raise NotFound("There is no such document.")
        return DocumentText(document_id=document_id, version=1, text=paper.text, sections=_sections(paper.text))

    async def count_by_status(self, caller: Caller, within: Restriction | None = None) -> Mapping[str, int]:
        return {"indexed": len(self.papers)}

    async def page(
        self, caller: Caller, query: DocumentQuery, *, before: str | None, limit: int
    ) -> tuple[Sequence[DocumentRow], str | None]:
        rows = [
            cast(
                DocumentRow,
                dict[str, Any](
                    id=id_,
                    title=paper.title,
                    filename=paper.file.rpartition("/")[2],
                    path=paper.file,
                    kind=paper.kind,
                    modified_at=MARCH,
                ),
            )
            for id_, paper in self.papers.items()
            if not query.title or query.title in paper.title.casefold()
            if not query.within or not query.within.document_ids or id_ in query.within.document_ids
        ]
        return rows[:limit], None


def _passages(id_: str, paper: Paper) -> list[Hit]:
    return [
        Hit(
            document_id=id_,
            external_id=paper.file,
            title=paper.title,
            url=None,
            source="upload",
            kind=paper.kind,
            version=1,
            start=section.start,
            end=section.end,
            text=paper.text[section.start : section.end],
            score=1.0,
            modified_at=MARCH,
            heading=section.heading,
            path=paper.file,
        )
        for section in _sections(paper.text)
    ]


def _terms_of(hit: Hit) -> frozenset[str]:
    said = f"{hit.title} {hit.path} {hit.text}"
    parts = (part for word in said.split() for part in compound_parts(word.strip(".,:").lower(), "de"))
    otherwise = (found.term for found in variants(said))
    return frozenset((*terms(said), *otherwise, *(part.partition("0")[2] for part in parts)))


def _sections(text: str) -> list[Section]:
    """By Markdown headings, as the extractor gives them; one section for a text without."""
    starts = [at for at in range(len(text)) if text.startswith("#", at) and (at == 0 or text[at - 1] == "\n")]
    if not starts:
        return [Section(0, len(text))]
    found = []
    for start, end in zip(starts, [*starts[1:], len(text)], strict=True):
        line = text[start:end].partition("\n")[0]
        found.append(Section(start, end, line.lstrip("# "), level=len(line) - len(line.lstrip("#"))))
    return found
