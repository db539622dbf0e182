"""What is not answered leads to the closest sentences, and says why there is no answer and how far that reaches."""

import re
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.e2e import steps

type Picture = Callable[[Page, str], None]

NOTICE = (
    "The house was built by a carpenter. The flat may be left with three months of notice. "
    "Bicycles stand in the yard, and nobody has counted them."
)


def test_a_refusal_begins_at_the_closest_sentence_and_says_how_far_it_reaches(
    page: Page, picture: Picture, tmp_path: Path
) -> None:
    steps.register(page)
    folder = tmp_path / "house"
    folder.mkdir()
    (folder / "flat.md").write_text(f"# The flat\n\n{NOTICE}\n", encoding="utf-8")
    page.goto("/library")
    page.locator("input[type=file][webkitdirectory]").set_input_files(str(folder))
    steps.wait_until_read(page)

    page.goto("/")
    steps.ask(page, "How many keys of the flat does the caretaker of the yard hold?")
    expect(page.get_by_text("Not in your library")).to_be_visible()
    sentence = steps.squash(page.locator("[data-message] mark").first.inner_text())
    assert sentence in NOTICE
    picture(page, "refusal-closest")
    card = page.get_by_role("link").filter(has=page.locator("mark"))
    card.focus()
    page.keyboard.press("Enter")
    expect(page.locator("[data-passage]").first).to_be_in_viewport()
    assert steps.squash(" ".join(page.locator("[data-passage]").all_inner_texts())) == sentence
    picture(page, "refusal-opened")

    (folder / "broken.pdf").write_bytes(b"%PDF-1.7 and then nothing of use")
    page.goto("/library")
    page.locator("input[type=file][webkitdirectory]").set_input_files(str(folder))
    assert steps.wait_until_read(page, at_least=2)["failed"] == 1
    page.goto("/")
    steps.ask(page, "Wie viele Schlüssel für die Wohnung hat der Hausmeister eigentlich in seinem Büro?")
    expect(page.get_by_text("Not in what has been read so far")).to_be_visible()
    expect(page.get_by_text("1 document could not be read.")).to_be_visible()
    expect(page.get_by_text("Not in your library")).to_have_count(0)
    expect(page.get_by_text(re.compile("does not seem to be in English"))).to_contain_text(
        "Set BIBLIOS_EMBEDDING_MODEL=multilingual"
    )
    picture(page, "refusal-reach")
