"""`Idempotency-Key`: a POST that is sent twice is done once, and answered twice.

The first request with a key runs; its answer is kept for a day and given again to whoever repeats the request.
Keys belong to a person and a path. A request that failed is forgotten, so that it can be tried again.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Annotated

from fastapi import Header, Request, Response

from backend.access import Caller
from backend.idempotency import IdempotencyRepository, KeptAnswer, KeyedRequest

_MAX_KEPT_BYTES = 1024 * 1024

IdempotencyKey = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        max_length=200,
        description="any unique string; a repeated request with it is answered without being done again",
    ),
]


async def once(
    kept: IdempotencyRepository,
    key: str | None,
    request: Request,
    caller: Caller,
    run: Callable[[], Awaitable[Response]],
    *,
    fingerprint: bytes = b"",
) -> Response:
    """The answer of `run`, or of the request that had the same key before.

    Args:
        key: the header's value; without one, `run` simply runs.
        fingerprint: all that the request is about, never its length alone; the same key with another one is refused.

    Errors: `Conflict` while the first request is still running, `InvalidInput` for a key used for something else.
    """
    if not key:
        return await run()
    # Beside the event loop, since it may be a body of many megabytes.
    keyed = await asyncio.to_thread(
        KeyedRequest.of,
        owner_id=caller.user_id,
        method=request.method,
        path=request.url.path,
        key=key,
        content=fingerprint,
    )
    begun = await kept.begin(keyed)
    if isinstance(begun, KeptAnswer):
        headers = {"Idempotency-Replayed": "true"}
        return Response(begun.body, status_code=begun.status, media_type=begun.media_type, headers=headers)
    try:
        async with kept.running(begun):
            response = await run()
    except BaseException:
        await kept.forget(begun)
        raise
    if len(response.body) > _MAX_KEPT_BYTES:
        await kept.forget(begun)
    else:
        answer = KeptAnswer(response.status_code, bytes(response.body), response.media_type)
        await kept.finish(begun, keyed, answer)
    return response
