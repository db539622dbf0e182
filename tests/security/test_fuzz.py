"""schemathesis over the whole schema, with and without credentials: no request that it can think of breaks the server,
and every refusal is a problem with a code."""

import asyncio
import time
from collections import Counter
from pathlib import Path
from typing import Any

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok

from tests.support.accounts import AUTH, world
from tests.support.app import PASSWORD, running_app, settings_for
from tests.support.limits import NoLimits
from tests.support.mailbox import mailbox

_BUDGET_SECONDS = 120.0
_EXAMPLES = 5


class Fuzzer:
    """Calls every operation with generated input, from a thread of its own. `token` is renewed when it was ended."""

    def __init__(self, url: str, email: str | None) -> None:
        self.url = url
        self.email = email
        self.token = ""
        self.statuses: Counter[int] = Counter()
        self.operations = 0
        self.problems: list[str] = []
        self.unasked: list[str] = []

    def run(self) -> None:
        if self.email:
            self._sign_in()
        schema = schemathesis.openapi.from_dict(httpx.get(f"{self.url}/openapi.json", timeout=60).json())
        schema.config.update(base_url=self.url)
        deadline = time.monotonic() + _BUDGET_SECONDS
        for found in schema.get_all_operations():
            assert isinstance(found, Ok), f"the schema is not valid: {found.err()}"
            operation = found.ok()
            if time.monotonic() > deadline:
                self.unasked.append(operation.label)
                continue
            if operation.definition.raw.get("x-endless-stream"):  # it would be read for ever
                continue
            self.operations += 1
            self._fuzz(operation)

    def _fuzz(self, operation: Any) -> None:
        @given(case=operation.as_strategy())
        @settings(
            max_examples=_EXAMPLES,
            deadline=None,
            database=None,
            derandomize=True,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        def once(case: Any) -> None:
            self._ask(case)

        once()

    def _ask(self, case: Any) -> None:
        headers = {"Authorization": f"Bearer {self.token}"} if self.email else {}
        response = case.call(headers=headers, timeout=30, allow_redirects=False)
        self.statuses[response.status_code] += 1
        case.validate_response(response, checks=[not_a_server_error])
        if 400 <= response.status_code < 500:
            kind = response.headers.get("content-type", [""])[0]
            body = response.json() if kind.startswith("application/problem+json") else {}
            if not {"code", "detail", "status", "request_id"} <= body.keys():
                self.problems.append(f"{case.method} {case.path}: {response.status_code} {kind}")
        if response.status_code == 401 and self.email:
            self._sign_in()

    def _sign_in(self) -> None:
        """At first, and whenever a generated request ended the session."""
        answer = httpx.post(f"{self.url}{AUTH}/login", json={"email": self.email, "password": PASSWORD}, timeout=60)
        self.token = answer.json()["access_token"]


async def fuzz(tmp_path: Path, *, signed_in: bool) -> Fuzzer:
    with mailbox() as mail:
        settings = settings_for(tmp_path / "data", mail=mail.settings)
        # Limits would hide what lies behind them.
        async with running_app(settings, limits=NoLimits()) as app, world(app, mail) as here:
            admin = await here.administrator()
            fuzzer = Fuzzer(app.url, admin.email if signed_in else None)
            await asyncio.to_thread(fuzzer.run)
            return fuzzer


@pytest.mark.slow
async def test_no_generated_request_breaks_the_server_for_a_signed_in_administrator(tmp_path: Path) -> None:
    fuzzer = await fuzz(tmp_path, signed_in=True)
    assert fuzzer.problems == []
    assert fuzzer.unasked == []
    assert fuzzer.statuses[401] < sum(fuzzer.statuses.values()) / 2  # most of it went behind the door
    assert any(200 <= status < 300 for status in fuzzer.statuses)


@pytest.mark.slow
async def test_no_generated_request_breaks_the_server_for_a_stranger(tmp_path: Path) -> None:
    fuzzer = await fuzz(tmp_path, signed_in=False)
    assert fuzzer.problems == []
    assert fuzzer.unasked == []
    assert fuzzer.statuses[401] > fuzzer.operations
