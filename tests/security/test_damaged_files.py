"""Files damaged at random end in text or in a named failure, never in an unexpected error."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backend.errors import ExtractionFailed
from backend.extraction.content import Source
from backend.extraction.failures import MESSAGES
from backend.extraction.limits import Limits
from backend.extraction.reading import read_content
from tests.support import files

LIMITS = Limits(1_000_000, 2**30, 2**26, 200, 1000, 2)
SOUND = {
    "a.pdf": files.pdf([["Some words"], ["More words"]], outline={0: "Start"}),
    "a.docx": files.docx(blocks=[("Heading 1", "A"), ("Normal", "b")], table=[["c", "d"], ["e", "f"]]),
    "a.pptx": files.pptx([("A", "b", "c")]),
    "a.xlsx": files.xlsx({"A": [["q", "r"], ["x", 2.5]]}),
    "a.eml": files.mail(html="<p>Hello", attachments={"b.txt": b"words"}),
    "a.mbox": files.mbox([files.mail(), files.mail()]),
    "a.zip": files.zipped({"a.txt": b"words", "b/c.md": b"# Words"}),
    "a.html": b"<html><body><table><tr><td>a<td>b</table><p hidden>x<ul><li>c</ul></body></html>",
    "a.json": b'{"a": [1, {"b": 2}], "c": "d"}',
    "a.csv": b'a,b\n"c",d\n',
    "a.md": b"---\na: b\n---\n# Words\n\n```\nx\n```\n",
}


@st.composite
def damaged(draw: st.DrawFn) -> tuple[str, bytes]:
    name = draw(st.sampled_from(sorted(SOUND)))
    data = bytearray(SOUND[name])
    for _ in range(draw(st.integers(1, 6))):
        place = draw(st.integers(0, max(len(data) - 1, 0)))
        length = draw(st.integers(0, 20))
        data[place : place + length] = draw(st.binary(max_size=20))
    return name, bytes(data)


@pytest.mark.parametrize("name", sorted(SOUND))
def test_the_undamaged_files_are_read(name: str) -> None:
    content = read_content(Source(SOUND[name], name, LIMITS))
    assert content.text or content.children


@settings(max_examples=300, deadline=None)
@given(damaged())
def test_damage_ends_in_text_or_in_a_named_failure(case: tuple[str, bytes]) -> None:
    name, data = case
    try:
        content = read_content(Source(data, name, LIMITS))
    except ExtractionFailed as failed:
        assert failed.code in MESSAGES  # noqa: PT017 - either outcome is right; anything else raises
    else:
        assert content.text.strip() or content.children or name in {"a.zip", "a.mbox"}
        assert all(0 <= section.start < section.end <= len(content.text) for section in content.sections)
