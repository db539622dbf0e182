"""`create_app(settings)`: the web application. Wiring only."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.metadata import version
from pathlib import Path

from fastapi import FastAPI
from starlette.middleware.cors import CORSMiddleware

from backend.api import (
    account,
    action_buttons,
    action_many,
    action_places,
    action_policy,
    action_replies,
    action_templates,
    actions,
    admin,
    api_keys,
    audit,
    auth,
    calendar,
    chat,
    connection_access,
    connections,
    connectors,
    conversations,
    demo,
    document_intake,
    documents,
    export,
    handshakes,
    health,
    oauth,
    originals,
    problems,
    review,
    search,
    sessions,
)
from backend.api.body_limit import BodyLimit
from backend.api.client_address import ClientAddress
from backend.api.middleware import RequestContext
from backend.auth.limits import LimitStore
from backend.connectors.registry import SERVICES, Registry
from backend.container import Container
from backend.settings import Settings, get_settings
from backend.web import WebPages

#: Every router of the first version; a new resource is one line here. Routes are tried in this order, and those of
#: routers inside routers once more for each level: what is asked for most stands first, and all are included flat.
_VERSIONED = (
    documents,
    document_intake,
    search,
    chat,
    conversations,
    originals,
    action_buttons,
    action_many,
    action_places,
    action_templates,  # before actions, whose ids they would be
    action_policy,
    action_replies,
    actions,
    calendar,
    connection_access,
    connections,
    connectors,
    auth,
    account,
    sessions,
    api_keys,
    oauth,
    admin,
    handshakes,
    audit,
    review,
    export,
    demo,
)
_BUILT_PAGES = Path(__file__).parent.parent / "frontend" / "dist"


def create_app(
    settings: Settings | None = None, *, limits: LimitStore | None = None, connectors: Registry = SERVICES
) -> FastAPI:
    """Builds the application; services start with its lifespan. `limits`, `connectors`: as of `Container`."""
    settings = settings or get_settings()
    container = Container(settings, works=settings.jobs.in_server, limits=limits, connectors=connectors)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        async with container:
            yield

    app = FastAPI(
        title="BibliosAI",
        version=version("bibliosai"),
        description="Answers from your own documents with word-exact citations.",
        lifespan=lifespan,
        # The reference at /docs is one of the built pages: FastAPI's own needs a CDN and inline scripts.
        docs_url=None,
        redoc_url=None,
    )
    app.state.container = container
    problems.install(app)
    for module in _VERSIONED:
        app.include_router(module.router, prefix="/api/v1")
    app.include_router(health.router)
    app.add_api_route(
        "/{path:path}",
        WebPages(settings.web.static_dir or _BUILT_PAGES),
        methods=["GET", "HEAD"],
        include_in_schema=False,
    )
    if settings.web.cors_origins:
        app.add_middleware(
            CORSMiddleware,
            allow_origins=settings.web.cors_origins,
            allow_credentials=True,
            allow_methods=["*"],
            allow_headers=["Authorization", "Content-Type", "Idempotency-Key", "Last-Event-ID"],
        )
    app.add_middleware(BodyLimit, settings=settings)
    app.add_middleware(
        RequestContext,
        https=settings.web.public_url.startswith("https://"),
        client=ClientAddress(settings.web.trusted_proxies),
    )
    return app
