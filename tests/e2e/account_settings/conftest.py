"""A server that sends real mail and knows a strict OpenID provider on another site; for each file of these tests."""

from collections.abc import Iterator

import pytest

from tests.e2e import steps
from tests.support.mailbox import Mailbox, mailbox
from tests.support.oidc_provider import StrictProvider
from tests.support.server import ServerProcess, environment, serving

ADMIN = "admin@example.com"


@pytest.fixture(scope="module")
def mail() -> Iterator[Mailbox]:
    with mailbox() as box:
        yield box


@pytest.fixture(scope="module")
def server(
    tmp_path_factory: pytest.TempPathFactory, mail: Mailbox, provider: StrictProvider
) -> Iterator[ServerProcess]:
    """The first account is taken, so that the people of these tests are members."""
    settings = environment("mail", mail.settings)
    settings |= environment("oidc", provider.settings)
    with serving(tmp_path_factory.mktemp("server") / "data", settings) as running:
        steps.account(running.url, ADMIN, "Grace Admin")
        yield running
