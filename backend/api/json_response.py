"""JSON from plain data, where a model's validation on the way out would cost more than the answer."""

from typing import Any

import orjson
from fastapi import Response


class OrjsonResponse(Response):
    """Times are in UTC, with a Z."""

    media_type = "application/json"

    def render(self, content: Any) -> bytes:
        return orjson.dumps(content, option=orjson.OPT_UTC_Z)
