"""Requests and answers of the administration routes."""

import re
from datetime import datetime
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, Field

from backend.api.account_schemas import MailAddress
from backend.api.bounds import LARGEST_NUMBER
from backend.audit.log import AuditEvent
from backend.auth.devices import device_name
from backend.auth.invitations import Invitation, Sent
from backend.auth.keyring import SigningKey
from backend.auth.models import Role, User

_GROUP = re.compile(r"[\w][\w .@-]{0,63}")


def _group_name(value: str) -> str:
    value = value.strip()
    if not _GROUP.fullmatch(value):
        raise ValueError("A group's name is up to 64 letters, digits, spaces, dots, dashes or underscores.")
    return value


Groups = Annotated[list[Annotated[str, AfterValidator(_group_name)]], Field(max_length=100)]


class ManagedUser(BaseModel):
    """An account as an administrator sees it."""

    id: str
    email: str
    name: str
    role: Role
    groups: list[str]
    email_verified: bool
    has_password: bool
    sign_in_methods: list[str] = Field(description="password, and the names of linked providers")
    disabled: bool
    requests_per_minute: int | None = Field(description="null: the general limit")
    created_at: datetime
    last_login_at: datetime | None

    @classmethod
    def of(cls, user: User, methods: list[str]) -> Self:
        return cls(
            **user.model_dump(include=cls.model_fields.keys() - {"has_password", "sign_in_methods"}),
            has_password=user.password_hash is not None,
            sign_in_methods=methods,
        )


class ManagedUserPage(BaseModel):
    items: list[ManagedUser]
    next_cursor: str | None


class ManagedUserChange(BaseModel):
    """Fields that are left out stay as they are."""

    role: Role | None = None
    groups: Groups | None = None
    disabled: bool | None = None
    requests_per_minute: int | None = Field(
        None, ge=-1, le=LARGEST_NUMBER, description="0: no limit; -1: back to the general limit"
    )
    email_verified: bool | None = Field(None, description="true: you know that the mailbox is theirs")


class NewInvitation(BaseModel):
    email: MailAddress
    role: Role = Role.member
    groups: Groups = Field(default_factory=list)


class InvitationView(BaseModel):
    id: str
    email: str
    role: Role
    groups: list[str]
    inviter: str
    created_at: datetime
    expires_at: datetime

    @classmethod
    def of(cls, invitation: Invitation) -> Self:
        return cls(**invitation.model_dump(include=set(cls.model_fields)))


class SentInvitationView(InvitationView):
    link: str | None = Field(description="to be handed on, where this server sends no mail; not to be had again")

    @classmethod
    def sent(cls, sent: Sent, *, show_link: bool) -> Self:
        link = sent.link if show_link else None
        return cls(**sent.invitation.model_dump(include=set(InvitationView.model_fields)), link=link)


class ResetLink(BaseModel):
    link: str | None = Field(description="to be handed on, where this server sends no mail; not to be had again")


class InvitationPage(BaseModel):
    items: list[InvitationView]
    next_cursor: str | None


class AuditEntryView(AuditEvent):
    """An entry of the log, with the device that its User-Agent stands for."""

    device: str = Field(description="empty when none is known", examples=["Firefox on Linux"])

    @classmethod
    def of(cls, event: AuditEvent) -> Self:
        return cls(**event.model_dump(), device=device_name(event.user_agent) if event.user_agent else "")


class AuditPage(BaseModel):
    items: list[AuditEntryView]
    next_cursor: str | None


class SigningKeyView(BaseModel):
    kid: str
    status: Literal["signs", "verifies"]
    created_at: datetime | None
    retired_at: datetime | None


class SigningKeys(BaseModel):
    """`managed_here` is false when the secret comes from the settings and is changed there."""

    managed_here: bool
    items: list[SigningKeyView]

    @classmethod
    def of(cls, keys: list[SigningKey], *, managed_here: bool) -> Self:
        views = [
            SigningKeyView(
                kid=key.kid,
                status="signs" if number == 0 else "verifies",
                created_at=key.created_at,
                retired_at=key.retired_at,
            )
            for number, key in enumerate(keys)
        ]
        return cls(managed_here=managed_here, items=views)


class Workspace(BaseModel):
    """The settings of accounts that an administrator should know; they are changed in the environment."""

    registration: Literal["open", "invite", "closed"]
    mail: Literal["smtp", "console"] = Field(description="console: links are printed on the server's terminal")
    audit_retention_days: int
    requests_per_minute: int = Field(description="the general limit of one account; 0: no limit")
    users: dict[str, int] = Field(description="how many accounts have each role")
    deactivated: int = Field(description="how many of them are deactivated")
