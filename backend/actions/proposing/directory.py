"""Who can be meant by a name: the people of this server whose address is proven."""

from collections.abc import Sequence

from backend.actions.proposing.fields import Known
from backend.auth.repository import UserRepository, name_words

#: More of the same name are not told apart by a list either.
_MOST = 10


class UserDirectory:
    """Names are compared word by word: "Dana" is Dana Fox, and not Danas Friend. One query, by an index."""

    def __init__(self, users: UserRepository) -> None:
        self._users = users

    async def named(self, name: str) -> Sequence[Known]:
        found = await self._users.named(name_words(name), limit=_MOST)
        return [Known(user.name, user.email) for user in found]
