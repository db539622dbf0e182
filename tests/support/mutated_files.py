"""Small sound files of every kind, and what becomes of them: cut, flipped, doubled, nested, with odd numbers."""

import re
import zipfile
from collections.abc import Callable, Mapping
from functools import cache
from io import BytesIO

from hypothesis import strategies as st
from reportlab.pdfgen.canvas import Canvas

from tests.support import files, open_document

_NUMBER = re.compile(rb"\d+")
_ODD = (b"0", b"-1", b"1", b"65535", b"999999999", b"99999999999999999999", b"1e999", "²".encode(), b"", b"NaN")
_WORD = re.compile(rb"[A-Za-z]{3,}")
_MOST_BYTES = 400_000
_READ = re.compile(r"(?:document|styles|numbering|slide\d|notesSlide\d|sheet\d|sharedStrings|workbook|content)\.xml")

_HTML = b"""<html><head><title>Berths</title><meta charset=utf-8></head><body><nav>Home</nav><main><h1>Berths</h1>
<table><tr><th colspan=2>Pier<th rowspan=2>Length<tr><th>No<th>Side<tr><td>B12<td>east<td>9 m</table>
<button aria-controls=a>More</button>
<div id=a hidden>Opened</div><pre>x
 y</pre><ul><li>one<li>two</ul><blockquote>said</blockquote><p style="display:none">no</p>
<![CDATA[x]]><!-- y --></main>"""
_CALENDAR = b"""BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nBEGIN:VEVENT\r\nSUMMARY:Review of the\r\n  wall
DTSTART;TZID="Europe/Oslo":20260205T090000\r\nDTEND:20260205T101500Z\r\nRRULE:FREQ=MONTHLY;BYDAY=1TH;UNTIL=20270101
EXDATE:20260402,20260403\r\nATTENDEE;CN=Bo;PARTSTAT=ACCEPTED:mailto:bo@example.org\r\nDURATION:PT1H\r\nBEGIN:VALARM
END:VALARM\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"""
_YAML = b"""# kept by Ada
base: &base {a: 1, b: [1, 2]}
all:
  - <<: *base
    name: web  # first
    text: |
      one
        two
  - *base
"q": 'x'
? [k]
: !Ref v
---
more: ~
"""
_TOML = b"""# top
a = 1 # one
b.c = "x"
[t.u]
when = 2020-01-01T00:00:00Z
list = [ 1, "a#", { k = 'v' } ] # list
long = \"\"\"
[x] # y
\"\"\"
[[v]]
n = 0xFF
[[v]]
"""
_NOTEBOOK = b"""{"nbformat": 4, "cells": [{"cell_type": "markdown", "source": ["# Leaks\\n", "words"]},
{"cell_type": "code", "source": "x = 1", "outputs": [{"output_type": "stream", "text": ["a\\n"]},
{"data": {"text/html": "<p>b</p>",
"image/png": "AAAA"}}, {"output_type": "error", "ename": "E", "evalue": "v", "traceback": []}]}]}"""


