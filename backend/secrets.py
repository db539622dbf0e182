"""Encryption of what must be read back: signing keys, tokens of connected services.

Fernet (AES-128-CBC with HMAC-SHA256) under one of several keys. Each sealed value names the key it was sealed with, so
that keys can be changed one after the other: the first one seals, all of them open, and whoever opens a value that an
older key sealed stores it sealed anew (`is_outdated`). What is only compared is hashed instead.
"""

import base64
import hashlib
import os
from collections.abc import Sequence

from cryptography.exceptions import InvalidTag
from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from backend.errors import Unavailable

MIN_KEY_CHARS = 32
_NONCE_BYTES = 12
_MARK = "sealed"


class SecretBox:
    """Seals and opens short texts.

    Args:
        keys: at least one, each of at least `MIN_KEY_CHARS` random characters; the first one seals.
    """

    def __init__(self, keys: Sequence[str]) -> None:
        if not keys or any(len(key) < MIN_KEY_CHARS for key in keys):
            raise ValueError(f"give keys of at least {MIN_KEY_CHARS} characters")
        self._fernets = {_key_id(key): Fernet(_material(key)) for key in keys}
        self._current = _key_id(keys[0])

    def seal(self, text: str, *, about: str) -> str:
        """`about` names what the text belongs to; opened for anything else, the sealed value is refused."""
        token = self._fernets[self._current].encrypt(f"{about}\0{text}".encode()).decode("ascii")
        return f"{_MARK}:{self._current}:{token}"

    def open(self, sealed: str, *, about: str) -> str:
        """Errors: `Unavailable` (secrets_key_missing: its key is none of ours; secret_damaged: it was changed)."""
        mark, _, rest = sealed.partition(":")
        key_id, _, token = rest.partition(":")
        fernet = self._fernets.get(key_id) if mark == _MARK else None
        if fernet is None:
            raise Unavailable(
                f"A stored secret ({about}) cannot be read, since its key is not there. Tell your operator.",
                hint=f"Put the key {key_id or '?'} back into BIBLIOS_SECRETS_KEYS, or restore secrets.key into the "
                "data folder.",
                dependency="secrets",
                code="secrets_key_missing",
            )
        try:
            belongs_to, _, text = fernet.decrypt(token).decode().partition("\0")
        except InvalidToken as error:
            raise _damaged(about) from error
        if belongs_to != about:
            raise _damaged(about)
        return text

    def is_outdated(self, stored: str) -> bool:
        """Whether a stored value should be sealed anew: it is not sealed yet, or with a key before the present one."""
        return not stored.startswith(f"{_MARK}:{self._current}:")

    @staticmethod
    def is_sealed(stored: str) -> bool:
        return stored.startswith(f"{_MARK}:")


def seal_bytes(data: bytes, *, secret: bytes) -> bytes:
    """Seals what only somebody who has the secret (32 bytes) is to open, and not the server by itself (AES-GCM)."""
    nonce = os.urandom(_NONCE_BYTES)
    return nonce + AESGCM(secret).encrypt(nonce, data, None)


def open_bytes(sealed: bytes, *, secret: bytes) -> bytes:
    """Errors: `Unavailable` (secret_damaged) when it was changed, or sealed with another secret."""
    try:
        return AESGCM(secret).decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], None)
    except (InvalidTag, ValueError) as error:  # the latter: too short to be one
        raise _damaged("kept answer") from error


def _damaged(about: str) -> Unavailable:
    return Unavailable(
        f"A stored secret ({about}) cannot be read: it was changed from outside. Restore the database from a backup.",
        dependency="secrets",
        code="secret_damaged",
    )


def _material(key: str) -> bytes:
    """A key is random and long already (see `MIN_KEY_CHARS`), so one hash brings it to the length that is needed."""
    return base64.urlsafe_b64encode(hashlib.sha256(b"biblios secrets " + key.encode()).digest())


def _key_id(key: str) -> str:
    return hashlib.sha256(b"biblios secrets id " + key.encode()).hexdigest()[:8]
