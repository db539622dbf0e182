"""Single wishes gathered into calls for many."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence

from backend.connectors.github.wire import is_too_much
from backend.errors import TransientFailure


class Gathering[K, V]:
    """What is wished for at the same moment is asked for together: whoever wishes first asks for all.

    Args:
        ask: gives an answer for each of at most `at_most` keys; for half of them where it was too much at once.
    """

    def __init__(self, ask: Callable[[Sequence[K]], Awaitable[dict[K, V]]], *, at_most: int) -> None:
        self._ask = ask
        self._at_most = at_most
        self._wished: dict[K, asyncio.Future[V]] = {}

    async def get(self, key: K) -> V:
        """Errors: what asking raised; `KeyError` never."""
        if (wish := self._wished.get(key)) is None:
            wish = self._wished[key] = asyncio.get_running_loop().create_future()
            if len(self._wished) == 1:
                await asyncio.sleep(0)  # whoever wishes at the same moment does so now
                wished, self._wished = self._wished, {}
                await self._fulfil(wished)
        return await wish

    async def _fulfil(self, wished: dict[K, asyncio.Future[V]]) -> None:
        try:
            found = await self.all(list(wished))
            for key, wish in wished.items():
                if not wish.done():
                    wish.set_result(found[key])
        except BaseException as error:
            for wish in wished.values():
                if wish.done():
                    continue
                if isinstance(error, Exception):
                    wish.set_exception(error)
                    wish.exception()  # some of those who wished may be gone
                else:
                    wish.cancel()
            raise

    async def all(self, keys: Sequence[K]) -> dict[K, V]:
        """The answers to many keys, in as few calls as it takes."""
        found: dict[K, V] = {}
        for start in range(0, len(keys), self._at_most):
            found |= await self._halving(keys[start : start + self._at_most])
        return found

    async def _halving(self, keys: Sequence[K]) -> dict[K, V]:
        try:
            return await self._ask(keys)
        except TransientFailure as error:
            if len(keys) == 1 or not is_too_much(error):
                raise
        half = len(keys) // 2
        return await self._halving(keys[:half]) | await self._halving(keys[half:])
