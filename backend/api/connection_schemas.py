"""The bodies of the connector and connection routes."""

import json
from datetime import datetime
from typing import Annotated, Any, Literal, Self

from fastapi import Path
from pydantic import BaseModel, ConfigDict, Field, SecretStr, model_validator

from backend.connectors.events import ConnectionView, pace
from backend.connectors.items import Told
from backend.connectors.manifest import CredentialKind, Mode, Purpose
from backend.connectors.models import ItemStatus, Reason, Run, RunStatus
from backend.connectors.service import Offer
from backend.documents.incoming import clean_text

ConnectionId = Annotated[str, Path(max_length=64)]


class ScopeView(BaseModel):
    """A permission at the source, and why it is asked for: of which connections, and with which option alone."""

    scope: str
    why: str
    modes: list[Mode]
    option: str | None


class RightView(BaseModel):
    """How one kind of right at the source is copied here."""

    there: str
    here: str


class HandshakeView(BaseModel):
    """A first push that is waited for. `offered`: the secrets that came, the first one first."""

    address: str = Field(description="where the provider is told to push to")
    expires_at: datetime
    offered: list[str]


class ConnectorView(BaseModel):
    """A service that can be connected. `options` is the JSON schema of what can be chosen."""

    type: str
    purpose: Purpose
    name: str
    icon: str
    description: str = Field(description="what it reads, in a sentence")
    copies: list[str] = Field(description="the kinds of things that are copied")
    scopes: list[ScopeView]
    options: dict[str, Any]
    credentials: list[CredentialKind]
    modes: list[Mode]
    rights: list[RightView]
    configured: bool = Field(description="whether there is any way to connect it here")

    @classmethod
    def of(cls, offer: Offer) -> Self:
        manifest = offer.manifest
        return cls(
            type=manifest.type,
            purpose=manifest.purpose,
            name=manifest.name,
            icon=manifest.icon,
            description=manifest.description,
            copies=list(manifest.copies),
            scopes=[
                ScopeView(scope=scope.scope, why=scope.why, modes=list(scope.modes), option=scope.option)
                for scope in manifest.scopes
            ],
            options=manifest.options.model_json_schema(),
            credentials=list(offer.credentials),
            configured=bool(offer.credentials),
            modes=list(manifest.modes),
            rights=[RightView(there=there, here=here) for there, here in manifest.rights],
        )


class ConnectorList(BaseModel):
    items: list[ConnectorView]


class GivenCredentials(BaseModel):
    """What a person made at the source: a token, or the key of a service account as JSON. One of them."""

    model_config = ConfigDict(extra="forbid")

    token: SecretStr | None = Field(None, min_length=1, max_length=10_000)
    service_account: SecretStr | dict[str, Any] | None = None

    @model_validator(mode="after")
    def _one(self) -> Self:
        if (self.token is None) == (self.service_account is None):
            raise ValueError("Give a token or a service account.")
        return self

    def taken(self) -> tuple[CredentialKind, SecretStr]:
        if self.token is not None:
            return "token", self.token
        key = self.service_account
        return "service_account", key if isinstance(key, SecretStr) else SecretStr(json.dumps(key))


class NewConnection(BaseModel):
    """What to connect. `options` as the connector's schema has them. Without `credentials` it is allowed at the
    provider's own page: send the browser to `authorize_url` of the answer; it comes back to the page `return_to`.
    """

    model_config = ConfigDict(extra="forbid")

    type: str = Field(min_length=1, max_length=40)
    purpose: Purpose = Field("sync", description="to be read, or to act with after an approval")
    mode: Mode
    name: str | None = Field(None, min_length=1, max_length=100)
    credentials: GivenCredentials | None = None
    options: dict[str, Any] = Field(default_factory=dict, max_length=50)
    return_to: str = Field("/connections", max_length=500)
    held: bool = Field(False, description="read nothing before `POST /connections/{id}/sync`: to pick options first")

    def taken(self) -> tuple[CredentialKind, SecretStr | None]:
        return self.credentials.taken() if self.credentials else ("oauth", None)


