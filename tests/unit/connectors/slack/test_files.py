"""Which shared files are asked for, by what Slack tells of them."""

import pytest
from pydantic import SecretStr

from backend.connectors.base import StaticCredential
from backend.connectors.manifest import Setup
from backend.connectors.pictures import NO_PICTURES, Pictures
from backend.connectors.slack.auth import SlackConnectorSettings
from backend.connectors.slack.client import SlackClient
from backend.connectors.slack.cursor import SlackOptions
from backend.connectors.slack.files import event_of
from backend.connectors.slack.processor import Where
from backend.connectors.source_events import Access, Deferred, ItemFailure

CLIENT = SlackClient(Setup("token", StaticCredential(SecretStr("none")), SlackOptions(), SlackConnectorSettings()))
WHERE = Where("C1", "#harbour", "https://acme.slack.com")


def named(mime: str, pictures: Pictures) -> str:
    """What becomes of a file: "asked for", or the code of the reason."""
    file = {"id": "F1", "name": "boat", "mimetype": mime, "created": 1, "size": 9}
    event = event_of(CLIENT, WHERE, file, Access(), pictures)
    if isinstance(event, ItemFailure):
        assert event.skipped
        return event.code
    assert isinstance(event, Deferred)
    return "asked for"


@pytest.mark.parametrize("mime", ["image/png", "image/jpeg", "image/tiff", "image/webp"])
def test_a_picture_is_asked_for_where_this_server_recognises_it_and_somebody_chose_it(mime: str) -> None:
    assert named(mime, Pictures(500)) == "asked for"
    assert named(mime, NO_PICTURES) == "not_recognised"
    assert named(mime, Pictures(500, chosen=False)) == "not_chosen"


@pytest.mark.parametrize("mime", ["image/gif", "image/heic", "audio/mpeg", "video/mp4", "font/ttf"])
def test_what_holds_no_text_is_not(mime: str) -> None:
    assert named(mime, Pictures(500)) == "not_a_document"


@pytest.mark.parametrize("mime", ["application/pdf", "text/plain", ""])
def test_documents_are_asked_for_in_any_case(mime: str) -> None:
    assert named(mime, NO_PICTURES) == "asked for"
