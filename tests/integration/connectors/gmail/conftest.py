"""A server over which the stand-in of Gmail is connected, and the connector alone over the same stand-in."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest_asyncio
from pydantic import SecretStr

from backend.connectors.base import StaticCredential
from backend.connectors.gmail.auth import READ_ONLY, GmailSettings
from backend.connectors.gmail.connector import GmailOptions, GmailSource
from backend.connectors.manifest import CredentialKind, Mode, Setup
from tests.contract.connectors.gmail_stage import GmailStage
from tests.contract.connectors.place import Place, place_of
from tests.support.google_pubsub import TOPIC


@dataclass(slots=True)
class GmailPlace:
    """`folder` is where the server keeps its data."""

    place: Place
    stage: GmailStage
    folder: Path


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def module_gmail(tmp_path_factory: Any) -> AsyncIterator[GmailPlace]:
    stage, folder = GmailStage(), tmp_path_factory.mktemp("data")
    async with place_of(stage, folder) as place:
        yield GmailPlace(place, stage, folder)


@pytest_asyncio.fixture(loop_scope="module")
async def gmail(module_gmail: GmailPlace) -> AsyncIterator[GmailPlace]:
    module_gmail.stage.reset()
    yield module_gmail
    for connection in (await module_gmail.place.ada.call("GET", "/connections")).json()["items"]:
        await module_gmail.place.ada.call("DELETE", f"/connections/{connection['id']}")


@dataclass(slots=True)
class Alone:
    """The connector over the stand-in, without a server."""

    stage: GmailStage
    url: str
    opened: list[GmailSource] = field(default_factory=list)

    def source(
        self,
        *,
        options: dict[str, Any] | None = None,
        account: str | None = None,
        kind: CredentialKind = "service_account",
        mode: Mode = "workspace",
    ) -> GmailSource:
        """`account`: whose consent it is; else the service account of the domain."""
        service = self.stage.service
        secret = service.consents.issue(account, READ_ONLY) if account else service.accounts.key_file
        source = GmailSource(
            Setup(
                kind="oauth" if account else kind,
                credential=StaticCredential(SecretStr(secret)),
                options=GmailOptions.model_validate(options or ({} if account else self.stage.options)),
                settings=GmailSettings(api_url=self.url, token_url=f"{self.url}/token", topic=TOPIC),
                mode=mode,
            )
        )
        self.opened.append(source)
        return source


@pytest_asyncio.fixture
async def alone() -> AsyncIterator[Alone]:
    stage = GmailStage()
    async with stage.serving() as settings:
        here = Alone(stage, settings["gmail_api_url"])
        yield here
        for source in here.opened:
            await source.close()
