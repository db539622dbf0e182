"""For each file: a strict OpenID provider behind a wire that can fail, and an application that knows it."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.support.accounts import World, world
from tests.support.app import running_app, settings_for
from tests.support.fault_proxy import FaultProxy, fault_proxy, serving
from tests.support.limits import ForgettingLimits
from tests.support.mailbox import mailbox
from tests.support.oidc_provider import Persona, StrictProvider


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def strict() -> AsyncIterator[StrictProvider]:
    provider = StrictProvider()
    async with serving(provider.app()) as url:
        provider.url = url
        yield provider


@pytest.fixture(scope="module")
def limits() -> ForgettingLimits:
    return ForgettingLimits()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def wire(strict: StrictProvider) -> AsyncIterator[FaultProxy]:
    """Between us and the provider; its addresses are those that we know of."""
    async with fault_proxy(strict.url) as proxy:
        strict.url = proxy.url
        yield proxy


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def here(
    tmp_path_factory: pytest.TempPathFactory, strict: StrictProvider, wire: FaultProxy, limits: ForgettingLimits
) -> AsyncIterator[World]:
    with mailbox() as mail:
        settings = settings_for(tmp_path_factory.mktemp("data"), mail=mail.settings, oidc=strict.settings)
        async with running_app(settings, limits=limits) as app, world(app, mail) as place:
            await place.administrator()
            yield place


@pytest.fixture(autouse=True)
def fresh(strict: StrictProvider, wire: FaultProxy, here: World, limits: ForgettingLimits) -> None:
    """Each test begins with an honest provider that names somebody new."""
    wire.heal()
    email = here.address("social")
    strict.persona = Persona(subject=f"subject-of-{email}", email=email, name="Ada L.")
    strict.deny, strict.forge, strict.sign_with, strict.code_seconds = False, None, None, 60
    strict.algorithm = "RS256"
    limits.forget()
