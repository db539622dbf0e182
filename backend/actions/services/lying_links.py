"""Whether a link says that it leads elsewhere than it does, as the one who reads it and their browser understand it."""

import re
from urllib.parse import urlsplit

from backend.actions.services.look_alikes import readable_domain

_ADDRESS = re.compile(
    r"(?:[a-z][a-z0-9+.-]{1,20}:|www\.|[^\s/@]{1,80}@)|[^\s/.]{1,80}\.[^\s/.]{2,30}(?:[/\s:?#]|\Z)", re.I
)
#: A longer word is no word: it takes long to look at.
_MOST_CHARS = 300
#: In front of a host browsers read any number of slashes, also backslashes, and none, as two.
_WEB = ("http", "https")


def lies(label: str, href: str) -> bool:
    """Whether words of a link are an address, and another one than where it leads. Nothing to read lies as well."""
    words = label.split()
    if not words:
        return True
    if f"[{href}]" in label:
        return False
    really = leads_to(href)
    return any(leads_to(word) != really for word in words if _looks_like_an_address(word))


def _looks_like_an_address(word: str) -> bool:
    if len(word) > _MOST_CHARS:
        return any(sign in word for sign in ".:@")
    return _ADDRESS.search(word.replace("\\", "/").rstrip(".")) is not None


def leads_to(address: str) -> str:
    """Where an address leads, as people compare it: the host, or the mail address."""
    bare = address.casefold().replace("\\", "/").rstrip(".")
    scheme, colon, rest = bare.partition(":")
    if colon and scheme in _WEB:
        bare = f"//{rest.lstrip('/')}"
    if bare.startswith("mailto:") or ("@" in bare and "//" not in bare):
        return bare.removeprefix("mailto:").partition("?")[0]
    try:
        host = urlsplit(bare if "//" in bare else f"//{bare}").hostname or ""
    except ValueError:
        return bare
    return readable_domain(host).removeprefix("www.")
