"""Sign-in with an account at a provider: signing in, making an account, linking and unlinking."""

from dataclasses import dataclass
from datetime import timedelta

from backend.audit.log import AuditLog, Origin
from backend.auth.models import NewAccount, Session, User
from backend.auth.oauth.base import Profile, Provider, ProviderError
from backend.auth.oauth.storage import LinkedAccount, LinkedAccountRepository
from backend.auth.one_time import OneTimeTokens
from backend.auth.recovery import RecoveryService
from backend.auth.repository import UserRepository
from backend.auth.security import PasswordService
from backend.auth.service import AuthService, SignIn
from backend.auth.sessions import SessionService
from backend.auth.throttle import Throttle
from backend.errors import Conflict, FieldProblem, InvalidInput, NotFound, Unauthenticated
from backend.oauth.flow import Flow, FlowRepository

_LINK_TTL = timedelta(minutes=10)
#: Where a flow that links an account keeps the session that it was begun in.
_SESSION = "session_id"
_NO_PROVIDER = "This way of signing in is not set up here."


@dataclass(frozen=True, slots=True)
class Started:
    """`browser_secret` belongs into a cookie of the browser that goes to `url`."""

    url: str
    browser_secret: str


@dataclass(frozen=True, slots=True)
class Arrived:
    """How a sign-in at a provider ended. Exactly one of the last three is set.

    `link_token` asks the person to confirm with their password that the account here is theirs; `linked` names the
    provider that was linked to the account of somebody who was signed in already.
    """

    return_to: str
    sign_in: SignIn | None = None
    link_token: str | None = None
    linked: str | None = None


