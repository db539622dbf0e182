"""When two mail addresses are the same mailbox: the one place that decides it.

The domain is compared as a resolver would (IDNA 2008 with UTS 46 mapping, in its ASCII form); of the local part only
the ASCII letters are folded. Anything looser merges different mailboxes: Unicode's case folding makes ``straße`` and
``strasse``, a long s and an s, the Kelvin sign and a k the same, and servers deliver them to different people.
"""

import re
import string
from functools import lru_cache

import idna

#: They have a meaning in a mail's header: what holds one could be several addresses.
_HEADER_SIGNS = frozenset(',;:<>()[]"\\')
#: A dot at the end says that a domain is whole; blanks around an address are none of it.
_END = re.compile(r"(?<![\s.])[\s.]++\Z")
_LOWER = str.maketrans(string.ascii_uppercase, string.ascii_lowercase)


def mail_key(address: str) -> str:
    """The form in which addresses are stored to be compared: two are the same mailbox when their keys are equal.

    The key of a key is itself. A domain that is none is compared with its ASCII letters folded; other letters stay as
    they are (see `has_valid_domain`).
    """
    local, at, domain = address.strip().rpartition("@")
    return f"{local.translate(_LOWER)}{at}{_domain_key(domain)}"


def has_valid_domain(key: str) -> bool:
    """Whether the domain of a key is one that the domain name system could know: after `mail_key` it is ASCII."""
    return key.rpartition("@")[2].isascii()


def plausible_address(value: str) -> str:
    """The address without blanks around it; the proof is a mail that arrives, not a pattern.

    Raises ValueError for what is none, or could be several in a mail's header.
    """
    value = value.strip()
    local, at, domain = value.rpartition("@")
    if (
        not at
        or not local
        or "." not in domain.strip(".")
        or not has_valid_domain(mail_key(value))
        or any(c.isspace() or not c.isprintable() or c in _HEADER_SIGNS for c in value)
    ):
        raise ValueError("Enter a mail address such as name@example.com.")
    return value


@lru_cache(maxsize=4096)
def _domain_key(domain: str) -> str:
    domain = _END.sub("", domain)
    if domain.isascii() and "xn--" not in domain.translate(_LOWER):
        return domain.translate(_LOWER)
    try:
        return idna.encode(domain, uts46=True).decode("ascii")
    except idna.IDNAError:
        return domain.translate(_LOWER)
