import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.documents.incoming import (
    FileItem,
    TextItem,
    UniqueNames,
    clean_name,
    clean_text,
    content_hash,
    parse_principal,
)


@pytest.mark.parametrize(
    ("given_name", "safe"),
    [
        ("../../etc/passwd", "etc/passwd"),
        ("/etc/passwd", "etc/passwd"),
        ("C:\\Users\\ada\\notes.txt", "Users/ada/notes.txt"),
        ("a/./b//c.txt", "a/b/c.txt"),
        ("tab\tand\nline.txt", "tabandline.txt"),
        ("\u202egpj.exe", "gpj.exe"),
        ("..", "unnamed"),
        ("", "unnamed"),
        ("عقد.pdf", "عقد.pdf"),
        ("報告書.docx", "報告書.docx"),
    ],
)
def test_names_lose_what_could_leave_the_folder(given_name: str, safe: str) -> None:
    assert clean_name(given_name) == safe


@given(st.text(max_size=600))
def test_a_cleaned_name_is_always_a_relative_path(name: str) -> None:
    cleaned = clean_name(name)
    assert cleaned
    assert not cleaned.startswith("/")
    assert not {"", ".", ".."} & set(cleaned.split("/"))
    assert "\x00" not in cleaned
    cleaned.encode()


@given(st.text(alphabet=st.characters(), max_size=50), st.text(max_size=50))
def test_cleaning_keeps_the_length_and_makes_text_storable(first: str, second: str) -> None:
    text = f"{first}\x00\ud800{second}"
    cleaned = clean_text(text)
    assert len(cleaned) == len(text)
    assert "\x00" not in cleaned
    cleaned.encode()


@pytest.mark.parametrize(
    ("value", "principal"),
    [
        ("workspace", "workspace"),
        ("user:0192", "user:0192"),
        ("group:Legal team", "group:Legal team"),
        ("email:Ada@Example.com", "email:ada@example.com"),
        (" ada@example.com ", "email:ada@example.com"),
    ],
)
def test_principals_are_read(value: str, principal: str) -> None:
    assert parse_principal(value) == principal


@pytest.mark.parametrize("value", ["", "everyone", "user:", "group: ", "email:nobody", "role:admin", "a@b", "a b@c.de"])
def test_malformed_principals_are_refused(value: str) -> None:
    with pytest.raises(ValueError, match="user:<id>"):
        parse_principal(value)


def test_names_that_come_again_get_a_number() -> None:
    names = UniqueNames()
    assert [names.take(name) for name in ("a/b.txt", "a/b.txt", "c", "a/b.txt", "a/b (2).txt")] == [
        "a/b.txt",
        "a/b (2).txt",
        "c",
        "a/b (3).txt",
        "a/b (2) (2).txt",
    ]


def test_ten_thousand_equal_names_are_told_apart_quickly() -> None:
    names = UniqueNames()
    assert len({names.take("same.txt") for _ in range(10_000)}) == 10_000


def test_the_content_hash_is_about_content_and_the_other_about_the_rest() -> None:
    item = TextItem("1", "Title", "Text")
    retitled = TextItem("1", "Other", "Text")
    shared = TextItem("1", "Title", "Text", access=frozenset({"workspace"}))
    assert content_hash(item) == content_hash(retitled) == content_hash(shared)
    assert content_hash(item) != content_hash(TextItem("1", "Title", "Other text"))


def test_the_suffix_of_a_file_counts_as_content_since_it_decides_how_it_is_read() -> None:
    one, other = (FileItem(name, name, digest="d", size_bytes=1) for name in ("a.txt", "a.md"))
    assert content_hash(one) != content_hash(other)
