"""What must be read back is encrypted, under keys that can be changed."""

import pytest

from backend.errors import Unavailable
from backend.secrets import SecretBox, open_bytes, seal_bytes

OLD, NEW = "o" * 40, "n" * 40


def test_what_was_sealed_is_opened_and_hides_the_text() -> None:
    box = SecretBox([OLD])
    sealed = box.seal("a token", about="connection 1")
    assert "a token" not in sealed
    assert sealed != box.seal("a token", about="connection 1")
    assert box.open(sealed, about="connection 1") == "a token"
    assert not box.is_outdated(sealed)


def test_a_new_key_seals_while_the_old_one_still_opens() -> None:
    sealed = SecretBox([OLD]).seal("a token", about="connection 1")
    box = SecretBox([NEW, OLD])
    assert box.is_outdated(sealed)
    anew = box.seal(box.open(sealed, about="connection 1"), about="connection 1")
    assert SecretBox([NEW]).open(anew, about="connection 1") == "a token"


def test_a_missing_key_is_named_and_what_to_do() -> None:
    sealed = SecretBox([OLD]).seal("a token", about="connection 1")
    with pytest.raises(Unavailable, match="BIBLIOS_SECRETS_KEYS") as raised:
        SecretBox([NEW]).open(sealed, about="connection 1")
    assert raised.value.code == "secrets_key_missing"


def test_a_sealed_value_is_of_no_use_elsewhere_or_changed() -> None:
    box = SecretBox([OLD])
    sealed = box.seal("a token", about="connection 1")
    for about, value in (("connection 2", sealed), ("connection 1", sealed[:-6] + "AAAA==")):
        with pytest.raises(Unavailable) as raised:
            box.open(value, about=about)
        assert raised.value.code == "secret_damaged"


def test_bytes_are_opened_by_their_secret_alone() -> None:
    sealed = seal_bytes(b"an answer", secret=b"s" * 32)
    assert b"answer" not in sealed
    assert open_bytes(sealed, secret=b"s" * 32) == b"an answer"
    for secret, value in ((b"t" * 32, sealed), (b"s" * 32, sealed[:-1] + bytes([sealed[-1] ^ 1])), (b"s" * 32, b"")):
        with pytest.raises(Unavailable):
            open_bytes(value, secret=secret)


@pytest.mark.parametrize("keys", [[], ["short"], [OLD, "short"]])
def test_weak_keys_are_refused(keys: list[str]) -> None:
    with pytest.raises(ValueError, match="32"):
        SecretBox(keys)
