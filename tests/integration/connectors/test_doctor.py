"""What `biblios doctor` says of the registrations at providers, asked at a provider's own token endpoint."""

import pytest
from starlette.applications import Starlette

from backend.commands.doctor_connectors import connectors
from backend.connectors.registry import Registry
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


async def test_a_name_that_belongs_to_no_connector_is_told() -> None:
    settings = Settings(_env_file=None, connectors={"nobody_client_id": "x"})
    found = await connectors(settings, Registry([ToyService().manifest]))
    assert (found.status, found.detail) == ("fail", "BIBLIOS_CONNECTORS_NOBODY_CLIENT_ID belongs to no connector.")
