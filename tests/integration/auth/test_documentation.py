"""The examples of `docs/user/accounts.md` run, in the order of the page."""

import asyncio
import re
from pathlib import Path

import pytest

from tests.support.accounts import World
from tests.support.app import PASSWORD

pytestmark = pytest.mark.asyncio(loop_scope="module")

PAGE = Path(__file__).parents[3] / "docs" / "user" / "accounts.md"


async def test_examples_of_the_page_run(here: World) -> None:
    person = await here.person()
    examples = re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    assert len(examples) == 5
    names = {"BASE": here.app.url, "EMAIL": person.email, "PASSWORD": PASSWORD}
    for number, example in enumerate(examples, 1):
        code = compile(example, f"{PAGE.name}, example {number}", "exec")
        await asyncio.to_thread(exec, code, names)
    assert names["key"].startswith("bib_")
