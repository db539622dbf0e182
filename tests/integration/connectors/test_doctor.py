"""What `biblios doctor` says of the registrations at providers, asked at a provider's own token endpoint."""

from dataclasses import replace

import pytest
from pydantic import SecretStr
from starlette.applications import Starlette

from backend.commands.doctor_connectors import connectors, pushes
from backend.connectors.registry import CONNECTORS, Registry
from backend.errors import InvalidConfig
from backend.settings import Settings
from tests.support.consent_provider import CLIENT_ID, CLIENT_SECRET
from tests.support.provider_wire import served
from tests.support.toy_source import ToyService


def _settings(url: str, **given: str) -> Settings:
    own = {"client_id": CLIENT_ID, "client_secret": CLIENT_SECRET, "token_url": f"{url}/token", **given}
    return Settings(_env_file=None, connectors={f"toy_{name}": value for name, value in own.items()})


@pytest.mark.parametrize(
    ("given", "status", "detail", "advice"),
    [
        ({}, "ok", "Toy: known", ""),
        ({"client_secret": "another"}, "fail", "Toy: refused", "Toy does not know this client: check BIBLIOS_CONNECT"),
        ({"client_secret": ""}, "fail", "connected by tokens alone", "Set BIBLIOS_CONNECTORS_TOY_CLIENT_SECRET"),
        ({"token_url": "http://127.0.0.1:9/token"}, "warn", "Toy: no answer", "Check that this machine reaches http"),
        ({"client_id": ""}, "ok", "connected by tokens alone", ""),
        ({"nothing": "1"}, "fail", "BIBLIOS_CONNECTORS_TOY_NOTHING does not fit Toy.", "See `.env.example`."),
    ],
)  # fmt: skip
async def test_a_registration_is_tried_where_it_is_used(
    given: dict[str, str], status: str, detail: str, advice: str
) -> None:
    service = ToyService()
    async with served(Starlette(routes=service.consents.routes("/authorize", "/token"))) as url:
        found = await connectors(_settings(url, **given), Registry([service.manifest]))
    assert (found.status, found.detail) == (status, detail)
    assert found.advice.startswith(advice)


async def test_an_account_that_is_read_and_one_that_acts_are_told_apart() -> None:
    service = ToyService()
    acting = replace(service.manifest, slug="toy_actions", service="toy", registered_as="toy", purpose="actions")
    async with served(Starlette(routes=service.consents.routes("/authorize", "/token"))) as url:
        own = {"toy_client_id": CLIENT_ID, "toy_client_secret": CLIENT_SECRET, "toy_token_url": f"{url}/token"}
        both = Settings.model_validate({"connectors": own, "actions": own})
        found = await connectors(both, Registry([service.manifest, acting]))
    assert (found.status, found.detail) == ("ok", "Toy: known; Toy (to act with): known")


async def test_a_name_that_belongs_to_no_connector_is_told() -> None:
    settings = Settings(_env_file=None, connectors={"nobody_client_id": "x"})
    found = await connectors(settings, Registry([ToyService().manifest]))
    assert (found.status, found.detail) == ("fail", "BIBLIOS_CONNECTORS_NOBODY_CLIENT_ID belongs to no connector.")


_PUBLIC = "https://biblios.example"


@pytest.mark.parametrize(
    ("public_url", "given", "status", "detail", "advice"),
    [
        ("", {}, "ok", "none: what is new is found at the next look", "Providers reach a server with https alone"),
        ("http://biblios.example", {}, "ok", "none: what is new is found at the next look", "Providers reach a server"),
        (_PUBLIC, {}, "ok", "Gmail: polling; Slack: polling; Google Drive: pushes; Notion: polling; GitHub: poll", ""),
        (
            _PUBLIC,
            {
                "gmail_topic": "projects/p/topics/t",
                "gmail_push_account": "a@p.example",
                "notion_verification_token": "s",
            },
            "ok",
            "Gmail: pushes; Slack: polling; Google Drive: pushes; Notion: pushes; GitHub: polling",
            "",
        ),
        (
            _PUBLIC,
            {"gmail_topic": "projects/p/topics/t"},
            "warn",
            "Gmail: polling",
            "Set BIBLIOS_CONNECTORS_GMAIL_PUSH_ACCOUNT as well, or Gmail pushes nothing.",
        ),
    ],
)  # fmt: skip
def test_who_pushes_is_told_and_what_is_set_halfway(
    public_url: str, given: dict[str, str], status: str, detail: str, advice: str
) -> None:
    found = pushes(Settings(_env_file=None, connectors=given, web={"public_url": public_url}))
    assert (found.status, found.detail[: len(detail)], found.advice[: len(advice)]) == (status, detail, advice)
    assert bool(found.advice) is bool(advice)


def test_a_topic_that_is_none_is_told() -> None:
    with pytest.raises(InvalidConfig, match="BIBLIOS_CONNECTORS_GMAIL_TOPIC"):
        CONNECTORS.read_settings({"gmail_topic": SecretStr("mail")}, {})
