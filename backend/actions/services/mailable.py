"""Addresses and lines as a mail's header can carry them."""

from email.errors import MessageError
from email.headerregistry import Address
from typing import Annotated

from pydantic import AfterValidator, Field

from backend.actions.base import Owner
from backend.errors import Conflict
from backend.mail_address import mail_key, plausible_address

_NOT_MAILABLE = (
    "Mail cannot carry this address: before the @ there may be letters and digits of ASCII with single dots between, "
    "and there is one @."
)


def mailable(value: str) -> str:
    """The address without blanks around it, its domain in ASCII. ValueError for what no header can carry (RFC 5322,
    3.4.1): letters beyond ASCII before the @ would need SMTPUTF8, which is not spoken here.
    """
    address = with_ascii_domain(plausible_address(value))
    try:
        carried = Address(addr_spec=address).addr_spec
    except (ValueError, MessageError, IndexError):
        carried = None
    if carried != address:
        raise ValueError(_NOT_MAILABLE)
    return address


def with_ascii_domain(address: str) -> str:
    """A domain beyond ASCII as servers and headers have it (IDNA); every other stays as it is written."""
    local, at, domain = address.rpartition("@")
    return address if domain.isascii() else f"{local}{at}{mail_key(address).rpartition('@')[2]}"


def answers_to(owner: Owner) -> str:
    """The owner's address, as answers come to it. Errors: `Conflict`."""
    try:
        return mailable(owner.address)
    except ValueError:
        raise Conflict(
            "Answers would go to your own address, and mail cannot carry it. Connect a mailbox of your own to send "
            "from, or change your address.",
            code="address_not_mailable",
        ) from None


def one_line(value: str) -> str:
    """Without blanks around it. ValueError for whatever ends a line anywhere, U+2028 among them."""
    if "\0" in value or value.splitlines() not in ([], [value]):
        raise ValueError("must be one line")
    return value.strip()


MailAddress = Annotated[str, Field(max_length=254), AfterValidator(mailable)]
OneLine = Annotated[str, AfterValidator(one_line)]
