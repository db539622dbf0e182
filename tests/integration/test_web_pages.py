"""How the built pages are served, the API reference among them."""

import re
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from tests.support.app import running_app, settings_for

REFERENCE = Path(__file__).parents[2] / "frontend" / "api-reference"


@pytest.fixture
async def http(tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    pages = tmp_path / "pages"
    (pages / "empty").mkdir(parents=True)
    (pages / "index.html").write_text("<!doctype html><title>The application</title>", encoding="utf-8")
    shutil.copytree(REFERENCE, pages / "docs")
    settings = settings_for(tmp_path / "data", web={"static_dir": pages})
    async with running_app(settings) as app, httpx.AsyncClient(base_url=app.url, timeout=60) as client:
        yield client


@pytest.mark.parametrize("path", ["/docs", "/docs/"])
async def test_the_api_reference_is_a_page_of_its_own(http: httpx.AsyncClient, path: str) -> None:
    answer = await http.get(path)
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/html")
    assert "<title>API reference" in answer.text


async def test_the_api_reference_needs_nothing_but_this_server(http: httpx.AsyncClient) -> None:
    answer = await http.get("/docs")
    assert "script-src 'self';" in answer.headers["content-security-policy"]
    assert re.findall(r"<script(?![^>]*\bsrc=)", answer.text) == []
    for address in re.findall(r'(?:src|href)="([^"]+)"', answer.text):
        assert re.match(r"/(?!/)", address), f"{address} is not on this server"
    script = (await http.get("/docs/init.js")).text
    assert "url: '/openapi.json'" in script
    assert "validatorUrl: null" in script


async def test_the_schema_that_the_reference_shows_is_served(http: httpx.AsyncClient) -> None:
    schema = (await http.get("/openapi.json")).json()
    assert "/api/v1/search" in schema["paths"]
    assert "/docs" not in schema["paths"]


async def test_a_folder_without_a_page_is_the_application(http: httpx.AsyncClient) -> None:
    assert "The application" in (await http.get("/empty")).text
    assert "The application" in (await http.get("/docs/no-such-file")).text


async def test_a_path_beside_the_pages_is_not_served(http: httpx.AsyncClient, tmp_path: Path) -> None:
    outside = tmp_path / "private"
    outside.mkdir()
    (outside / "index.html").write_text("outside", encoding="utf-8")
    answer = await http.get("/..%2fprivate")
    assert "outside" not in answer.text
