"""Which files of a repository are documents."""

import pytest
from pydantic import SecretStr

from backend.connectors.base import StaticCredential
from backend.connectors.github.auth import GitHubSettings
from backend.connectors.github.client import GitHubClient
from backend.connectors.github.connector import GitHubOptions
from backend.connectors.github.files import LARGEST_DOCUMENT_BYTES, LARGEST_TEXT_BYTES, file_event, is_file
from backend.connectors.github.models import Repository, TreeEntry
from backend.connectors.manifest import Setup
from backend.connectors.source_events import Access, Deferred, ItemFailure
from tests.unit.connectors.github.test_processor import REPOSITORY

CLIENT = GitHubClient(Setup("token", StaticCredential(SecretStr("none")), GitHubOptions(), GitHubSettings()))
SHA = "a" * 40


def event(path: str, size: int = 10, repository: Repository = REPOSITORY) -> Deferred | ItemFailure:
    entry = TreeEntry(path, "100644", SHA, is_tree=False, size_bytes=size)
    return file_event(CLIENT, repository, "main", entry, Access())


@pytest.mark.parametrize(
    ("mode", "there"),
    [("100644", True), ("100755", True), ("120000", False), ("160000", False), ("040000", False), ("", False)],
)
def test_links_submodules_and_folders_are_no_files(mode: str, there: bool) -> None:
    assert is_file(TreeEntry("a", mode, SHA, is_tree=False)) is there


@pytest.mark.parametrize("path", ["a.PNG", "deep/a.tar.gz", "a.woff2", "lib.so"])
def test_a_binary_file_is_skipped_by_its_name(path: str) -> None:
    found = event(path)
    assert isinstance(found, ItemFailure)
    assert (found.code, found.skipped, found.title) == ("binary", True, path)


@pytest.mark.parametrize(
    ("path", "size", "code"),
    [
        ("a.txt", 0, "empty"),
        ("a.txt", LARGEST_TEXT_BYTES + 1, "too_large"),
        ("a.pdf", LARGEST_DOCUMENT_BYTES + 1, "too_large"),
    ],
)
def test_a_giant_file_is_capped_and_reported_before_it_is_asked_for(path: str, size: int, code: str) -> None:
    found = event(path, size)
    assert isinstance(found, ItemFailure)
    assert (found.code, found.skipped) == (code, True)


@pytest.mark.parametrize("path", ["README", "a.py", "docs/a.pdf", "Makefile", "ä ö/ü.md", "a.svg"])
def test_others_are_named_with_what_they_are_now(path: str) -> None:
    found = event(path)
    assert isinstance(found, Deferred)
    assert (found.external_id, found.revision) == (f"file:7:{path}", f"{SHA} example/papers main")
