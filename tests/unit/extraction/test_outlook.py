"""Mails that Outlook saved, and the compound files that they are."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.documents.models import Extracted, Kind
from backend.errors import ExtractionFailed
from backend.extraction.extractors.compound import CompoundFile
from backend.extraction.limits import Limits
from backend.extraction.packages import Budget
from backend.extraction.reading import read_file
from tests.support import files
from tests.support.compound_files import FREE, Saved, compound, msg
from tests.support.scans import picture_file, written

SCREEN = picture_file(written(["The pump stops at nine"], 640, 200), "PNG")
LOGO = picture_file(written(["HARBOUR Ltd"], 150, 50), "PNG")
LONG = b"Words of a long file. " * 2_000

type Read = Callable[..., Extracted]


@pytest.fixture
def recognising(limits: Limits) -> Read:
    def _read(data: bytes) -> Extracted:
        return read_file(data, filename="a.msg", mime=None, limits=replace(limits, ocr_threads=1))

    return _read


def contents(found: Extracted) -> dict[str, bytes]:
    return {child.name: child.data for child in found.children}


def test_what_is_attached_becomes_documents_whatever_its_size(recognising: Read) -> None:
    pdf = files.pdf([["The plan of the harbour."]])
    found = recognising(msg(Saved("long.txt", LONG), Saved("plan.pdf", pdf), Saved("kurz.txt", b"few", short=True)))
    assert found.kind is Kind.email
    assert contents(found) == {"long.txt": LONG, "plan.pdf": pdf, "kurz.txt": b"few"}
    assert found.text.startswith("Subject: Minutes")
    assert "See attached." in found.text
    assert found.text.endswith("\n\nAttachments: long.txt, plan.pdf, kurz.txt")
    assert found.warnings == ()


def test_pictures_are_read_and_what_decorates_the_words_is_not(recognising: Read) -> None:
    some = (
        Saved("image001.png", LOGO, content_id="image001@x"),
        Saved("image002.png", SCREEN, content_id="image002@x"),
        Saved("stamp.png", LOGO),
    )
    assert list(contents(recognising(msg(*some)))) == ["image002.png", "stamp.png"]


def test_without_recognition_it_says_how_many_pictures_it_lacks(read: Read) -> None:
    found = read(msg(Saved("screen.png", SCREEN), Saved("song.mp3", b"ID3" + bytes(50))), "a.msg")
    assert found.children == ()
    named, left_out = found.warnings
    assert named == "Attachments that hold no text were left out: song.mp3."
    assert left_out.startswith("1 picture was left out")


def test_a_mail_without_attachments_is_its_words(recognising: Read) -> None:
    found = recognising(msg())
    assert (found.children, found.warnings) == ((), ())
    assert "Attachments" not in found.text


def test_a_mail_inside_it_is_named(recognising: Read) -> None:
    found = recognising(msg({"__substg1.0_3701000D": {"__substg1.0_0037001F": b"I\0"}}, Saved("a.txt", b"Words.")))
    assert list(contents(found)) == ["a.txt"]
    (warning,) = found.warnings
    assert warning.startswith("A mail inside this one had to be left out.")


def test_what_is_attached_counts_as_unpacked(limits: Limits) -> None:
    tight = replace(limits, max_archive_bytes=len(LONG))
    with pytest.raises(ExtractionFailed) as raised:
        read_file(
            msg(Saved("a.txt", LONG), Saved("b.txt", LONG)), filename="a.msg", mime=None, limits=tight, recognised=None
        )
    assert raised.value.code == "archive_bomb"


def tree_of(data: bytes, limits: Limits) -> dict[str, bytes]:
    file, budget = CompoundFile(data), Budget(limits)
    return {
        name: file.read(entry, budget) for name, entry in file.inside(file.root).items() if name.startswith("stream")
    }


@pytest.mark.parametrize("size", [0, 1, 63, 64, 65, 4095, 4096, 4097, 70_000])
def test_streams_of_any_size_are_put_together(size: int, limits: Limits) -> None:
    data = bytes(number % 251 for number in range(size))
    some = {f"stream {number}": data for number in range(9)} | {"stream x": b"other"}
    assert tree_of(compound(some), limits) == some


def test_a_storage_has_only_its_own(limits: Limits) -> None:
    file = CompoundFile(compound({"stream": b"outer", "storage": {"stream": b"inner", "deeper": {"stream": b"x"}}}))
    storage = file.inside(file.root)["storage"]
    assert set(file.inside(storage)) == {"stream", "deeper"}
    assert file.read(file.inside(storage)["stream"], Budget(limits)) == b"inner"
    with pytest.raises(ExtractionFailed):
        file.read(storage, Budget(limits))


def test_a_chain_that_leads_back_to_itself_is_damaged(limits: Limits) -> None:
    whole = bytearray(compound({"stream": LONG}))
    directory = int.from_bytes(whole[48:52], "little")
    place = len(whole) - 512 + 4 * directory  # in the table of chains, which comes last
    whole[place : place + 4] = directory.to_bytes(4, "little")
    with pytest.raises(ExtractionFailed) as raised:
        tree_of(bytes(whole), limits)
    assert raised.value.code == "corrupt"


def test_a_directory_that_leads_back_to_itself_ends(limits: Limits) -> None:
    whole = compound({"stream a": b"1", "stream b": b"2", "stream c": b"3"})
    looped = whole.replace(FREE.to_bytes(4, "little") * 3, bytes(12))
    assert set(tree_of(looped, limits)) <= {"stream a", "stream b", "stream c"}


@given(st.data())
def test_anything_in_a_compound_file_is_survived(data: st.DataObject) -> None:
    limits = Limits(1_000_000, 10**9, 10**7, 200, 1000, 2)
    whole = bytearray(compound({"stream": LONG[:9_000], "storage": {"stream": b"inner"}}))
    for _ in range(data.draw(st.integers(1, 5))):
        at = data.draw(st.integers(30, len(whole) - 4))
        whole[at : at + 4] = data.draw(st.binary(min_size=4, max_size=4))
    cut = data.draw(st.integers(0, len(whole)))
    with suppress(ExtractionFailed):
        tree_of(bytes(whole[:cut] if data.draw(st.booleans()) else whole), limits)


def test_what_is_attached_and_damaged_leaves_the_words(recognising: Read) -> None:
    whole = msg(Saved("long.txt", LONG))
    # The long file's own chain ends too soon; the words stand in another.
    chain = whole.rindex((1).to_bytes(4, "little") + (2).to_bytes(4, "little"))
    found = recognising(whole[:chain] + b"\xfe\xff\xff\xff" + whole[chain + 4 :])
    assert "See attached." in found.text
    assert found.children == ()
    (warning,) = found.warnings
    assert warning.startswith("What is attached to this mail is damaged")
