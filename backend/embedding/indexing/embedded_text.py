"""The text that a model sees of a chunk, and the hash that keys its vector."""

import hashlib


def embedded_text(title: str, text: str) -> str:
    """Title and chunk: short chunks say little about themselves, and the title counts in search."""
    return f"{title}\n{text}" if title else text


def chunk_hash(title: str, text: str) -> str:
    """The sha256 of what the model sees, as hex."""
    return hashlib.sha256(embedded_text(title, text).encode()).hexdigest()