class ConnectionChange(BaseModel):
    """What is not named stays as it is."""

    model_config = ConfigDict(extra="forbid")

    name: str | None = Field(None, min_length=1, max_length=100)
    options: dict[str, Any] | None = Field(None, max_length=50)


class Renewal(BaseModel):
    """Credentials of the same account; without them it is allowed again at the provider's own page."""

    model_config = ConfigDict(extra="forbid")

    credentials: GivenCredentials | None = None
    return_to: str = Field("/connections", max_length=500)


class Renewed(BaseModel):
    authorize_url: str | None = Field(description="send the browser there; null: nothing more is needed")


class HandOver(BaseModel):
    model_config = ConfigDict(extra="forbid")

    user_id: str = Field(max_length=64)


class Retry(BaseModel):
    """Which items are read once more. Without any of it: everything that failed."""

    model_config = ConfigDict(extra="forbid")

    external_ids: list[Annotated[str, Field(max_length=1000)]] | None = Field(
        None, max_length=1000, description="these alone, also if they were skipped; ids of rows do as well"
    )
    skipped: bool = Field(False, description="what was skipped as well")


class Retried(BaseModel):
    items: int = Field(description="how many are read once more")


class ChoiceView(BaseModel):
    """Something that can be chosen in an option. `value` is what the option takes."""

    value: str
    label: str


class ChoiceList(BaseModel):
    items: list[ChoiceView]


class NewConnectionView(ConnectionView):
    authorize_url: str | None = Field(None, description="where it is allowed; null when nothing more is needed")


class ConnectionList(BaseModel):
    items: list[ConnectionView]


class RunView(BaseModel):
    """One synchronisation with what became of the items that it saw."""

    id: str
    started_at: datetime
    ended_at: datetime | None
    status: RunStatus
    reason: Reason | None
    seen: int
    indexed: int
    unchanged: int
    skipped: int
    failed: int
    deleted: int
    hidden: int
    calls: int
    rate: float | None = Field(None, description="items a second")
    eta_s: float | None = Field(None, description="time left, of one under way, where it is known")

    @classmethod
    def of(cls, run: Run, *, items_a_minute: float | None, now: datetime) -> Self:
        rate, left = pace(run, items_a_minute=items_a_minute, now=now)
        return cls(
            id=run.id,
            started_at=run.started_at,
            ended_at=run.ended_at,
            status=run.status,
            reason=run.reason,
            **run.counts.model_dump(),
            rate=rate,
            eta_s=left if run.status is RunStatus.running else None,
        )


class RunPage(BaseModel):
    items: list[RunView]
    next_cursor: str | None


class ItemView(BaseModel):
    """A row of the ledger. `title` and `document_id` are null where the reader may not open the document; the title of
    what has none is told of one's own account.
    """

    id: str = Field(description="of the row; it tells nothing of the item")
    external_id: str = Field(
        description="of the source; that of the row where it would show what the reader may not open"
    )
    title: str | None
    status: ItemStatus
    reason: Reason | None
    document_id: str | None
    at: datetime
    narrowed: bool = Field(description="its source did not tell all of its rights: whoever connected it sees it alone")

    @classmethod
    def of(cls, told: Told, *, narrowed: bool) -> Self:
        row = told.row
        return cls(
            id=row.id,
            external_id=told.external_id,
            title=told.title and clean_text(told.title),
            status=row.status,
            reason=row.reason,
            document_id=told.document_id,
            at=row.at,
            narrowed=narrowed,
        )


class ItemPage(BaseModel):
    items: list[ItemView]
    next_cursor: str | None


class QuarantineDecision(BaseModel):
    """What becomes of documents that are no longer at their source."""

    model_config = ConfigDict(extra="forbid")

    decision: Literal["delete", "keep"]
