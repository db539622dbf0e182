"""Who does something that is noted: a person, the assistant for one, a connection, a command, or the server itself."""

from dataclasses import dataclass
from typing import Literal, Self

type ActorKind = Literal["person", "assistant", "connection", "command", "system"]


@dataclass(frozen=True, slots=True)
class Actor:
    """`id` is that of an account or a connection, `name` what people know it by (an address, a connection's name). An
    assistant has those of the person for whom it does something."""

    kind: ActorKind
    id: str | None = None
    name: str | None = None

    @classmethod
    def person(cls, user_id: str, address: str) -> Self:
        return cls("person", user_id, address)

    @classmethod
    def stranger(cls, name: str) -> Self:
        """Somebody who gave a name that no account stands behind, or not provenly."""
        return cls("person", None, name)

    @classmethod
    def connection(cls, connection_id: str, name: str) -> Self:
        return cls("connection", connection_id, name)

    @classmethod
    def command(cls, name: str) -> Self:
        """`name`: the command line's, for example ``biblios ingest``."""
        return cls("command", None, name)


#: The server by itself: a schedule, a clean-up, a recovery.
SYSTEM = Actor("system", None, "BibliosAI")
