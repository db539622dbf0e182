"""The stored schema is the API's: the web client is generated from it, and a drift would be a client of nothing."""

import json
from pathlib import Path

from backend.main import create_app
from backend.settings import Settings

STORED = Path(__file__).parents[3] / "frontend" / "openapi.json"


def test_stored_schema_is_the_current_one(tmp_path: Path) -> None:
    current = create_app(Settings(_env_file=None, data_dir=tmp_path)).openapi()
    assert json.loads(STORED.read_text(encoding="utf-8")) == json.loads(json.dumps(current)), "run `make schema`"


def test_every_call_of_the_contract_is_there(tmp_path: Path) -> None:
    paths = create_app(Settings(_env_file=None, data_dir=tmp_path)).openapi()["paths"]
    promised = {
        "/api/v1/auth/register": "post",
        "/api/v1/auth/login": "post",
        "/api/v1/auth/refresh": "post",
        "/api/v1/auth/logout": "post",
        "/api/v1/auth/me": "get",
        "/api/v1/documents": "post get",
        "/api/v1/documents/text": "post",
        "/api/v1/documents/{document_id}": "get delete",
        "/api/v1/documents/{document_id}/text": "get",
        "/api/v1/search": "get",
        "/api/v1/conversations": "post get",
        "/api/v1/conversations/{conversation_id}": "get patch delete",
        "/api/v1/conversations/{conversation_id}/messages": "post",
        "/api/v1/messages/{message_id}/events": "get",
        "/api/v1/messages/{message_id}/stop": "post",
        "/api/v1/messages/{message_id}/regenerate": "post",
        "/api/v1/messages/{message_id}/feedback": "post",
        "/healthz": "get",
        "/readyz": "get",
        "/metrics": "get",
    }
    missing = [
        f"{method} {path}"
        for path, methods in promised.items()
        for method in methods.split()
        if method not in paths.get(path, {})
    ]
    assert not missing
