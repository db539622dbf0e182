"""The ways to connect, GitHub's versions, and its Enterprise Server."""

import contextlib
from collections.abc import AsyncIterator, Mapping
from pathlib import Path

import pytest

from tests.contract.connectors.github_stage import GitHubStage
from tests.contract.connectors.place import place_of
from tests.support.github_access import APP_ID, private_pem


class OwnApp(GitHubStage):
    """A server with an App of its own, at an Enterprise Server that speaks the newer version."""

    @contextlib.asynccontextmanager
    async def serving(self) -> AsyncIterator[Mapping[str, str]]:
        async with super().serving() as settings:
            yield {
                **settings,
                "github_api_url": f"{settings['github_api_url']}/api/v3",
                "github_api_version": "2026-03-10",
                "github_app_id": str(APP_ID),
                "github_private_key": private_pem(),
            }


async def test_this_servers_app_reads_for_the_workspace_and_for_nobody_else(tmp_path: Path) -> None:
    """Whoever knows the number of somebody's installation must not read it through this server's App."""
    stage = OwnApp()
    async with place_of(stage, tmp_path) as place:
        stage.add("Words of the workspace.")
        stage.add("A title.")
        key = {"service_account": {"installation_id": stage.installation.id}}
        body = {"type": "github", "mode": "personal", "credentials": key, "options": {}}
        for person in (place.ada, place.ben):
            answer = await person.call("POST", "/connections", json=body)
            assert (answer.status_code, answer.json()["code"]) == (422, "invalid_config")
        made = await place.connect(credentials=key)
        assert (await place.settled(made))["status"] == "ready"
        await place.equals_its_source(made)
        assert {request.path.split("/")[1] for request in stage.wire.journal} == {"api"}


@pytest.mark.parametrize("credentials", [{"token": "github_pat_nonsense"}, {"service_account": "nonsense"}])
async def test_credentials_that_do_not_work_are_refused_when_they_are_given(
    tmp_path: Path, credentials: dict[str, str]
) -> None:
    stage = GitHubStage()
    async with place_of(stage, tmp_path) as place:
        body = {"type": "github", "mode": "workspace", "credentials": credentials, "options": {}}
        answer = await place.ada.call("POST", "/connections", json=body)
        assert answer.status_code in (409, 422), answer.text
        assert answer.json()["code"] in ("reauth_required", "invalid_config")
