"""Which attempts are limited, and how: sign-in, registration and mailed links, per account and per address.

A stranger who guesses at an account is slowed down without locking its owner out: a browser that has signed in to the
account before carries a device cookie and is counted on its own (OWASP, "Slow down online guessing attacks with device
cookies").
"""

import hashlib
import hmac
import ipaddress
import secrets
from contextlib import suppress

from backend.audit.log import Origin
from backend.auth.limits import Limit, RateLimiter
from backend.errors import Unavailable

LOGIN_PER_ACCOUNT = Limit(10, 15 * 60)
LOGIN_PER_DEVICE = Limit(10, 15 * 60)
LOGIN_PER_ADDRESS = Limit(100, 15 * 60)
REGISTER_PER_ADDRESS = Limit(60, 60 * 60)
MAIL_PER_ACCOUNT = Limit(5, 60 * 60)
MAIL_PER_ADDRESS = Limit(30, 60 * 60)
CONFIRM_PER_ACCOUNT = Limit(10, 15 * 60)
LINK_PER_ADDRESS = Limit(100, 15 * 60)
PROVIDER_PER_ADDRESS = Limit(60, 15 * 60)
#: Nobody comes back from a provider more often than they went there.
PROVIDER_BACK_PER_ADDRESS = PROVIDER_PER_ADDRESS
REFUSED_PER_ADDRESS = Limit(1000, 60)
#: What one customer of a network is given at least (RFC 6177): counting single addresses would limit nobody there.
_IPV6_NETWORK_BITS = 64


class Throttle:
    """Errors of every call: `RateLimited`, the same whether the account exists or not."""

    def __init__(self, limiter: RateLimiter, secret: str) -> None:
        self._limiter = limiter
        self._key = hashlib.sha256(b"biblios device " + secret.encode()).digest()

    def device_cookie(self, email_key: str, previous: str | None) -> str:
        """The cookie for a browser that has just signed in: a random device number, signed for this account."""
        if previous and self._known(email_key, previous):
            return previous
        nonce = secrets.token_hex(16)
        return f"{nonce}.{self._signature(email_key, nonce)}"

    async def login(self, email_key: str, origin: Origin, device: str | None) -> None:
        await self._limiter.hit("login-ip", _network(origin.ip), LOGIN_PER_ADDRESS)
        if device and self._known(email_key, device):
            await self._limiter.hit("login-device", device, LOGIN_PER_DEVICE)
        else:
            await self._limiter.hit("login-account", email_key, LOGIN_PER_ACCOUNT)

    async def login_succeeded(self, email_key: str, device: str | None) -> None:
        if device and self._known(email_key, device):
            await self._limiter.forgive("login-device", device)
        else:
            await self._limiter.forgive("login-account", email_key)

    async def register(self, origin: Origin) -> None:
        await self._limiter.hit("register-ip", _network(origin.ip), REGISTER_PER_ADDRESS)

    async def mail(self, email_key: str, origin: Origin) -> None:
        await self._limiter.hit("mail-ip", _network(origin.ip), MAIL_PER_ADDRESS)
        await self._limiter.hit("mail-account", email_key, MAIL_PER_ACCOUNT)

    async def confirm(self, user_id: str) -> None:
        """Somebody at an open session guesses at its account's password."""
        await self._limiter.hit("confirm", user_id, CONFIRM_PER_ACCOUNT)

    async def confirmed(self, user_id: str) -> None:
        await self._limiter.forgive("confirm", user_id)

    async def link(self, origin: Origin) -> None:
        """Opening a mailed link."""
        await self._limiter.hit("link-ip", _network(origin.ip), LINK_PER_ADDRESS)

    async def provider(self, origin: Origin) -> None:
        """Starting a sign-in at a provider."""
        await self._limiter.hit("provider-ip", _network(origin.ip), PROVIDER_PER_ADDRESS)

    async def provider_back(self, origin: Origin) -> None:
        """Coming back from a provider."""
        await self._limiter.hit("provider-back-ip", _network(origin.ip), PROVIDER_BACK_PER_ADDRESS)

    async def api(self, user_id: str, requests_per_minute: int) -> None:
        """Every call of the API by an account; 0 stands for no limit.

        While nothing can be counted, people go on working: this limit guards load, the others guard passwords.
        """
        if requests_per_minute:
            with suppress(Unavailable):
                await self._limiter.hit("api", user_id, Limit(requests_per_minute, 60))

    async def refused(self, origin: Origin) -> None:
        """A credential that is none."""
        await self._limiter.hit("refused-ip", _network(origin.ip), REFUSED_PER_ADDRESS)

    def _signature(self, email_key: str, nonce: str) -> str:
        return hmac.new(self._key, f"{nonce}:{email_key}".encode(), hashlib.sha256).hexdigest()

    def _known(self, email_key: str, device: str) -> bool:
        nonce, _, signature = device.partition(".")
        return hmac.compare_digest(signature.encode(), self._signature(email_key, nonce).encode())


def _network(ip: str) -> str:
    """What an address is counted as: itself, or its network in IPv6."""
    try:
        address = ipaddress.ip_address(ip)
    except ValueError:
        return ip
    if isinstance(address, ipaddress.IPv4Address):
        return ip
    if address.ipv4_mapped is not None:
        return str(address.ipv4_mapped)
    return str(ipaddress.ip_network((int(address), _IPV6_NETWORK_BITS), strict=False))