@cache
def sound_files() -> Mapping[str, bytes]:
    """One file of each kind by its name."""
    mail = files.mail(html="<p>Hello <b>there</b><blockquote>Earlier</blockquote>", attachments={"b.txt": b"words"})
    return {
        "a.pdf": _pdf(),
        "packed.pdf": files.pdf([["Some words", "- item"], ["More words"]], outline={0: "Start"}, title="Words"),
        "a.docx": files.docx(
            title="T",
            blocks=[("Heading 1", "A"), ("List Number", "b"), ("Normal", "c")],
            table=[["d", "1"], ["e", "2"]],
        ),
        "a.pptx": files.pptx([("A", "b", "c"), ("D", "e", "")]),
        "a.xlsx": files.xlsx({"A": [["q", "r"], ["x", 2.5], ["y", 3]], "B": [["z"]]}),
        "a.ods": open_document.book(
            open_document.table(
                open_document.row(open_document.cell("q", number_rows_spanned=2), "r", "s"),
                open_document.row(None, open_document.cell("2.5", number_columns_repeated=2)),
                open_document.row("x", "", "3", attributes='table:number-rows-repeated="3"'),
                columns='<table:table-column table:number-columns-repeated="3" table:visibility="visible"/>',
            ),
            open_document.table(open_document.row("z"), style="shut"),
            styles=open_document.table_style("shut", shown=False),
        ),
        "a.odp": open_document.show(
            open_document.slide("A", "b", open_document.table(*map(open_document.row, "cd", "12"))),
            open_document.slide("E", "f", notes="g", style="shut"),
            styles=open_document.hidden_slides("shut"),
        ),
        "a.odt": _open_text(),
        "a.html": _HTML,
        "a.md": b"---\ntitle: a\ntags: [b, c]\n---\n# Words\n\n```\nx\n```\n\nMore\n====\n\n| a | b |\n|---|---|\n",
        "a.txt": "Words of a letter.\n\nÄnderung – “quoted”.\n".encode(),
        "a.csv": b"sep=;\nName;Price\n\"Tang; long\";1,50\nKelp;0,75\n",
        "a.json": b'{"title": "x", "items": [{"id": "A", "parts": [{"n": 1}]}, {"k": [1, [2, null]]}], "d": {"e": 1}}',
        "a.jsonl": b'{"a": 1, "b": [{"c": 2}]}\n{"a": 2}\nbroken\n{"a": [3]}\n',
        "a.yaml": _YAML,
        "a.toml": _TOML,
        "a.ini": b"; note\n[db]\nhost = a\n  more\nurl: http://a.b/c\n[x]\nkey\n",
        "a.properties": b"a.b=caf\\u00e9\\\n  more\n! note\nc: d\n",
        "a.log": b"2026-03-01 10:00:00,123 ERROR lost\n  at x\n[01/Mar/2026:10:00:00 +0100] GET\nMar  1 10:00:00 h a\n",
        "a.eml": mail,
        "forward.eml": files.mail(forwarded=mail),
        "a.mbox": files.mbox([mail, files.mail()]),
        "a.ics": _CALENDAR,
        "a.ipynb": _NOTEBOOK,
        "a.py": b'@cache\ndef moor(boat):\n    """Moors."""\n    return boat\n\n\nclass Pier(Base):\n    x = 1\n',
        "a.zip": files.zipped({"a.txt": b"words", "b/c.md": b"# Words", "d.zip": files.zipped({"e.txt": b"inner"})}),
        "a.rtf": rb"{\rtf1\ansi{\fonttbl\f0 Arial;}\f0 Hello \b world\b0.\par\trowd\cellx99 a\cell\row}",
    }  # fmt: skip


@st.composite
def mutated(draw: st.DrawFn, name: str) -> bytes:
    """A file of the kind of `name` with up to four mutations; of a package mostly of one of its members."""
    data = sound_files()[name]
    if data.startswith(b"PK") and draw(st.integers(0, 4)):
        return _in_package(draw, data)
    return _mutate(draw, data)


def _in_package(draw: st.DrawFn, data: bytes) -> bytes:
    with zipfile.ZipFile(BytesIO(data)) as archive:
        members = {info.filename: archive.read(info) for info in archive.infolist()}
    for _ in range(draw(st.integers(1, 2))):
        # Templates and themes are most of a package, and nothing of them is read.
        named = [name for name in sorted(members) if _READ.search(name)] if draw(st.integers(0, 4)) else []
        member = draw(st.sampled_from(named or sorted(members)))
        match draw(st.integers(0, 9)):
            case 0:
                del members[member]
                if not members:
                    break
            case 1:
                members[f"copy of {member}"] = members[member]
            case 2:
                members[member] = members[draw(st.sampled_from(sorted(members)))]
            case _:
                members[member] = _mutate(draw, members[member])
    is_open = next(iter(members), "") == "mimetype"  # known by it only while it is not compressed
    return files.zipped(members, compression=zipfile.ZIP_STORED if is_open else zipfile.ZIP_DEFLATED)


def _mutate(draw: st.DrawFn, data: bytes) -> bytes:
    for _ in range(draw(st.integers(1, 4))):
        data = draw(st.sampled_from(_MUTATIONS))(draw, data)[:_MOST_BYTES]
    return data


def _place(draw: st.DrawFn, data: bytes) -> int:
    return draw(st.integers(0, len(data)))


def _stretch(draw: st.DrawFn, data: bytes) -> tuple[int, int]:
    start = _place(draw, data)
    return start, min(len(data), start + draw(st.integers(0, 200)))


def _cut(draw: st.DrawFn, data: bytes) -> bytes:
    return data[: _place(draw, data)]


def _flipped(draw: st.DrawFn, data: bytes) -> bytes:
    changed = bytearray(data)
    for _ in range(draw(st.integers(1, 8))):
        if changed:
            changed[draw(st.integers(0, len(changed) - 1))] ^= 1 << draw(st.integers(0, 7))
    return bytes(changed)


