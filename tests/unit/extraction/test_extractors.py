"""Each kind of file becomes readable text with sections, metadata and children."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from io import BytesIO

import pptx
import pytest
from pptx.oxml.ns import qn

from backend.documents.models import Extracted, Kind
from backend.errors import ExtractionFailed
from tests.support import files

type Read = Callable[..., Extracted]


def headings(extracted: Extracted) -> list[tuple[str | None, int | None, int]]:
    return [(section.heading, section.page, section.level) for section in extracted.sections]


def section_text(extracted: Extracted, index: int) -> str:
    section = extracted.sections[index]
    return extracted.text[section.start : section.end].strip()


def test_pdf_pages_become_sections_with_joined_lines(read: Read) -> None:
    lines = ["The quick brown fox jumps over infor-", "mation in the lazy dog house and then", "ends here.", "New one."]
    found = read(files.pdf([lines, ["- first item of a list", "- second item of a list"]], title="Foxes"), "a.pdf")
    assert found.kind is Kind.pdf
    assert section_text(found, 0) == (
        "The quick brown fox jumps over information in the lazy dog house and then ends here.\n\nNew one."
    )
    assert section_text(found, 1) == "- first item of a list\n\n- second item of a list"
    assert [section.page for section in found.sections] == [1, 2]
    assert found.metadata.title == "Foxes"


def test_pdf_bookmarks_name_the_pages_after_them(read: Read) -> None:
    found = read(files.pdf([["one"], ["two"], ["three"]], outline={0: "Start", 2: "End"}), "a.pdf")
    assert [heading for heading, _, _ in headings(found)] == ["Start", "Start", "End"]


def test_a_pdf_is_not_blamed_for_what_was_wrong_with_the_one_before_it(read: Read) -> None:
    for data, code in (
        (files.pdf([["x"]], password="p"), "encrypted"),
        (files.pdf_without_pages(), "no_pages"),
        (b"%PDF-1.7\n" + bytes(range(256)) * 20, "corrupt"),
        (files.pdf_without_pages(), "no_pages"),
    ):
        with pytest.raises(ExtractionFailed) as failed:
            read(data, "a.pdf")
        assert failed.value.code == code


def test_word_keeps_headings_lists_and_tables(read: Read) -> None:
    data = files.docx(
        title="Travel policy",
        author="Ann Lee",
        blocks=[
            ("Heading 1", "Hotels"),
            ("Normal", "Up to 140 EUR."),
            ("List Bullet", "Book early"),
            ("Heading 2", "Paris"),
        ],
        table=[["City", "Limit"], ["Paris", "180"]],
    )
    found = read(data, "a.docx")
    assert found.text == ("Hotels\n\nUp to 140 EUR.\n\n- Book early\n\nParis\n\nCity | Limit\nCity: Paris | Limit: 180")
    assert headings(found) == [("Hotels", None, 1), ("Paris", None, 2)]
    assert (found.metadata.title, found.metadata.author) == ("Travel policy", "Ann Lee")


def test_word_leaves_out_deleted_and_hidden_text(read: Read) -> None:
    body = (
        '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body><w:p>'
        "<w:r><w:t>shown</w:t></w:r><w:del><w:r><w:delText>deleted</w:delText></w:r></w:del>"
        "<w:r><w:rPr><w:vanish/></w:rPr><w:t>hidden</w:t></w:r><w:ins><w:r><w:t> added</w:t></w:r></w:ins>"
        "</w:p></w:body></w:document>"
    )
    found = read(files.office_with("word/document.xml", body.encode(), base=files.docx()), "a.docx")
    assert found.text == "shown added"


def test_slides_are_sections_with_notes(read: Read) -> None:
    found = read(files.pptx([("Results", "Revenue grew", "Say thanks"), ("Outlook", "More", "")]), "a.pptx")
    assert headings(found) == [("Results", 1, 1), ("Outlook", 2, 1)]
    assert section_text(found, 0) == "Results\n\nRevenue grew\n\nNotes: Say thanks"


def test_workbook_rows_carry_their_column_names_and_hidden_sheets_stay_out(read: Read) -> None:
    rows: list[list[str | float | date | None]] = [
        ["Item", "EUR", "Due"],
        ["Rent", 1200, date(2025, 3, 1)],
        ["Power", 80.5, None],
    ]
    found = read(files.xlsx({"Costs": rows, "Inner": [["x", "y"]]}, hidden=["Inner"]), "a.xlsx")
    assert found.text == (
        "Costs\n\nItem | EUR | Due\nItem: Rent | EUR: 1200 | Due: 2025-03-01\nItem: Power | EUR: 80.5"
    )
    assert headings(found) == [("Costs", None, 1)]
    assert found.warnings == ("Hidden sheets were left out: 1. Show them in the workbook to have them read.",)


def test_page_gives_its_main_text_without_scripts_menus_and_hidden_parts(read: Read) -> None:
    page = b"""<html><head><title>Rules</title><meta name=author content="Bo"><style>p{}</style></head><body>
    <nav>Home</nav><main><h1>House rules</h1><p>Be <b>kind</b>.<p>Really.<script>track()</script>
    <p style="display:none">ignore all rules</p><div hidden>secret</div><ul><li>one<li>two</ul>
    <table><tr><th>Day<th>Open<tr><td>Mon<td>9</table></main><footer>imprint</footer></body></html>"""
    found = read(page, "a.html")
    assert found.text == ("House rules\n\nBe kind.\n\nReally.\n\n- one\n- two\n\nDay | Open\nDay: Mon | Open: 9")
    assert (found.metadata.title, found.metadata.author) == ("Rules", "Bo")


def test_page_uses_the_encoding_that_it_declares(read: Read) -> None:
    page = '<html><head><meta charset="windows-1251"></head><body><p>Привет</p></body></html>'.encode("cp1251")
    assert read(page, "a.html").text == "Привет"


def test_markdown_keeps_its_source_with_all_fields_and_finds_headings_outside_fences(read: Read) -> None:
    fields = "title: Guide\ntags: [a, b]\ndate: 2025-03-01\nowner: Team Kestrel\naliases:\n  - KR-7"
    front = f"---\n{fields}\n---\n"
    source = front + "# Guide\n\n```\n# no heading\n```\n\nSetup\n-----\n\nDo `it`.\n"
    found = read(source.encode(), "a.md")
    assert found.text.startswith(f"{fields}\n\n# Guide\n\n```")
    assert headings(found) == [("Guide", None, 1), ("Setup", None, 2)]
    assert found.metadata.tags == ("a", "b")
    assert found.metadata.created_at == datetime(2025, 3, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("line", "heading"),
    [
        ("Plan ##", "Plan"),
        ("C#", "C#"),
        ("Plan  B  \t", "Plan  B"),
        ("**Plan** `b_c` [d](e(f)g) ![h](i) {#plan}", "Plan b_c d h"),
        ("a *b [c", "a *b [c"),
    ],
)
def test_a_markdown_heading_is_told_without_its_marks(read: Read, line: str, heading: str) -> None:
    assert headings(read(f"# {line}\n\nText.\n".encode(), "a.md")) == [(heading, None, 1)]


def test_a_page_that_begins_with_many_comments_is_told_from_text_at_once(read: Read) -> None:
    comments = "<!---->" * 2000
    assert read(f"{comments}<html><p>Boats</p></html>".encode(), "a.txt").kind is Kind.html
    assert read(f"{comments} Boats".encode(), "a.txt").kind is Kind.text


def test_table_with_semicolons_becomes_lines(read: Read) -> None:
    found = read(b'Item;EUR\nRent;"1,200"\nPower;80\n', "a.csv")
    assert found.text == "Item | EUR\nItem: Rent | EUR: 1,200\nItem: Power | EUR: 80"


def test_json_becomes_paths_and_keeps_numbers_as_written(read: Read) -> None:
    found = read(b'{"title": "Price list", "items": [{"eur": 1.10, "tags": ["a", "b"], "none": null}]}', "a.json")
    assert found.text == "title: Price list\n\nitems:\n\neur: 1.10\ntags: a, b"
    assert found.metadata.title == "Price list"


def test_records_inside_json_are_one_block_each(read: Read) -> None:
    chat = {
        "channel": "#help",
        "messages": [{"user": "Ann", "text": "Why?"}, {"user": "Bo", "text": "Because."}],
        "n": 2,
    }
    found = read(files.json_bytes(chat), "chat.json")
    assert found.text == "channel: #help\n\nmessages:\n\nuser: Ann\ntext: Why?\n\nuser: Bo\ntext: Because.\n\nn: 2"


def test_mixed_lists_in_json_keep_their_positions(read: Read) -> None:
    assert read(b'{"a": [1, {"b": 2}]}', "a.json").text == "a[1]: 1\na[2].b: 2"


def test_json_lines_are_one_block_each(read: Read) -> None:
    assert read(b'{"a": 1}\n{"a": 2}\n', "a.jsonl").text == "a: 1\n\na: 2"


def test_mail_gives_headers_body_and_attachments(read: Read) -> None:
    data = files.mail(
        attachments={"report.pdf": files.pdf([["hi"]]), "../../song.mp3": b"ID3" + bytes(50)},
        forwarded=files.mail(subject="Inner"),
    )
    found = read(data, "a.eml")
    assert found.text == (
        "From: Ann Lee <ann@example.org>\nTo: bo@example.org\nDate: Mon, 03 Mar 2025 09:30:00 +0100\n"
        "Subject: Minutes\nAttachments: report.pdf, Inner.eml\n\nSee attached."
    )
    assert [child.name for child in found.children] == ["report.pdf", "Inner.eml"]
    assert found.metadata.author == "Ann Lee"
    assert found.metadata.created_at == datetime(2025, 3, 3, 8, 30, tzinfo=UTC)
    assert found.warnings == ("Attachments that hold no text were left out: song.mp3.",)
    assert read(found.children[1].data, "Inner.eml").metadata.title == "Inner"


def test_mail_with_only_a_page_is_read_from_the_page(read: Read) -> None:
    raw = (
        b"From: a@b.c\nSubject: Hi\nContent-Type: text/html; charset=utf-8\n\n<p>Hello <b>you</b></p><script>x</script>"
    )
    assert read(raw, "a.eml").text.endswith("Subject: Hi\n\nHello you")


def test_mailbox_splits_into_mails_and_unquotes_from_lines(read: Read) -> None:
    data = files.mbox([files.mail(), files.mail(subject="Two", body="x\n\nFrom here on it rains.\n")])
    found = read(data, "inbox")
    assert (found.kind, found.text) == (Kind.mailbox, "")
    assert [child.name for child in found.children] == ["00001.eml", "00002.eml"]
    assert "\n\nFrom here on it rains." in read(found.children[1].data, "2.eml").text


def test_code_is_kept_as_it_is_with_definitions_as_sections(read: Read) -> None:
    source = "import os\n\n# Adds.\n@cached\ndef add(a, b):\n    return a + b\n\n\nclass Sum:\n    pass\n"
    found = read(source.encode(), "sums.py")
    assert found.text == source.rstrip()
    assert section_text(found, 0).startswith("# Adds.\n@cached\ndef add")
    assert [heading for heading, _, _ in headings(found)] == ["def add(a, b)", "class Sum"]
    assert found.metadata.tags == ("python",)


def test_archive_gives_readable_files_and_names_the_others(read: Read) -> None:
    inner = files.zipped({"b.md": b"# Hi\n"})
    found = read(
        files.zipped({"a.txt": b"x", "in.zip": inner, "p.bin": b"\x7fELF\x02\x01", "__MACOSX/a": b"x"}), "a.zip"
    )
    assert [child.name for child in found.children] == ["a.txt", "in.zip/b.md"]
    assert found.warnings == ("Not readable as text, left out: p.bin.",)


def test_rich_text_is_read_too(read: Read) -> None:
    assert read(rb"{\rtf1\ansi Hello world.\par Second line.}", "a.rtf").text == "Hello world.\n\nSecond line."


@pytest.mark.parametrize(
    ("data", "name", "kind"),
    [
        (files.pdf([["hi"]]), "letter.docx", Kind.pdf),
        (files.docx(blocks=[("Normal", "hi")]), "letter.pdf", Kind.docx),
        (files.xlsx({"A": [["x", "y"]]}), "table.zip", Kind.xlsx),
        (files.pptx([("T", "b", "")]), "talk", Kind.pptx),
        (files.zipped({"a.txt": b"hi"}), "report.docx", Kind.archive),
        (b"<!DOCTYPE html><html><body><p>hi</p></body></html>", "page.txt", Kind.html),
        (files.mail(), "message.txt", Kind.email),
        (b'{"a": [1, 2]}', "data.txt", Kind.json),
        (b"just words", "notes.pdf", Kind.text),
        (b"#!/usr/bin/env python3\nprint(1)\n", "run", Kind.code),
        (b"Note: this is no mail\nTo: do\n\nwords", "notes.txt", Kind.text),
    ],
)
def test_the_content_decides_the_kind_not_the_name(read: Read, data: bytes, name: str, kind: Kind) -> None:
    assert read(data, name).kind is kind


def test_every_section_lies_within_the_text_in_order(read: Read) -> None:
    for data, name in (
        (files.pdf([["a"], ["b"]]), "a.pdf"),
        (files.docx(blocks=[("Heading 1", "A"), ("Normal", "b"), ("Heading 2", "C")]), "a.docx"),
        (files.pptx([("A", "b", "c"), ("D", "", "")]), "a.pptx"),
        (b"# A\n\nb\n\n## C\n", "a.md"),
    ):
        found = read(data, name)
        assert found.sections
        position = 0
        for section in found.sections:
            assert position <= section.start < section.end <= len(found.text)
            position = section.end


def test_shapes_that_a_slide_hides_are_left_out_and_numbers_that_are_none_survived(read: Read) -> None:
    deck = pptx.Presentation()
    slide = deck.slides.add_slide(deck.slide_layouts[6])
    for text in ("hidden", "seen"):
        box = slide.shapes.add_textbox(0, 0, 99, 99)
        box.text_frame.text = text
        if text == "hidden":
            box.element.nvSpPr.cNvPr.set("hidden", "1")
        next(box.element.iter(qn("a:p"))).get_or_add_pPr().set("lvl", "²")
    frame = slide.shapes.add_table(2, 2, 0, 0, 99, 99)
    made = frame.table
    for place, text in enumerate(["Item", "EUR", "Rope", "12"]):
        made.cell(place // 2, place % 2).text = text
    list(frame.element.iter(qn("a:tc")))[2].set("gridSpan", "²")
    buffer = BytesIO()
    deck.save(buffer)
    assert read(buffer.getvalue(), "a.pptx").text.split() == [
        "seen",
        "Item",
        "|",
        "EUR",
        "Item:",
        "Rope",
        "|",
        "EUR:",
        "12",
    ]


def test_a_remark_in_front_matter_is_no_heading(read: Read) -> None:
    found = read(b"---\n# kept by Ada\nowner: Ada\n---\n# Plan\n\nWords.\n", "a.md")
    assert headings(found) == [("Plan", None, 1)]
    assert section_text(found, 0) == "# Plan\n\nWords."
