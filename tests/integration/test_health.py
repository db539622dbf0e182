"""Liveness, readiness by dependency, metrics, headers and unknown addresses."""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager
from pathlib import Path

import httpx
import pytest

from tests.support.app import RunningApp, running_app, settings_for


@pytest.fixture
async def app(tmp_path: Path) -> AsyncIterator[RunningApp]:
    pages = tmp_path / "pages"
    (pages / "assets").mkdir(parents=True)
    (pages / "index.html").write_text("<!doctype html><title>BibliosAI</title>", encoding="utf-8")
    (pages / "assets" / "app-1.js").write_text("plain", encoding="utf-8")
    (pages / "assets" / "app-1.js.gz").write_bytes(b"packed")
    (tmp_path / "secret.txt").write_text("outside", encoding="utf-8")
    async with running_app(settings_for(tmp_path / "data", web={"static_dir": pages})) as running:
        yield running


@pytest.fixture
async def http(app: RunningApp) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=app.url, timeout=60) as client:
        yield client


async def test_alive_and_ready(http: httpx.AsyncClient) -> None:
    assert (await http.get("/healthz")).json() == {"status": "ok"}
    ready = await http.get("/readyz")
    assert ready.status_code == 200
    assert ready.json()["status"] == "ready"
    assert ready.json()["dependencies"]["database"]["status"] == "ok"


async def test_a_dependency_that_is_down_is_named_with_what_to_do(
    app: RunningApp, http: httpx.AsyncClient, tmp_path: Path
) -> None:
    ready = (await http.get("/readyz")).json()["dependencies"]
    assert {
        "database",
        "database_check",
        "events",
        "files",
        "indexing",
        "jobs",
        "lexical_index",
        "vector_store",
    } <= set(ready)
    incoming = tmp_path / "data" / "blobs" / "incoming"
    incoming.rename(tmp_path / "elsewhere")
    answer = await http.get("/readyz")
    assert answer.status_code == 503
    down = {name: health for name, health in answer.json()["dependencies"].items() if health["status"] == "down"}
    assert set(down) == {"files"}
    assert "check the data folder" in down["files"]["detail"]
    (tmp_path / "elsewhere").rename(incoming)
    assert (await http.get("/readyz")).status_code == 200


async def test_metrics_count_requests_by_route(http: httpx.AsyncClient) -> None:
    await http.get("/healthz")
    text = (await http.get("/metrics")).text
    assert 'biblios_http_request_seconds_count{method="GET",route="/healthz",status="200"}' in text


def serving_metrics(tmp_path: Path, token: str = "", *proxies: str) -> AbstractAsyncContextManager[RunningApp]:
    changes = {"metrics": {"token": token}, "web": {"trusted_proxies": list(proxies)}}
    return running_app(settings_for(tmp_path / "metrics", **changes))


async def test_metrics_are_told_to_this_machine_and_to_no_proxy(tmp_path: Path) -> None:
    async with serving_metrics(tmp_path) as app, httpx.AsyncClient(base_url=app.url, timeout=60) as http:
        assert (await http.get("/metrics")).status_code == 200
        for header in ("X-Forwarded-For", "X-Real-IP", "Forwarded", "Via"):
            refused = await http.get("/metrics", headers={header: "127.0.0.1"})
            assert (refused.status_code, refused.json()["code"]) == (401, "unauthenticated")
            assert "their token" in refused.json()["detail"]
        assert (await http.get("/metrics", headers={"Via": "1.1 x", "Authorization": "Bearer"})).status_code == 401


async def test_metrics_behind_a_trusted_proxy_need_the_token(tmp_path: Path) -> None:
    async with (
        serving_metrics(tmp_path, "secret of the scraper", "127.0.0.1") as app,
        httpx.AsyncClient(base_url=app.url, timeout=60) as http,
    ):
        assert (await http.get("/metrics")).status_code == 401
        for header, status in (("Bearer secret of the scraper", 200), ("Bearer other", 401), ("Basic secret", 401)):
            headers = {"X-Forwarded-For": "198.51.100.1", "Authorization": header}
            assert (await http.get("/metrics", headers=headers)).status_code == status


async def test_request_id_is_given_back_or_made(http: httpx.AsyncClient) -> None:
    given = await http.get("/healthz", headers={"X-Request-ID": "abc-123"})
    assert given.headers["x-request-id"] == "abc-123"
    forged = await http.get("/healthz", headers={"X-Request-ID": "a b<script>"})
    assert forged.headers["x-request-id"] != "a b<script>"


async def test_unknown_api_address_is_a_problem_and_not_a_page(http: httpx.AsyncClient) -> None:
    answer = await http.get("/api/v1/nothing")
    assert answer.status_code == 404
    assert answer.json()["code"] == "not_found"


async def test_any_other_address_is_the_page(http: httpx.AsyncClient) -> None:
    answer = await http.get("/library/anything")
    assert answer.status_code == 200
    assert "BibliosAI" in answer.text
    policy = answer.headers["content-security-policy"]
    assert "script-src 'self'" in policy
    assert answer.headers["x-content-type-options"] == "nosniff"


async def test_assets_are_cached_for_ever_and_sent_packed(http: httpx.AsyncClient) -> None:
    async with http.stream("GET", "/assets/app-1.js", headers={"Accept-Encoding": "gzip"}) as answer:
        raw = b"".join([block async for block in answer.aiter_raw()])
    assert raw == b"packed"
    assert "immutable" in answer.headers["cache-control"]
    assert answer.headers["content-encoding"] == "gzip"


@pytest.mark.parametrize("path", ["/..%2fsecret.txt", "/assets/..%2f..%2fsecret.txt", "/%2e%2e/secret.txt", "/a%00b"])
async def test_nothing_outside_the_pages_is_served(http: httpx.AsyncClient, path: str) -> None:
    answer = await http.get(path)
    assert "outside" not in answer.text
