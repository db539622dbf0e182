"""What an operator needs to know of a connection, and nothing that belongs to a person."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from pydantic import BaseModel, Field

from backend.connectors.manifest import CredentialKind, Mode
from backend.connectors.models import Connection, ConnectionStatus, Counts, ItemStatus, RunStatus
from backend.connectors.sync.reading import Storing

_RUNS = 50
_ERRORS = 50


class CapabilityState(BaseModel):
    name: str
    state: str


class RunDiagnostics(BaseModel):
    id: str
    started_at: datetime
    ended_at: datetime | None
    status: RunStatus
    reason: str | None
    expected: int | None
    counts: Counts


class ItemError(BaseModel):
    """An item that was not read: by the id of its row, never by a name."""

    id: str
    code: str | None
    at: datetime


class Diagnostics(BaseModel):
    """States, counts, codes and times. No titles, names, addresses, tokens nor external ids; no sentences, which may
    carry any of these; of options which are set, and no words that a person typed or picked.
    """

    made_at: datetime
    id: str
    type: str
    mode: Mode
    credential: CredentialKind
    status: ConnectionStatus
    reason: str | None
    created_at: datetime
    due_at: datetime | None
    last_sync_at: datetime | None
    access_as_of: datetime | None
    reconciled_at: datetime | None
    failures: int = Field(description="attempts in a row that came to nothing")
    listing: int | None = Field(description="how many listings there were")
    options: dict[str, Any] = Field(description="switches and numbers; of words and lists how long they are")
    capabilities: list[CapabilityState]
    items: dict[str, int]
    reasons: dict[str, dict[str, int]] = Field(description="how many items were skipped or failed, by code")
    errors: list[ItemError] = Field(description="items that failed, at most 50")
    runs: list[RunDiagnostics] = Field(description="the newest, at most 50")


class DiagnosticsService:
    def __init__(self, storing: Storing) -> None:
        self._storing = storing

    async def of(self, connection: Connection) -> Diagnostics:
        ledger = self._storing.ledger
        failed: ItemStatus = "failed"
        skipped: ItemStatus = "skipped"
        runs = await self._storing.runs.page(connection.id, before=None, limit=_RUNS)
        errors = await ledger.page(connection.id, status=failed, after=None, limit=_ERRORS)
        return Diagnostics(
            made_at=self._storing.clock(),
            id=connection.id,
            type=connection.type,
            mode=connection.mode,
            credential=connection.credential,
            status=connection.status,
            reason=connection.status_reason and connection.status_reason.code,
            created_at=connection.created_at,
            due_at=connection.due_at,
            last_sync_at=connection.last_sync_at,
            access_as_of=connection.access_as_of,
            reconciled_at=connection.reconciled_at,
            failures=connection.failures,
            listing=connection.listing and connection.listing.id,
            options=_redacted(connection.options),
            capabilities=[CapabilityState(name=one.name, state=one.state) for one in connection.capabilities],
            items=await ledger.counts(connection.id),
            reasons={status: await ledger.reasons(connection.id, status) for status in (failed, skipped)},
            errors=[ItemError(id=row.id, code=row.reason and row.reason.code, at=row.at) for row in errors],
            runs=[
                RunDiagnostics(
                    id=run.id,
                    started_at=run.started_at,
                    ended_at=run.ended_at,
                    status=run.status,
                    reason=run.reason and run.reason.code,
                    expected=run.expected,
                    counts=run.counts,
                )
                for run in runs
            ],
        )


def _redacted(options: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _shown(value) for name, value in options.items()}


def _shown(value: Any) -> Any:
    if value is None or isinstance(value, bool | int | float):
        return value
    return f"{len(value)} {'characters' if isinstance(value, str) else 'entries'}"
