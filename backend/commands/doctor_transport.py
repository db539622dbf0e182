"""What `biblios doctor` has to say about the way between browsers and the server."""

import ipaddress
from urllib.parse import urlsplit

from backend.commands.findings import Finding
from backend.settings import Settings


def encryption(settings: Settings) -> Finding:
    """Whether passwords and documents cross a network readable by anybody on it."""
    address = settings.web.public_url
    if address.startswith("https://"):
        return Finding("encryption", "ok", f"browsers come over https ({address})")
    seen_from_elsewhere = [host for host in (settings.host, urlsplit(address).hostname) if host and not _local(host)]
    if not seen_from_elsewhere:
        return Finding("encryption", "ok", "only this machine reaches the server")
    return Finding(
        "encryption",
        "warn",
        f"{seen_from_elsewhere[-1]} is reached over plain http: passwords and documents can be read on the network",
        "Put a reverse proxy with https before it, name it in BIBLIOS_WEB_TRUSTED_PROXIES and set "
        "BIBLIOS_WEB_PUBLIC_URL=https://…",
    )


def _local(host: str) -> bool:
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
