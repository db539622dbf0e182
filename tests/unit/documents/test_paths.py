"""What it means to lie in a folder."""

import pytest

from backend.documents.paths import folder_of, folder_term, folder_terms, lies_in
from tests.support.search import FOLDERS


@pytest.mark.parametrize("folder", FOLDERS)
def test_names_are_compared_whole(folder: str) -> None:
    inside, outside = FOLDERS[folder]
    assert all(lies_in(path, [folder]) for path in inside)
    assert not any(lies_in(path, [folder]) for path in outside)
    assert all(folder_term(folder) in folder_terms(path) for path in inside)


def test_a_folder_is_written_with_or_without_slashes_around_it() -> None:
    assert folder_of("/Team/Plans/") == "Team/Plans"
    assert folder_of("/") == ""


def test_however_deep_a_path_is_its_terms_are_few_and_short() -> None:
    terms = folder_terms("/".join("x" for _ in range(2_000)))
    assert (len(terms), {len(term) for term in terms}) == (32, {16})
    assert folder_terms("") == folder_terms(None) == []
