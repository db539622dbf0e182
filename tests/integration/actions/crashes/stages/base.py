"""A service that actions leave by, as real as it can be here, and what it holds of an action."""

from collections.abc import Callable, Mapping
from contextlib import AbstractAsyncContextManager
from typing import Any, Protocol

from backend.actions.base import Workflow
from backend.actions.models import ActionKind
from backend.db.lease import Clock
from backend.documents.blobs import BlobStore
from tests.support.provider_wire import Fault, Request, Wire

ADA = "ada@example.com"
MAIL: Mapping[str, Any] = {"to": [{"name": "Dana", "address": "dana@example.com"}], "subject": "Launch", "text": "Go."}


class Stage(Protocol):
    """`told`: whether the service can be asked what it holds, so that what is unknown is settled."""

    kind: ActionKind
    payload: Mapping[str, Any]
    told: bool

    def workflow(self, blobs: BlobStore) -> Workflow: ...

    def account(self) -> Mapping[str, Any]:
        """What `open_channel` needs."""
        ...

    def meet(self, do: Callable[[], None], *, done: bool) -> None:
        """Calls `do` when the next request that makes it happen comes, before it is answered; what it asks for has been
        done by then, or never will be.
        """
        ...

    def held(self, action_id: str) -> int:
        """How often it holds what this action sends."""
        ...

    def asked(self) -> int:
        """How many requests that make something happen came, over all actions."""
        ...

    def reset(self) -> None: ...


#: By the clock that the workers have.
type OpenStage = Callable[[Clock], AbstractAsyncContextManager[Stage]]


def meet_at(wire: Wire, where: Callable[[Request], bool], do: Callable[[], None], *, done: bool) -> None:
    """`Stage.meet` for a service behind a wire."""
    if done:

        def met(answer: Any) -> Any:
            do()
            return answer

        wire.fail(1, Fault("change", change=met), where=where)
        return

    def on_request(request: Request) -> None:
        if where(request):
            wire.on_request = None
            do()

    wire.on_request = on_request
    wire.fail(1, Fault("drop"), where=where)
