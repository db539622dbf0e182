"""The key of a GitHub App."""

import json
import time

import pytest
from joserfc import jwt
from pydantic import SecretStr

from backend.connectors.github.auth import AppKey, GitHubSettings
from backend.errors import InvalidConfig
from tests.support.github_access import app_key, private_pem

OWN = GitHubSettings(app_id="314159", private_key=SecretStr(private_pem()))


def given(**fields: object) -> str:
    return json.dumps({"installation_id": 7, **fields})


def test_an_assertion_is_signed_for_less_than_ten_minutes() -> None:
    key = AppKey(app_id=314159, private_key=private_pem(), installation_id=7)
    claims = jwt.decode(key.assertion(), app_key(), algorithms=["RS256"]).claims
    assert claims["iss"] == "314159"
    assert claims["iat"] < time.time() < claims["exp"]
    assert claims["exp"] - claims["iat"] <= 600


def test_line_ends_may_be_written_out() -> None:
    key = AppKey(app_id="1", private_key=private_pem().replace("\n", "\\n"), installation_id=7)
    assert key.assertion()


def test_this_servers_own_app_stands_in_for_the_workspace() -> None:
    key = AppKey.read(given(), OWN, of_workspace=True)
    assert (key.app_id, key.private_key, key.installation_id) == ("314159", private_pem(), 7)


def test_it_does_not_for_a_person_who_knows_the_number_of_an_installation() -> None:
    with pytest.raises(InvalidConfig):
        AppKey.read(given(), OWN, of_workspace=False)
    with pytest.raises(InvalidConfig):
        AppKey.read(given(app_id=1), OWN, of_workspace=False)


@pytest.mark.parametrize("text", ["", "ghp_token", "{}", '{"installation_id": "x"}', "[]"])
def test_what_is_no_key_is_refused(text: str) -> None:
    with pytest.raises(InvalidConfig):
        AppKey.read(text, OWN, of_workspace=True)


def test_a_private_key_that_is_none_says_so() -> None:
    with pytest.raises(InvalidConfig, match=r"\.pem"):
        AppKey(app_id=1, private_key="nonsense", installation_id=7).assertion()


@pytest.mark.parametrize(
    ("api", "graphql"),
    [
        ("https://api.github.com", "https://api.github.com/graphql"),
        ("https://git.example.com/api/v3/", "https://git.example.com/api/graphql"),
    ],
)
def test_graphql_stands_beside_the_api(api: str, graphql: str) -> None:
    assert GitHubSettings(api_url=api).graphql_url == graphql
