"""Puts the services of accounts together over a database."""

import secrets
from dataclasses import dataclass
from datetime import timedelta

from backend.audit.log import AUDIT_LOG, AuditLog
from backend.auth.account import AccountService
from backend.auth.administration import AdminService
from backend.auth.administrators import SETUP, Administrators
from backend.auth.api_keys import API_KEYS, ApiKeyService
from backend.auth.directory import MEMBERSHIPS, StoredDirectory
from backend.auth.identity import IdentityService
from backend.auth.identity_cache import IdentityCache
from backend.auth.invitations import INVITATIONS, InvitationService
from backend.auth.keyring import KeyRing
from backend.auth.limits import LimitStore, RateLimiter
from backend.auth.oauth.registry import configured_providers
from backend.auth.oauth.service import OAuthService
from backend.auth.oauth.storage import OAUTH_COLLECTIONS, LinkedAccountRepository
from backend.auth.one_time import ONE_TIME_TOKENS, OneTimeTokens
from backend.auth.reauthentication import Reauthentication
from backend.auth.recovery import RecoveryService
from backend.auth.repository import SESSIONS, USERS, SessionRepository, UserRepository
from backend.auth.security import PasswordService
from backend.auth.service import AuthService
from backend.auth.sessions import SessionService
from backend.auth.signing_keys import SIGNING_KEYS, SigningKeyRepository
from backend.auth.throttle import Throttle
from backend.auth.token import TokenService
from backend.db.collection import Database
from backend.mail.outbox import Outbox
from backend.oauth.flow import FlowRepository
from backend.secrets import SecretBox
from backend.settings import Settings

COLLECTIONS = (
    USERS,
    SESSIONS,
    SIGNING_KEYS,
    SETUP,
    AUDIT_LOG,
    API_KEYS,
    INVITATIONS,
    MEMBERSHIPS,
    ONE_TIME_TOKENS,
    *OAUTH_COLLECTIONS,
)


@dataclass(frozen=True, slots=True)
class Accounts:
    """Everything that the routes of accounts speak to."""

    users: UserRepository
    auth: AuthService
    identities: IdentityService
    directory: StoredDirectory
    sessions: SessionService
    recovery: RecoveryService
    account: AccountService
    admin: AdminService
    oauth: OAuthService
    api_keys: ApiKeyService
    invitations: InvitationService
    reauthentication: Reauthentication
    one_time: OneTimeTokens
    tokens: TokenService
    keys: KeyRing
    audit: AuditLog
    throttle: Throttle
    outbox: Outbox


async def build_accounts(
    *,
    database: Database,
    limits: LimitStore,
    outbox: Outbox,
    box: SecretBox,
    public_url: str,
    settings: Settings,
) -> Accounts:
    """Prepares the collections, reads or makes the signing keys, and builds the services."""
    await database.prepare(COLLECTIONS)
    signing_keys = SigningKeyRepository(database, box)
    keys = KeyRing(settings.auth, signing_keys)
    await keys.load()
    cache = IdentityCache()
    users, sessions = UserRepository(database, cache), SessionRepository(database, cache)
    administrators = Administrators(database, users)
    directory = StoredDirectory(database, changed=cache.forget_members, proven=users.proven)
    passwords = PasswordService()
    tokens = TokenService(settings.auth, keys)
    audit = AuditLog(database, retention_days=settings.audit.retention_days)
    throttle = Throttle(RateLimiter(limits), await signing_keys.device_secret(secrets.token_urlsafe(48)))
    session_service = SessionService(sessions, audit=audit)
    reauthentication = Reauthentication(passwords=passwords, audit=audit, throttle=throttle)
    api_keys = ApiKeyService(database, audit=audit, cache=cache)
    one_time = OneTimeTokens(database)
    links = LinkedAccountRepository(database)
    recovery = RecoveryService(
        users=users,
        sessions=session_service,
        api_keys=api_keys,
        links=links,
        passwords=passwords,
        reauthentication=reauthentication,
        tokens=one_time,
        outbox=outbox,
        audit=audit,
        throttle=throttle,
        public_url=public_url,
    )
    invitations = InvitationService(
        database,
        users=users,
        outbox=outbox,
        public_url=public_url,
        ttl=timedelta(days=settings.auth.invitation_days),
    )
    auth = AuthService(
        users=users,
        administrators=administrators,
        sessions=sessions,
        passwords=passwords,
        tokens=tokens,
        invitations=invitations,
        recovery=recovery,
        audit=audit,
        throttle=throttle,
        settings=settings.auth,
        mails_are_sent=settings.mail.configured,
    )
    account = AccountService(
        users=users,
        administrators=administrators,
        sessions=sessions,
        links=links,
        api_keys=api_keys,
        recovery=recovery,
        invitations=invitations,
        reauthentication=reauthentication,
        tokens=one_time,
        outbox=outbox,
        audit=audit,
        throttle=throttle,
        public_url=public_url,
    )
    admin = AdminService(
        users=users,
        administrators=administrators,
        sessions=session_service,
        links=links,
        account=account,
        recovery=recovery,
        invitations=invitations,
        keys=keys,
        audit=audit,
        settings=settings.auth,
        mails_are_sent=settings.mail.configured,
    )
    oauth = OAuthService(
        providers=configured_providers(settings),
        links=links,
        flows=FlowRepository(database, box),
        users=users,
        sessions=session_service,
        auth=auth,
        recovery=recovery,
        passwords=passwords,
        tokens=one_time,
        audit=audit,
        throttle=throttle,
    )
    return Accounts(
        users=users,
        auth=auth,
        identities=IdentityService(
            users=users, sessions=sessions, keys=api_keys, tokens=tokens, cache=cache, directory=directory
        ),
        directory=directory,
        sessions=session_service,
        recovery=recovery,
        account=account,
        admin=admin,
        oauth=oauth,
        api_keys=api_keys,
        invitations=invitations,
        reauthentication=reauthentication,
        one_time=one_time,
        tokens=tokens,
        keys=keys,
        audit=audit,
        throttle=throttle,
        outbox=outbox,
    )