def _replaced(draw: st.DrawFn, data: bytes) -> bytes:
    start, end = _stretch(draw, data)
    return data[:start] + draw(st.binary(max_size=20)) + data[end:]


def _doubled(draw: st.DrawFn, data: bytes) -> bytes:
    start, end = _stretch(draw, data)
    return data[:end] + data[start:end] * draw(st.sampled_from((1, 2, 10, 500))) + data[end:]


def _nested(draw: st.DrawFn, data: bytes) -> bytes:
    """What begins a part, again and again, as where parts are put into one another."""
    marks = (b"<", b"{", b"[", b"(", b"BEGIN", b'"', b"--", b"- ", b"&a [", b"*a", b"<table><tr><td>", b"<![CDATA[")
    mark = draw(st.sampled_from(marks))
    at = data.find(mark, _place(draw, data))
    at = at if at >= 0 else _place(draw, data)
    end = min(len(data), at + draw(st.integers(1, 60)))
    return data[:at] + (data[at:end] or mark) * draw(st.sampled_from((3, 50, 1_000))) + data[at:]


def _odd_number(draw: st.DrawFn, data: bytes) -> bytes:
    return _with_match(draw, data, _NUMBER, lambda _: draw(st.sampled_from(_ODD)))


def _swapped_word(draw: st.DrawFn, data: bytes) -> bytes:
    """One word of the file, such as the name of a tag, in the place of another one."""
    words = _WORD.findall(data)
    return _with_match(draw, data, _WORD, lambda _: draw(st.sampled_from(words)))


def _with_match(draw: st.DrawFn, data: bytes, pattern: re.Pattern[bytes], change: Callable[[bytes], bytes]) -> bytes:
    found = list(pattern.finditer(data))
    if not found:
        return data
    match = found[draw(st.integers(0, len(found) - 1))]
    return data[: match.start()] + change(match[0]) + data[match.end() :]


_MUTATIONS = (_cut, _flipped, _replaced, _doubled, _nested, _odd_number, _odd_number, _swapped_word)


def _open_text() -> bytes:
    numbered = 'style:num-format="1" text:display-levels="2"'
    cells = open_document.table(
        f"<table:table-header-rows>{open_document.row('q', 'r')}</table:table-header-rows>",
        open_document.row(open_document.cell("x", number_rows_spanned=2), "1"),
        open_document.row(None, open_document.cell(open_document.table(*map(open_document.row, "yz")))),
    )
    return open_document.text_document(
        open_document.heading("A"),
        open_document.paragraph(
            'b<text:s text:c="3"/>c<text:span text:style-name="veiled">d</text:span>',
            open_document.note("e"),
            open_document.comment("f", "g"),
            open_document.box("h", open_document.listed("i")),
            open_document.drawn(
                "<math:math><math:msup><math:mi>x</math:mi><math:mn>2</math:mn></math:msup></math:math>"
            ),
            open_document.drawn(part="Object 1"),
            style="P1",
        ),
        open_document.listed("j", open_document.item("k", open_document.listed("l")), style="L"),
        '<text:section text:display="none"><text:p>m</text:p></text:section>',
        cells,
        automatic=open_document.list_style("L", numbered, numbered)
        + open_document.style("P1", parent="P", attributes='style:master-page-name="Cover"'),
        styles=open_document.style_part(
            open_document.outline(numbered)
            + open_document.style("P", parent="P1")
            + open_document.style("veiled", open_document.shown_text("none"), family="text"),
            pages=open_document.master_page("Cover", open_document.margin("header", "n"), following="Cover"),
        ),
        **{"Object 1_content": open_document.chart_part(*(open_document.row("", one, "1") for one in "op"), title="q")},
    )


def _pdf() -> bytes:
    """Its parts in clear, so that a mutation is one of them and no damage to what they are packed in."""
    buffer = BytesIO()
    canvas = Canvas(buffer, pagesize=(300, 400), invariant=1, pageCompression=0)
    canvas.drawString(20, 350, "Berths of the year")
    for x in (20, 100, 180):
        canvas.line(x, 300, x, 240)
    for y in (300, 270, 240):
        canvas.line(20, y, 180, y)
    for x, y, text in ((25, 280, "Boat"), (105, 280, "Berth"), (25, 250, "Gannet"), (105, 250, "12")):
        canvas.drawString(x, y, text)
    canvas.acroForm.textfield(name="who", value="Ada", x=20, y=150, width=100, height=20)
    canvas.showPage()
    canvas.drawString(20, 350, "The second page goes on.")
    canvas.showPage()
    canvas.save()
    return buffer.getvalue()
