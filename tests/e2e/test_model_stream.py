"""Answers worded by a model: token by token, stopped, watched from two tabs, cut by a crash."""

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.e2e import steps
from tests.support.scripted_model import ScriptedModel, scripted_model
from tests.support.server import ServerProcess, serving

type Picture = Callable[[Page, str], None]

ANSWER = "The compost heap is turned every nineteen days [1]. It rests in winter, from November to March [1]."
FACT = "The compost heap is turned every nineteen days. It rests in winter, from November to March."


@pytest.fixture(scope="module")
def model() -> Iterator[ScriptedModel]:
    with scripted_model(seconds_per_token=0.15) as running:
        running.answer_with(ANSWER)
        yield running


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, model: ScriptedModel) -> Iterator[ServerProcess]:
    with serving(
        tmp_path_factory.mktemp("server") / "data",
        {
            "BIBLIOS_LLM_BASE_URL": model.base_url,
            "BIBLIOS_LLM_API_KEY": "none",
            "BIBLIOS_LLM_MODEL": "scripted",
        },
    ) as running:
        yield running


def open_with_fact(page: Page, email: str) -> None:
    steps.register(page, name="Ada", email=email)
    steps.api(page, "POST", "/documents/text", {"items": [{"external_id": "1", "title": "Compost", "text": FACT}]})
    steps.wait_until_read(page)
    page.goto("/")
    page.get_by_role("textbox", name="Your question").fill("How often is the compost heap turned?")
    page.keyboard.press("Enter")


def test_answer_grows_token_by_token_and_its_sentences_are_cited(page: Page, picture: Picture) -> None:
    open_with_fact(page, "stream@example.com")
    lengths: set[int] = set()
    answer = page.get_by_role("article").or_(page.get_by_role("main"))
    while page.get_by_role("button", name="Copy with sources").count() == 0:
        lengths.add(len(steps.squash(answer.last.inner_text())))
        page.wait_for_timeout(60)
    assert len(lengths) > 4, "the answer came in one piece"
    expect(page.get_by_text("Quoting", exact=True)).to_have_count(0)
    expect(page.get_by_role("link", name=re.compile(r"^Source \d+: Compost"))).to_have_count(2)
    picture(page, "chat-model-answer")


def test_stop_keeps_what_was_written(page: Page, picture: Picture, model: ScriptedModel) -> None:
    model.answer_with(ANSWER + " It is watered, too." * 200)  # longer than taking the picture takes
    open_with_fact(page, "stop@example.com")
    expect(page.get_by_text("The compost heap is", exact=False).last).to_be_visible()
    picture(page, "chat-streaming")
    page.get_by_role("button", name="Stop", exact=True).click()
    expect(page.get_by_text("You stopped this answer.")).to_be_visible()
    model.answer_with(ANSWER)
    page.reload()
    expect(page.get_by_text("You stopped this answer.")).to_be_visible()


def test_second_tab_and_reload_see_the_same_answer(page: Page) -> None:
    open_with_fact(page, "tabs@example.com")
    expect(page).to_have_url(re.compile("/c/"))
    expect(page.get_by_text("The compost", exact=False).last).to_be_visible()
    other = page.context.new_page()
    other.goto(page.url)
    page.reload()
    for tab in (page, other):
        expect(tab.get_by_text("from November to March", exact=False).last).to_be_visible()
        expect(tab.get_by_role("button", name="Copy with sources")).to_be_visible()


def test_answer_cut_by_a_crash_stays_visible_as_interrupted(
    page: Page, server: ServerProcess, picture: Picture
) -> None:
    open_with_fact(page, "crash@example.com")
    expect(page.get_by_text("The compost heap is turned", exact=False).last).to_be_visible()
    page.wait_for_timeout(700)
    server.kill()
    server.start()
    page.reload()
    expect(page.get_by_text("This answer was interrupted", exact=False)).to_be_visible()
    expect(page.get_by_text("The compost heap is", exact=False).last).to_be_visible()
    picture(page, "chat-interrupted")


def test_model_that_refuses_its_key_is_explained(page: Page, model: ScriptedModel, picture: Picture) -> None:
    model.refuse(401, times=4)
    open_with_fact(page, "refused@example.com")
    expect(page.get_by_text("key", exact=False).last).to_be_visible()
    picture(page, "chat-model-refused")
