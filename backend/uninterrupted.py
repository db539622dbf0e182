"""Steps that belong together although whoever does them may be cancelled in between."""

import asyncio
from collections.abc import Coroutine
from contextlib import suppress
from typing import Any


async def uninterrupted[Result](steps: Coroutine[Any, Any, Result]) -> Result:
    """Does these steps to their end, also when it is cancelled meanwhile; the cancellation comes after them."""
    under_way = asyncio.ensure_future(steps)
    try:
        return await asyncio.shield(under_way)
    except asyncio.CancelledError:
        with suppress(Exception):
            await asyncio.shield(under_way)
        raise
