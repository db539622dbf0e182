"""Files that tests make are the same ones at any time: what compares bytes or hashes does not fail at a full second."""

import time
from collections.abc import Callable

import pytest

from tests.support import files

BUILDERS: dict[str, Callable[[], bytes]] = {
    "pdf": lambda: files.pdf([["a line"]], title="T", author="A", outline={0: "First"}),
    "docx": lambda: files.docx(title="T", blocks=[("Heading 1", "H")], table=[["a", "b"]]),
    "pptx": lambda: files.pptx([("T", "body", "notes")]),
    "xlsx": lambda: files.xlsx({"S": [["a", 1.0]]}),
    "mail": lambda: files.mail(html="<p>x</p>", attachments={"a.txt": b"a"}, forwarded=files.mail(body="inner")),
    "mbox": lambda: files.mbox([files.mail(attachments={"a.txt": b"a"})]),
    "zip": lambda: files.zipped({"a.txt": b"a"}),
    "bomb": lambda: files.zip_bomb.__wrapped__(1024 * 1024),
    "office with a part": lambda: files.office_with("x.xml", b"<x/>", base=files.docx()),
}


@pytest.mark.parametrize("build", BUILDERS.values(), ids=BUILDERS)
def test_a_file_made_an_hour_later_has_the_same_bytes(
    build: Callable[[], bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    first = build()
    now, local = time.time, time.localtime
    monkeypatch.setattr(time, "time", lambda: now() + 3600)
    monkeypatch.setattr(time, "localtime", lambda seconds=None: local((now() if seconds is None else seconds) + 3600))
    assert build() == first
