"""Who sent a request and over which scheme: the one place that decides whether a proxy's word counts.

Only proxies of `BIBLIOS_WEB_TRUSTED_PROXIES` are believed; from anybody else `X-Forwarded-For` and `X-Forwarded-Proto`
are what a stranger wrote, also from the loopback address. `Forwarded` (RFC 7239) is never read.
"""

from collections.abc import Iterable
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

from fastapi import Request
from starlette.types import Scope

from backend.settings import Settings

type Address = IPv4Address | IPv6Address

#: Where a request keeps whether it came straight from this machine.
_LOCAL = "biblios.local"
_FORWARDING = frozenset(
    {b"x-forwarded-for", b"x-forwarded-proto", b"x-forwarded-host", b"forwarded", b"x-real-ip", b"via"}
)
#: Longer chains of proxies do not exist; the work that a header causes stays small.
_MOST_HOPS = 32


def parse_address(text: str) -> Address | None:
    """The address in ``1.2.3.4``, ``1.2.3.4:80``, ``2001:db8::1`` or ``[2001:db8::1]:80``; None for anything else.

    IPv4 inside IPv6 (``::ffff:1.2.3.4``) is IPv4. A zone (``fe80::1%eth0``) is refused: it is free text.
    """
    text = text.strip()
    if text.startswith("["):
        text, closed, _ = text[1:].partition("]")
        if not closed:
            return None
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    if "%" in text:
        return None
    try:
        address = ip_address(text)
    except ValueError:
        return None
    return (address.ipv4_mapped or address) if isinstance(address, IPv6Address) else address


class ClientAddress:
    """Writes the real client and scheme into a request's scope."""

    def __init__(self, trusted: Iterable[IPv4Network | IPv6Network]) -> None:
        self._trusted = tuple(trusted)

    def resolve(self, scope: Scope) -> None:
        """Replaces `client` and `scheme` of an HTTP scope. The client's host is an address or empty afterwards."""
        peer = parse_address(scope["client"][0]) if scope.get("client") else None
        port = scope["client"][1] if scope.get("client") else 0
        trusted = peer is not None and self._trusts(peer)
        forwarded = trusted or any(name in _FORWARDING for name, _ in scope["headers"])
        scope[_LOCAL] = peer is not None and peer.is_loopback and not forwarded
        if trusted and peer is not None:
            client = self._behind(peer, _values(scope, b"x-forwarded-for"))
            scheme = (_values(scope, b"x-forwarded-proto") or [""])[-1].lower()
            if scheme in ("http", "https"):
                scope["scheme"] = scheme
            peer, port = client, port if client == peer else 0
        scope["client"] = (str(peer), port) if peer is not None else None

    def _behind(self, peer: Address, hops: list[str]) -> Address:
        """The last address of the chain that no trusted proxy has. What is no address ends the chain before it."""
        for hop in reversed(hops[-_MOST_HOPS:]):
            address = parse_address(hop)
            if address is None:
                return peer
            peer = address
            if not self._trusts(address):
                return peer
        return peer

    def _trusts(self, address: Address) -> bool:
        return any(address in network for network in self._trusted)


def _values(scope: Scope, wanted: bytes) -> list[str]:
    """The parts of a list header that may come several times, in their order."""
    joined = b",".join(value for name, value in scope["headers"] if name == wanted).decode("latin-1")
    return [part.strip() for part in joined.split(",")] if joined else []


def client_address(request: Request) -> str:
    """The address of whoever sent the request, in its normal form; empty where there is none."""
    return request.client.host if request.client else ""


def is_local(request: Request) -> bool:
    """Whether the request came from this machine and through no proxy that shows itself."""
    return bool(request.scope.get(_LOCAL, False))


def is_https(request: Request, settings: Settings) -> bool:
    """Whether the browser speaks https: so say the connection, a trusted proxy, or the public address."""
    return request.url.scheme == "https" or settings.web.public_url.startswith("https://")
