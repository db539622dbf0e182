"""The viewer shows each kind as what it is, with the cited words marked, and finds words in it by keyboard alone."""

from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.e2e import steps
from tests.support.files import pdf

type Picture = Callable[[Page, str], None]

ROWS = "\n".join(f"Lamp {number};Deck {number % 7};{number * 3}" for number in range(1, 121))
FILES = {
    "lamps.csv": f"Lamp;Place;Price\n{ROWS}\n".encode(),
    "signals.py": "\n".join(
        ["def signal(name: str) -> str:", '    """Shown at night."""', '    return f"lit {name}"', ""] * 80
    ).encode(),
    "watch.md": (
        b"# The watch\n\nThe **first watch** begins at eight in the evening.\n\n"
        b"| Watch | Hour |\n|---|---|\n| First | 20 |\n| Middle | 0 |\n\n- [x] lamp filled\n\n"
        b"<script>document.title = 'run'</script>\n\n[Rules](https://rules.example)\n"
    ),
    "log.pdf": pdf([["Harbour log of May."], ["The winch was greased."], ["The harbour was swept in June."]]),
}


def opened(page: Page, name: str, words: str | None = None) -> None:
    """Opens a document of the library, at the words where there are any."""
    items = steps.api(page, "GET", "/documents?limit=50")["items"]
    document = next(item for item in items if item["filename"] == name)
    query = ""
    if words is not None:
        text = steps.api(page, "GET", f"/documents/{document['id']}/text")["text"]
        start = text.index(words)
        query = f"?version={document['version']}&start={start}&end={start + len(words)}"
    page.goto(f"/documents/{document['id']}{query}")


def find(page: Page, words: str) -> None:
    page.keyboard.press("ControlOrMeta+f")
    expect(page.get_by_role("textbox", name="Find in this document")).to_be_focused()
    page.keyboard.type(words)


def test_each_kind_is_shown_as_what_it_is(page: Page, picture: Picture, tmp_path: Path) -> None:
    steps.register(page)
    for name, data in FILES.items():
        (tmp_path / name).write_bytes(data)
    page.goto("/library")
    page.locator('input[type="file"]').first.set_input_files([tmp_path / name for name in FILES])
    steps.wait_until_read(page, at_least=len(FILES))

    opened(page, "lamps.csv", "Lamp: Lamp 101 | Place: Deck 3 | Price: 303")
    row = page.locator("[data-cited]")
    expect(row).to_be_in_viewport()
    expect(row.get_by_role("cell")).to_have_text(["Lamp 101", "Deck 3", "303"])
    expect(page.get_by_role("columnheader", name="Price")).to_be_in_viewport()
    picture(page, "viewer-table")

    opened(page, "signals.py", '    return f"lit {name}"')
    line = page.locator("[data-cited]").first
    expect(line).to_have_attribute("data-line", "3")
    expect(line).to_be_in_viewport()
    picture(page, "viewer-code")

    opened(page, "watch.md", "The **first watch** begins at eight in the evening.")
    expect(page.get_by_role("heading", name="The watch").last).to_be_visible()
    expect(page.get_by_role("cell", name="Middle")).to_be_visible()
    assert "".join(page.locator("[data-passage]").all_text_contents()) == (
        "The first watch begins at eight in the evening."
    )
    expect(page.get_by_role("link", name="Rules")).to_have_count(0)
    assert page.title() != "run"
    picture(page, "viewer-markdown")


def test_words_are_found_by_keyboard_and_escape_closes_find_alone(page: Page, picture: Picture) -> None:
    steps.sign_in(page)
    opened(page, "lamps.csv")
    expect(page.get_by_role("columnheader", name="Price")).to_be_visible()
    address = page.url
    find(page, "deck 3")
    status = page.get_by_role("search").get_by_role("status")
    expect(status).to_have_text("1 of 17")
    page.keyboard.press("Enter")
    expect(status).to_have_text("2 of 17")
    page.keyboard.press("Shift+Enter")
    page.keyboard.press("Shift+Enter")
    expect(status).to_have_text("17 of 17")
    expect(page.locator("[data-current]")).to_be_in_viewport()
    picture(page, "viewer-find")
    page.keyboard.press("ControlOrMeta+f")
    page.keyboard.type("no such lamp")
    expect(status).to_have_text("Not found")
    page.keyboard.press("Escape")
    expect(page.get_by_role("search")).to_have_count(0)
    assert page.url == address
    expect(page.locator("[data-found]")).to_have_count(0)

    for name, words in (("signals.py", "lit {name}"), ("watch.md", "evening")):
        opened(page, name)
        expect(page.get_by_text(words).first).to_be_visible()
        find(page, words)
        expect(page.locator("[data-current]")).to_be_in_viewport()
        expect(page.locator("[data-current]")).to_have_text(words)


def test_a_page_is_turned_to_what_is_found_and_made_larger(page: Page, picture: Picture) -> None:
    steps.sign_in(page)
    opened(page, "log.pdf", "The winch was greased.")
    page.get_by_text("Page", exact=True).click()
    expect(page.get_by_text("Page 2 of 3")).to_be_visible()
    expect(page.locator("[data-passage-box]").first).to_be_in_viewport()
    find(page, "harbour")
    expect(page.get_by_text("Page 3 of 3")).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.get_by_text("Page 1 of 3")).to_be_visible()
    expect(page.locator("[data-passage-box]").first).to_be_in_viewport()
    image = page.get_by_role("img", name="Image of page 1")
    expect(image).to_be_visible()
    fitted = image.bounding_box()
    page.get_by_role("button", name="Larger").click()
    page.get_by_role("button", name="Larger").click()
    expect(page.get_by_text("150 %")).to_be_visible()
    larger = image.bounding_box()
    assert fitted is not None
    assert larger is not None
    assert larger["width"] > fitted["width"] * 1.2
    picture(page, "viewer-zoom")
    page.get_by_role("button", name="Fit width").click()
    again = image.bounding_box()
    assert again is not None
    assert again["width"] == fitted["width"]
