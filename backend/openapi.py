"""Writes the API's schema: ``python -m backend.openapi frontend/openapi.json``. The web client is generated from it."""

import json
import sys
from pathlib import Path

from backend.main import create_app
from backend.settings import Settings


def main() -> None:
    """Writes to the path given, or to standard output."""
    schema = json.dumps(create_app(Settings()).openapi(), indent=2, sort_keys=True, ensure_ascii=False) + "\n"
    if len(sys.argv) > 1:
        Path(sys.argv[1]).write_text(schema, encoding="utf-8")
    else:
        sys.stdout.write(schema)


if __name__ == "__main__":
    main()
