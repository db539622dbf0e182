"""Structured logs: JSON with ECS field names in production, readable lines on a terminal.

Context (`http.request.id`, `user.id`, `run.id`) is bound with structlog's context variables by whoever starts the
work: the request middleware, a job, a run.
"""

import logging
import sys
from typing import Any

import orjson
import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

from backend.monitoring.readable import ReadableRenderer
from backend.settings import LogSettings

_ECS_NAMES = {
    "request_id": "http.request.id",
    "user_id": "user.id",
    "run_id": "run.id",
    "method": "http.request.method",
    "path": "url.path",
    "status": "http.response.status_code",
    "duration_ms": "event.duration_ms",
    "client_ip": "client.ip",
    "document_id": "document.id",
    "error": "error.message",
    "exception": "error.stack_trace",
}


def _to_ecs(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    """Renames to the Elastic Common Schema; keys it does not know go under `labels`."""
    out: dict[str, Any] = {
        "@timestamp": event.pop("timestamp"),
        "log.level": event.pop("level", "info"),
        "message": event.pop("event", ""),
        "ecs.version": "8.17.0",
        "service.name": "bibliosai",
    }
    if logger := event.pop("logger", None):
        out["log.logger"] = logger
    labels = {}
    for key, value in event.items():
        if key in _ECS_NAMES:
            out[_ECS_NAMES[key]] = value
        else:
            labels[key] = value
    if labels:
        out["labels"] = labels
    return out


def _dumps(value: Any, **_: Any) -> str:
    return orjson.dumps(value, default=str, option=orjson.OPT_NON_STR_KEYS).decode()


def configure(settings: LogSettings) -> None:
    """Sets structlog and the standard library's loggers (uvicorn, taskiq, pymongo) to one output on stderr."""
    level = getattr(logging, settings.level.upper())
    as_json = settings.format == "json" or (settings.format == "auto" and not sys.stderr.isatty())
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.StackInfoRenderer(),
    ]
    final: list[Processor] = (
        [structlog.processors.format_exc_info, _to_ecs, structlog.processors.JSONRenderer(serializer=_dumps)]
        if as_json
        # The plain traceback: a pretty one shows the values of local variables, passwords and documents among them.
        else [structlog.processors.format_exc_info, ReadableRenderer(colours=sys.stderr.isatty())]
    )
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared, processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *final]
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    # At debug, libraries log what passes through them (PyMongo whole commands, HTTP clients headers): documents,
    # questions, tokens. So debug is for the product's own lines.
    root.setLevel(max(level, logging.INFO))
    logging.getLogger("backend").setLevel(level)
    for noisy in (
        "uvicorn.access",
        "httpx",
        "httpx2",
        "httpcore",
        "openai",
        "chromadb",
        "multipart",
        "python_multipart",
        "faiss",  # tells at length which builds of itself it does not find
        *(() if as_json else ("uvicorn.error",)),  # its process id is nothing to a person at a terminal
    ):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    for name in ("uvicorn", "uvicorn.error", "uvicorn.access"):
        logging.getLogger(name).handlers[:] = []
        logging.getLogger(name).propagate = True
