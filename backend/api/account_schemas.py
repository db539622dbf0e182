"""Requests and answers of the routes of accounts."""

from datetime import datetime
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, Field

from backend.auth.api_keys import ApiKey
from backend.auth.devices import device_name
from backend.auth.models import Scope, Session, User
from backend.auth.security import MAX_PASSWORD_CHARS, MIN_PASSWORD_CHARS
from backend.mail_address import plausible_address

MAX_TOKEN_CHARS = 200


def _plain_name(value: str) -> str:
    """Names stand in mails and in the audit log: one line, no control characters."""
    value = value.strip()
    if not value:
        raise ValueError("Enter a name.")
    if not value.isprintable():
        raise ValueError("A name is one line of printable characters.")
    return value


def _optional_name(value: str) -> str:
    return _plain_name(value) if value.strip() else ""


MailAddress = Annotated[str, Field(max_length=254, examples=["ada@example.com"]), AfterValidator(plausible_address)]
PersonName = Annotated[str, Field(max_length=120, examples=["Ada Lovelace"]), AfterValidator(_plain_name)]
NewPassword = Annotated[str, Field(min_length=MIN_PASSWORD_CHARS, max_length=MAX_PASSWORD_CHARS)]
Password = Annotated[str, Field(max_length=MAX_PASSWORD_CHARS)]
LinkToken = Annotated[str, Field(min_length=1, max_length=MAX_TOKEN_CHARS, description="the secret of a mailed link")]


class RegisterRequest(BaseModel):
    email: MailAddress
    password: NewPassword
    name: Annotated[str, AfterValidator(_optional_name)] | None = Field(None, max_length=120)
    invitation: LinkToken | None = Field(None, description="the secret of an invitation's link")


class LoginRequest(BaseModel):
    email: str = Field(max_length=254)
    password: Password


class RegistrationView(BaseModel):
    """Who may make an account: anybody, who was invited, nobody. `first`: it will be the administrator's."""

    mode: Literal["open", "invite", "closed"]
    first: bool
    mail: Literal["smtp", "console"] = Field(description="console: no mail leaves; links are handed on by hand")


class TokenRequest(BaseModel):
    token: LinkToken


class ForgotRequest(BaseModel):
    email: MailAddress


class ResetRequest(BaseModel):
    token: LinkToken
    password: NewPassword


class PasswordChange(BaseModel):
    current_password: Password | None = Field(None, description="left out by an account that has no password yet")
    new_password: NewPassword


class ProfileChange(BaseModel):
    name: PersonName


class EmailChange(BaseModel):
    email: MailAddress
    password: Password | None = Field(None, description="left out by an account that has no password")


class AccountDeletion(BaseModel):
    password: Password | None = Field(None, description="left out by an account that has no password")
    email: str = Field(max_length=254, description="the account's address, typed to confirm")


class UserView(BaseModel):
    id: str
    email: str
    name: str
    role: Literal["admin", "member"]

    @classmethod
    def of(cls, user: User) -> Self:
        return cls(id=user.id, email=user.email, name=user.name, role=user.role.value)


class AccountView(UserView):
    """What a person sees of their own account."""

    email_verified: bool
    has_password: bool
    groups: list[str]
    created_at: datetime
    pending_email: str | None = Field(description="the address that it changes to when the link sent there is opened")

    @classmethod
    def of(cls, user: User, *, pending_email: str | None = None) -> Self:
        return cls(
            id=user.id,
            email=user.email,
            name=user.name,
            role=user.role.value,
            email_verified=user.email_verified,
            has_password=user.password_hash is not None,
            groups=user.groups,
            created_at=user.created_at,
            pending_email=pending_email,
        )


class SignInView(BaseModel):
    access_token: str
    token_type: Literal["bearer"] = "bearer"  # noqa: S105 - the scheme's name, not a secret
    expires_in: int = Field(description="seconds")
    user: UserView


class InvitationOffer(BaseModel):
    email: str
    role: Literal["admin", "member"]
    inviter: str
    expires_at: datetime


class SessionView(BaseModel):
    """One sign-in. `current` marks the one that asks."""

    id: str
    device: str = Field(examples=["Firefox on Linux"])
    ip: str
    method: str = Field(description="password, or the provider's name")
    created_at: datetime
    last_used_at: datetime = Field(description="to within the life of an access token")
    expires_at: datetime
    current: bool

    @classmethod
    def of(cls, session: Session, *, current_id: str | None = None) -> Self:
        return cls(
            id=session.id,
            device=device_name(session.user_agent),
            ip=session.ip,
            method=session.method,
            created_at=session.created_at,
            last_used_at=session.last_used_at,
            expires_at=session.expires_at,
            current=session.id == current_id,
        )


class SessionList(BaseModel):
    items: list[SessionView]


class EndSessions(BaseModel):
    keep_current: bool = Field(True, description="false signs out here as well")


class Ended(BaseModel):
    ended: int


class NewApiKey(BaseModel):
    name: PersonName
    scopes: Annotated[frozenset[Scope], Field(min_length=1)]
    expires_in_days: int | None = Field(90, ge=1, le=3650, description="null: never")


class ApiKeyView(BaseModel):
    """`hint` is the start of the key, to tell keys apart."""

    id: str
    name: str
    hint: str
    scopes: list[Scope]
    created_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None = Field(description="to within a minute")

    @classmethod
    def of(cls, key: ApiKey) -> Self:
        return cls(**key.model_dump(exclude={"user_id"}))


class CreatedApiKey(ApiKeyView):
    key: str = Field(description="shown this once; keep it")


class ApiKeyList(BaseModel):
    items: list[ApiKeyView]
