"""Who stands behind a credential: an access token of a live session, or an API key."""

from dataclasses import replace
from datetime import UTC, datetime

from backend.access import Caller
from backend.auth.api_keys import KEY_PREFIX, ApiKeyService
from backend.auth.directory import PrincipalDirectory
from backend.auth.identity_cache import CACHE_SECONDS, IdentityCache
from backend.auth.models import Identity, User
from backend.auth.repository import SessionRepository, UserRepository
from backend.auth.security import token_hash
from backend.auth.token import TokenService
from backend.errors import NotFound, Unauthenticated


class IdentityService:
    """Checks bearer credentials. Errors of every call: `Unauthenticated`."""

    def __init__(
        self,
        *,
        users: UserRepository,
        sessions: SessionRepository,
        keys: ApiKeyService,
        tokens: TokenService,
        cache: IdentityCache,
        directory: PrincipalDirectory,
    ) -> None:
        self._users = users
        self._sessions = sessions
        self._keys = keys
        self._tokens = tokens
        self._cache = cache
        self._directory = directory

    async def authenticate(self, credential: str) -> Identity:
        """Codes: token_invalid, session_ended, key_invalid, account_inactive."""
        if credential.startswith(KEY_PREFIX):
            return await self._by_key(credential)
        claims = await self._tokens.verify_access(credential)
        known = self._cache.get(claims.session_id)
        if known is not None and known.user.id == claims.user_id:
            return known
        changes = self._cache.changes
        session = await self._sessions.get(claims.session_id)
        if session is None or session.user_id != claims.user_id or session.ended_at is not None:
            raise Unauthenticated("Your session has ended. Sign in again.", code="session_ended")
        user = await self._active(claims.user_id)
        identity = Identity(user, session=session, source_groups=await self._source_groups(user))
        self._cache.put(claims.session_id, identity, changes=changes)
        return identity

    async def confirm(self, identity: Identity) -> None:
        """Whether a credential that was accepted earlier still stands, asked of the database itself.

        For what outlives its request, such as an event stream. An access token that has expired meanwhile is no
        reason: its session is what counts. Codes: session_ended, key_invalid, account_inactive.
        """
        await self._confirmed(identity)

    async def renew(self, identity: Identity) -> Identity:
        """`confirm`, and the identity as it is now: with the role, the address and the groups of this moment."""
        user = await self._confirmed(identity)
        return replace(identity, user=user, source_groups=await self._source_groups(user))

    async def _confirmed(self, identity: Identity) -> User:
        user = await self._active(identity.user.id)
        if identity.session is not None:
            session = await self._sessions.get(identity.session.id)
            if session is None or session.ended_at is not None:
                raise Unauthenticated("Your session has ended. Sign in again.", code="session_ended")
        elif identity.key_id is None or not await self._keys.is_live(identity.key_id):
            raise Unauthenticated("This API key does not exist or has expired.", code="key_invalid")
        return user

    async def caller_of(self, user_id: str) -> Caller:
        """A person with all that they hold now, for whoever asks what they may see. Errors: `NotFound`."""
        user = await self._users.get(user_id)
        if user is None or not user.active:
            raise NotFound("This person does not exist, or may not use this server.")
        return Identity(user, source_groups=await self._source_groups(user)).caller

    async def is_active(self, user_id: str) -> bool:
        """Whether there is such a person and they may use this server."""
        user = await self._users.get(user_id)
        return user is not None and user.active

    async def _by_key(self, secret: str) -> Identity:
        cache_key = token_hash(secret)
        known = self._cache.get(cache_key)
        if known is not None:
            return known
        changes = self._cache.changes
        key = await self._keys.authenticate(secret)
        if key is None:
            raise Unauthenticated("This API key does not exist or has expired.", code="key_invalid")
        user = await self._active(key.user_id)
        identity = Identity(
            user, key_id=key.id, scopes=frozenset(key.scopes), source_groups=await self._source_groups(user)
        )
        # A key that expires within the cache's life is looked up each time.
        if key.expires_at is None or (key.expires_at - datetime.now(UTC)).total_seconds() > CACHE_SECONDS:
            self._cache.put(cache_key, identity, changes=changes)
        return identity

    async def _source_groups(self, user: User) -> frozenset[str]:
        return await self._directory.groups_of(user.caller().principals)

    async def _active(self, user_id: str) -> User:
        user = await self._users.get(user_id)
        if user is None or not user.active:
            raise Unauthenticated("This account is no longer active.", code="account_inactive")
        return user
