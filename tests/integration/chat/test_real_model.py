"""A real language model behind a real OpenAI-compatible server: tokens stream, citations hold, whatever it says."""

from pathlib import Path

import pytest

from tests.support.app import running_app, settings_for
from tests.support.small_model import running_small_model

pytestmark = pytest.mark.slow

FACTS = [
    ("compost", "Compost", "The compost heap is turned every nineteen days. It rests from November to March."),
    ("roses", "Roses", "Roses in the north bed are pruned in the last week of February, before the buds open."),
    ("gate", "Garden gate", "The garden gate is locked at nine in the evening. The key hangs in the tool shed."),
]


@pytest.mark.timeout(240)
async def test_small_model_answers_token_by_token_and_its_citations_verify(tmp_path: Path) -> None:
    with running_small_model() as base_url:
        llm = {"base_url": base_url, "api_key": "none", "model": "smollm2", "max_output_tokens": 96, "temperature": 0}
        async with (
            running_app(settings_for(tmp_path / "data", llm=llm)) as app,
            app.signed_in("ada") as client,
        ):
            await client.add_texts([{"external_id": id_, "title": title, "text": text} for id_, title, text in FACTS])
            await client.wait_until_indexed()
            cited = 0
            for question in ("How often is the compost heap turned?", "When are the roses pruned?"):
                events = [event async for event in client.ask(question)]
                message = events[-1]["message"]
                assert events[-1]["type"] == "message.completed"
                assert message["mode"] == "model"
                assert sum(event["type"] == "token" for event in events) > 3
                for citation in message["citations"]:
                    path = f"/documents/{citation['document_id']}/text"
                    text = (await client.get(path, version=citation["version"]))["text"]
                    assert text[citation["start"] : citation["end"]] == citation["quote"]
                    assert 0 <= citation["answer_start"] < citation["answer_end"] <= len(message["content"])
                cited += len(message["citations"])
            assert cited, "not one sentence of two answers could be tied to a passage"
