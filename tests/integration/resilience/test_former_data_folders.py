"""A data folder that an earlier release wrote opens, with everything in it, after every later change."""

import tarfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.data_folders import contents
from tests.data_folders.contents import ADA, GRACE, Person
from tests.support.server import serving

_FOLDER = Path(contents.__file__).parent
KEPT = sorted(path.name.removesuffix(".tar.xz") for path in _FOLDER.glob("*.tar.xz"))


def _opened(release: str, data_dir: Path) -> Iterator[str]:
    with tarfile.open(_FOLDER / f"{release}.tar.xz") as archive:
        archive.extractall(data_dir, filter="data")
    with serving(data_dir) as server:
        yield server.url


@pytest.fixture(scope="module", params=KEPT)
def url(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a server over a copy of a kept folder, for tests that only read."""
    yield from _opened(request.param, tmp_path_factory.mktemp("former") / "data")


@pytest.fixture(params=KEPT)
def changing_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The same over a copy of its own, for a test that writes."""
    yield from _opened(request.param, tmp_path / "data")


def test_there_is_a_folder_of_every_release() -> None:
    assert "0.1" in KEPT


def test_everybody_signs_in_and_sees_what_they_saw(url: str) -> None:
    ada, grace = Person(url, "login", ADA), Person(url, "login", GRACE)
    mine = ada.settled()
    assert {"plan", "crew", "rules", "empty"} <= set(mine)
    assert len(mine) == 8  # four texts, two files, and the mail and the note in the archive
    assert set(grace.settled()) == {"crew", "rules", "empty", "own"}
    assert mine["crew"]["author"] == "Ada"
    assert mine["crew"]["modified_at"].startswith("2026-03-04T05:06:07")


def test_both_indexes_answer_with_the_access_of_before(url: str) -> None:
    ada, grace = Person(url, "login", ADA), Person(url, "login", GRACE)
    assert "crew" in ada.found("keeper of the lamp")
    assert "crew" in grace.found("keeper of the lamp")
    assert "plan" not in grace.found("lighthouse opens to visitors")
    assert "own" not in ada.found("Grace keeps bees")
    assert any("bulbs.eml" in found for found in ada.found("spare bulbs locker"))


def test_an_old_citation_still_leads_to_its_words(url: str) -> None:
    ada = Person(url, "login", ADA)
    (conversation,) = ada.call("GET", "/conversations")["items"]
    messages = ada.call("GET", f"/conversations/{conversation['id']}")["messages"]
    cited = [citation for message in messages for citation in message.get("citations") or []]
    (launch,) = [citation for citation in cited if citation["quote"] in contents.FIRST_LAUNCH]
    path = f"/documents/{launch['document_id']}/text?version={launch['version']}"
    assert ada.call("GET", path)["text"][launch["start"] : launch["end"]] == launch["quote"]


def test_what_was_kept_can_be_changed_shared_and_deleted(changing_url: str) -> None:
    ada, grace = Person(changing_url, "login", ADA), Person(changing_url, "login", GRACE)
    plan = {**contents.texts(grace.id)[0], "text": contents.SECOND_LAUNCH, "access": [f"user:{grace.id}"]}
    ada.call("POST", "/documents/text", json={"items": [plan]})
    assert len(ada.settled()) == 8, "the same external id is the same document"
    assert "plan" in grace.settled()
    handbook = ada.settled()["handbook.md"]
    ada.call("DELETE", f"/documents/{handbook['id']}")
    assert "handbook.md" not in ada.settled()
