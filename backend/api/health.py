"""Liveness, readiness by dependency, and metrics; outside the API version and without sign-in."""

import asyncio
import hmac
import time
from collections.abc import Awaitable, Callable
from typing import Literal

import structlog
from fastapi import APIRouter, Request, Response
from pydantic import BaseModel

from backend.api.client_address import is_local
from backend.api.problems import PROBLEM_RESPONSES
from backend.api.services import AppReadiness, AppSettings
from backend.errors import BibliosError, Unauthenticated
from backend.monitoring import metrics

router = APIRouter(tags=["health"])
log = structlog.get_logger(__name__)

_CHECK_SECONDS = 3.0


class DependencyHealth(BaseModel):
    status: Literal["ok", "down"]
    latency_ms: float
    detail: str | None = None


class Readiness(BaseModel):
    status: Literal["ready", "not_ready"]
    dependencies: dict[str, DependencyHealth]


async def _check(name: str, ping: Callable[[], Awaitable[None]]) -> DependencyHealth:
    started = time.perf_counter()
    try:
        async with asyncio.timeout(_CHECK_SECONDS):
            await ping()
    except BibliosError as error:
        log.warning("dependency_down", dependency=name, code=error.code, error=str(error))
        return DependencyHealth(status="down", latency_ms=_since(started), detail=error.message)
    except Exception as error:  # noqa: BLE001 - any failure at all means "down", and is reported as such
        log.warning("dependency_down", dependency=name, error=str(error))
        return DependencyHealth(
            status="down", latency_ms=_since(started), detail=f"{name} does not answer; see the server's log"
        )
    return DependencyHealth(status="ok", latency_ms=_since(started))


def _since(started: float) -> float:
    return round((time.perf_counter() - started) * 1000, 2)


@router.get("/healthz", summary="The process is alive")
async def healthz() -> dict[str, str]:
    return {"status": "ok"}


@router.get("/readyz", summary="Every dependency answers", responses={503: {"model": Readiness}})
async def readyz(readiness: AppReadiness, response: Response) -> Readiness:
    pings = readiness.pings()
    results = await asyncio.gather(*(_check(name, ping) for name, ping in pings.items()))
    dependencies = dict(zip(pings, results, strict=True))
    ready = readiness.started and all(result.status == "ok" for result in results)
    if not ready:
        response.status_code = 503
    return Readiness(status="ready" if ready else "not_ready", dependencies=dependencies)


@router.get("/metrics", summary="Prometheus metrics", response_class=Response, responses=PROBLEM_RESPONSES)
async def prometheus(request: Request, settings: AppSettings) -> Response:
    """Counts tell about people, so they are told to this machine, or to whoever has `BIBLIOS_METRICS_TOKEN`."""
    if not is_local(request) and not _has_token(request, settings.metrics.token.get_secret_value()):
        raise Unauthenticated(
            "Metrics are told to this machine only, and to whoever sends their token as a bearer token.",
            hint="The token is BIBLIOS_METRICS_TOKEN.",
        )
    return Response(metrics.render(), media_type="text/plain; version=0.0.4; charset=utf-8")


def _has_token(request: Request, token: str) -> bool:
    scheme, _, given = request.headers.get("authorization", "").partition(" ")
    return bool(token) and scheme.lower() == "bearer" and hmac.compare_digest(given.encode(), token.encode())