class OAuthService:
    """An account there is found by the provider's own id of it, never by its address.

    An address only matters for the first visit, and only when the provider vouches for it: then an account here that
    has it can be linked, once its owner confirmed with the password.
    """

    def __init__(
        self,
        *,
        providers: dict[str, Provider],
        links: LinkedAccountRepository,
        flows: FlowRepository,
        users: UserRepository,
        sessions: SessionService,
        auth: AuthService,
        recovery: RecoveryService,
        passwords: PasswordService,
        tokens: OneTimeTokens,
        audit: AuditLog,
        throttle: Throttle,
    ) -> None:
        self.providers = providers
        self._links = links
        self._flows = flows
        self._users = users
        self._sessions = sessions
        self._auth = auth
        self._recovery = recovery
        self._passwords = passwords
        self._tokens = tokens
        self._audit = audit
        self._throttle = throttle

    async def start(
        self,
        provider_name: str,
        *,
        redirect_uri: str,
        return_to: str,
        origin: Origin,
        session: Session | None = None,
    ) -> Started:
        """Begins a sign-in; with `session`, to link the account there to that of whoever is signed in with it.

        Errors: `NotFound` (provider_unknown), `ProviderError` (provider_unavailable), `RateLimited`.
        """
        await self._throttle.provider(origin)
        provider = self._provider(provider_name)
        state, browser, flow = await self._flows.begin(
            provider=provider_name,
            redirect_uri=redirect_uri,
            return_to=return_to,
            intent="link" if session else "sign_in",
            user_id=session.user_id if session else None,
            payload={_SESSION: session.id} if session else None,
        )
        return Started(await provider.authorization_url(flow.challenge(state)), browser)

    async def claim(self, provider_name: str, *, state: str, browser_secret: str, origin: Origin) -> Flow:
        """The sign-in that a browser comes back from, once.

        A refusal is noted when there was such a sign-in: what a stranger makes up is no event of anybody's account.
        Errors: `ProviderError` (state_invalid), `RateLimited`.
        """
        await self._throttle.provider_back(origin)
        flow = await self._flows.take(state, browser_secret, provider_name)
        if flow is None:
            refusal = ProviderError(
                "This sign-in was not begun in this browser, is over, or took too long. Start again.",
                code="state_invalid",
            )
            if await self._flows.is_known(state):
                await self.note_refusal(provider_name, refusal.code, origin=origin)
            raise refusal
        return flow

    async def arrive(self, flow: Flow, *, state: str, code: str, origin: Origin) -> Arrived:
        """Finishes a sign-in. Errors: `ProviderError`, `Conflict`, `Forbidden`, `Unauthenticated`."""
        provider = self._provider(flow.provider)
        profile = await provider.profile(code, flow.challenge(state))
        link = await self._links.find(flow.provider, profile)
        if flow.intent == "link":
            return await self._link_signed_in(flow, provider, profile, link, origin)
        if link is not None:
            return Arrived(flow.return_to, sign_in=await self._sign_in(link, profile, origin))
        return await self._first_visit(flow, provider, profile, origin)

    async def note_refusal(self, provider_name: str, code: str, *, origin: Origin) -> None:
        """Notes a sign-in that came to nothing."""
        await self._audit.record(
            "login", origin=origin, outcome="refused", details={"method": provider_name[:32], "reason": code}
        )

    async def confirm_link(self, token: str, password: str, *, origin: Origin) -> SignIn:
        """Links after the owner of the account here gave its password, and signs in.

        A wrong password leaves the token live, within limits. Errors: `InvalidInput` (link_invalid, wrong_password),
        `Conflict` (already_linked), `RateLimited`.
        """
        offered = await self._tokens.peek("link_identity", token)
        await self._throttle.confirm(offered.user_id)
        user = await self._users.get(offered.user_id)
        valid, _ = await self._passwords.verify(password, user.password_hash if user else None)
        if user is None or not valid or not user.active:
            await self._audit.record("account.linked", origin=origin, outcome="refused", subject_id=offered.user_id)
            raise _wrong_password()
        await self._throttle.confirmed(user.id)
        redeemed = await self._tokens.redeem("link_identity", token)
        payload = redeemed.payload
        if user.email_key != redeemed.email_key:
            raise InvalidInput("The address of this account has changed. Start again.", code="link_invalid")
        profile = Profile(payload["issuer"], payload["subject"], payload["email"], True, payload["name"])
        await self._link(user, payload["provider"], profile, origin)
        # The provider vouches for the mailbox, and the password for the account: both are the same person's.
        if not user.email_verified:
            await self._users.update(user.id, {"email_verified": True})

        async def holds(now: User) -> bool:
            return await self._passwords.still_right(password, verified=user.password_hash, now=now.password_hash)

        try:
            return await self._auth.signed_in(user, origin, method=payload["provider"], holds=holds)
        except Unauthenticated as error:  # there is a new password since
            await self._take_back_link(user, payload["provider"], origin)
            raise _wrong_password() from error

    async def of_user(self, user_id: str) -> list[LinkedAccount]:
        return await self._links.of_user(user_id)

    async def unlink(self, user: User, provider_name: str, *, origin: Origin) -> None:
        """Errors: `NotFound`, `Conflict` (last_sign_in: without a password, the last provider stays)."""
        linked = await self._links.of_user(user.id)
        if provider_name not in {link.provider for link in linked}:
            raise NotFound("This account is not linked.")
        if user.password_hash is None and len(linked) == 1:
            raise Conflict("Set a password first: this is the only way into your account.", code="last_sign_in")
        await self._take_back_link(user, provider_name, origin)

    # -- inside ------------------------------------------------------------------------------------------------

    def _provider(self, name: str) -> Provider:
        provider = self.providers.get(name)
        if provider is None:
            raise NotFound(_NO_PROVIDER, code="provider_unknown")
        return provider

    async def _sign_in(self, link: LinkedAccount, profile: Profile, origin: Origin) -> SignIn:
        user = await self._users.get(link.user_id)
        if user is None or not user.active:
            raise Unauthenticated("This account is no longer active.", code="account_inactive")
        await self._links.used(link, profile.email)

        async def holds(now: User) -> bool:
            present = await self._links.find(link.provider, profile)
            return present is not None and present.user_id == now.id

        return await self._auth.signed_in(user, origin, method=link.provider, holds=holds)

    async def _first_visit(self, flow: Flow, provider: Provider, profile: Profile, origin: Origin) -> Arrived:
        if profile.email is None:
            raise ProviderError(
                f"{provider.label} gave no mail address. Allow it there, or register with a password.",
                code="email_missing",
            )
        existing = await self._users.by_email(profile.email)
        if existing is not None:
            return await self._offer_link(flow, provider, profile, existing)
        account = NewAccount(
            email=profile.email,
            name=profile.name.strip() or profile.email.partition("@")[0],
            email_verified=profile.email_verified,
        )
        user = await self._auth.create_account(account, origin=origin, method=flow.provider)
        await self._link(user, flow.provider, profile, origin)
        await self._recovery.send_verification(user)
        return Arrived(flow.return_to, sign_in=await self._auth.signed_in(user, origin, method=flow.provider))

    async def _offer_link(self, flow: Flow, provider: Provider, profile: Profile, user: User) -> Arrived:
        """Nobody is signed in and nothing is linked yet: the owner of the account here has to say yes."""
        if not profile.email_verified:
            raise ProviderError(
                f"An account here has this address, and {provider.label} has not verified that it is yours. "
                "Verify it there, or sign in with your password.",
                code="email_unverified",
            )
        if user.password_hash is None:
            raise Conflict(
                "An account here has this address. Sign in the way you did before, then link this one in the settings.",
                code="link_by_signing_in",
            )
        token = await self._tokens.issue(
            "link_identity",
            user_id=user.id,
            email_key=user.email_key,
            ttl=_LINK_TTL,
            payload={
                "provider": flow.provider,
                "issuer": profile.issuer,
                "subject": profile.subject,
                "email": profile.email or "",
                "name": profile.name,
            },
        )
        return Arrived(flow.return_to, link_token=token)

    async def _link_signed_in(
        self, flow: Flow, provider: Provider, profile: Profile, link: LinkedAccount | None, origin: Origin
    ) -> Arrived:
        user = await self._users.get(flow.user_id or "")
        if user is None or not user.active or not await self._began_in_live_session(flow):
            raise _session_ended()
        if not profile.email_verified:
            raise ProviderError(
                f"{provider.label} has not verified the address of that account. Verify it there, then link it.",
                code="email_unverified",
            )
        if link is None:
            await self._link(user, flow.provider, profile, origin)
            if not await self._began_in_live_session(flow):  # it ended in between
                await self._take_back_link(user, flow.provider, origin)
                raise _session_ended()
        elif link.user_id != user.id:
            raise _already_linked()
        return Arrived(flow.return_to, linked=flow.provider)

    async def _began_in_live_session(self, flow: Flow) -> bool:
        """A new password ends sessions, and with them what a thief of one has begun."""
        return await self._sessions.is_live(flow.payload.get(_SESSION, ""), user_id=flow.user_id or "")

    async def _link(self, user: User, provider_name: str, profile: Profile, origin: Origin) -> None:
        if not await self._links.add(user.id, provider_name, profile):
            raise _already_linked()
        await self._audit.record("account.linked", origin=origin, actor=user.actor, details={"provider": provider_name})

    async def _take_back_link(self, user: User, provider_name: str, origin: Origin) -> None:
        await self._links.remove(user.id, provider_name)
        await self._audit.record(
            "account.unlinked", origin=origin, actor=user.actor, details={"provider": provider_name}
        )


def _wrong_password() -> InvalidInput:
    message = "This is not the password of this account."
    return InvalidInput(message, code="wrong_password", fields=[FieldProblem("password", "wrong_password", message)])


def _session_ended() -> Unauthenticated:
    return Unauthenticated("Your session has ended. Sign in again.", code="session_ended")


def _already_linked() -> Conflict:
    return Conflict(
        "That account is linked to another one here, or you have linked one of this provider already.",
        code="already_linked",
    )
