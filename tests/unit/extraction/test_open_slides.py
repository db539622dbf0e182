"""Presentations of OpenDocument: each slide with its number, title, tables and notes; hidden ones stay out."""

from collections.abc import Callable

import pytest

from backend.documents.models import Extracted
from backend.errors import ExtractionFailed
from tests.support.open_document import (
    SPACES,
    cell,
    comment,
    hidden_slides,
    item,
    listed,
    package,
    row,
    show,
    slide,
    table,
    text_box,
)

type Read = Callable[..., Extracted]


def test_a_slide_is_a_section_with_its_number_and_its_words_in_order(read: Read) -> None:
    grid = table(
        row("Zone", "Shift", "Guard"),
        row(cell("closed for works", number_columns_spanned=2), None, "Omar"),
        row("South", "early", "Lena"),
    )
    bullets = listed(item("<text:p><text:span>One<text:tab/>A</text:span></text:p>"))
    found = read(
        show(
            slide("Roles", "Read this first", text_box("7", "page-number")),
            slide(
                "Guards",
                f"<draw:g><draw:frame>{grid}</draw:frame></draw:g>",
                f"<draw:custom-shape>{bullets}</draw:custom-shape>",
                notes="Say it slowly.",
            ),
        ),
        "a.odp",
    )
    assert found.text == (
        "Roles\n\nRead this first\n\n"
        "Guards\n\nZone | Shift | Guard\nZone, Shift: closed for works | Guard: Omar\n"
        "Zone: South | Shift: early | Guard: Lena\n\nOne A\n\nNotes: Say it slowly."
    )
    assert [(section.page, section.heading) for section in found.sections] == [(1, "Roles"), (2, "Guards")]


def test_hidden_slides_stay_out_and_keep_their_numbers(read: Read) -> None:
    shown = show(slide("Old", "secret", style="shut"), slide("", "Nothing above"), styles=hidden_slides("shut"))
    found = read(shown, "a.odp")
    assert found.text == "Nothing above"
    assert [section.page for section in found.sections] == [2]
    assert found.warnings == ("Hidden slides were left out: 1. Show them in the presentation to have them read.",)


def test_comments_and_properties_are_read(read: Read) -> None:
    meta = f"<office:document-meta {SPACES}><office:meta><dc:title>Rota</dc:title></office:meta></office:document-meta>"
    found = read(show(slide("A", "b", comment("too long", "Ann Lee")), meta=meta), "a.odp")
    assert found.text == "A\n\nb\n\nComment by Ann Lee: too long"
    assert found.metadata.title == "Rota"


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (show(), "no_text"),
        (package("presentation", {"content.xml": "<a/>"}), "corrupt"),
        (show(slide("a"), **{"META-INF_manifest": "<m><m:encryption-data/></m>"}), "encrypted"),
    ],
    ids=["nothing", "no slides", "with a password"],
)
def test_what_cannot_be_read_says_why(read: Read, data: bytes, code: str) -> None:
    with pytest.raises(ExtractionFailed) as failed:
        read(data, "a.odp")
    assert failed.value.code == code
