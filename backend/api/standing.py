"""Who may still have what an answer goes on sending for long.

An archive outlives the request that was authenticated, as event streams do (`sse`): the session or key may end, and a
group or a role may be lost, while it is sent.
"""

import time
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Annotated

from fastapi import Depends

from backend.api.dependencies import CurrentIdentity
from backend.api.services import Identities
from backend.api.sse import CONFIRM_SECONDS
from backend.auth.models import Identity

type Renew = Callable[[Identity], Awaitable[Identity]]


class Standing:
    """The person behind a request, looked up again once a second at the most."""

    def __init__(self, identity: Identity, renew: Renew, *, clock: Callable[[], float] = time.monotonic) -> None:
        """`renew`: gives the identity of now. `clock`: seconds that only grow."""
        self._identity = identity
        self._renew = renew
        self._clock = clock
        self._looked_at = clock()

    async def now(self) -> Identity:
        """Errors: `Unauthenticated` once the account, the session or the key has ended; those of the database."""
        at = self._clock()
        if at - self._looked_at >= CONFIRM_SECONDS:
            self._identity = await self._renew(self._identity)
            self._looked_at = at
        return self._identity

    async def guarded[Part](self, parts: AsyncIterator[Part]) -> AsyncIterator[Part]:
        """The parts for as long as the person may have them; then `Unauthenticated`, which cuts the answer off."""
        async for part in parts:
            await self.now()
            yield part


async def get_standing(identities: Identities, identity: CurrentIdentity) -> Standing:
    return Standing(identity, identities.renew)


CurrentStanding = Annotated[Standing, Depends(get_standing)]
