"""The examples of the user guide run, in the order of their page."""

import asyncio
import re
from pathlib import Path

import pytest

from tests.support.accounts import World
from tests.support.app import PASSWORD

pytestmark = pytest.mark.asyncio(loop_scope="module")

GUIDE = Path(__file__).parents[3] / "docs" / "user"


async def run(page: str, names: dict[str, str]) -> int:
    """Runs the examples of a page with these names; how many there were."""
    examples = re.findall(r"```python\n(.*?)```", (GUIDE / page).read_text(encoding="utf-8"), re.DOTALL)
    for number, example in enumerate(examples, 1):
        code = compile(example, f"{page}, example {number}", "exec")
        await asyncio.to_thread(exec, code, names)
    return len(examples)


async def test_examples_of_the_page_run(here: World) -> None:
    person = await here.person()
    names = {"BASE": here.app.url, "EMAIL": person.email, "PASSWORD": PASSWORD}
    assert await run("accounts.md", names) == 5
    assert names["key"].startswith("bib_")


async def test_a_document_is_shared_as_the_page_of_the_library_says(here: World) -> None:
    person = await here.person()
    text = {"external_id": "vault", "text": "The vault opens at nine."}
    [stored] = (await person.call("POST", "/documents/text", json={"items": [text]})).json()["items"]
    key = await person.call("POST", "/auth/api-keys", json={"name": "share", "scopes": ["ingest"]})
    names = {"BASE": here.app.url, "KEY": key.json()["key"], "DOCUMENT": stored["id"]}
    assert await run("library.md", names) == 1
    shared = (await person.call("GET", f"/documents/{stored['id']}")).json()
    assert sorted(shared["access"]) == ["email:grace@example.com", "group:finance"]
