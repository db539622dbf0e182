"""What a password must be: long enough, not one of the common ones, not the account's own address or name.

The list of common passwords (30,000, from public breaches) ships with the package `zxcvbn`; nothing is asked over the
network. Composition rules are left out on purpose (NIST SP 800-63B, section 5.1.1.2).
"""

from functools import lru_cache

from backend.auth.security import MAX_PASSWORD_CHARS, MIN_PASSWORD_CHARS
from backend.errors import FieldProblem, InvalidInput

_MIN_DISTINCT = 4
#: What this product is called: the first guess at any installation of it.
_PRODUCT_WORDS = frozenset({"biblios", "bibliosai", "bibliosaibibliosai"})


@lru_cache(maxsize=1)
def _common() -> frozenset[str]:
    from zxcvbn.frequency_lists import FREQUENCY_LISTS

    return frozenset(word for word in FREQUENCY_LISTS["passwords"] if len(word) >= MIN_PASSWORD_CHARS)


def check_password(password: str, *, email: str, name: str = "", field: str = "password") -> None:
    """Errors: `InvalidInput` with a field problem that says what is wrong with it."""
    folded = password.casefold()
    own = {part for part in (email.casefold(), email.partition("@")[0].casefold(), name.casefold()) if len(part) > 3}
    if len(password) < MIN_PASSWORD_CHARS:
        _refuse(field, "too_short", f"Use at least {MIN_PASSWORD_CHARS} characters.")
    if len(password) > MAX_PASSWORD_CHARS:
        _refuse(field, "too_long", f"Use at most {MAX_PASSWORD_CHARS} characters.")
    if folded in _common() or len(set(folded)) < _MIN_DISTINCT:
        _refuse(field, "too_common", "This password is among the most used ones. Choose another, e.g. a few words.")
    if "".join(character for character in folded if character.isalpha()) in _PRODUCT_WORDS:
        _refuse(field, "too_common", "The name of this product is the first thing that is guessed. Choose another.")
    if folded in own:
        _refuse(field, "too_personal", "The password must not be your address or name.")


def _refuse(field: str, code: str, message: str) -> None:
    raise InvalidInput(message, code="weak_password", fields=[FieldProblem(field, code, message)])
