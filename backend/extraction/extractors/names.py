"""Names of files inside files, made safe: relative, no way up, no control or direction characters."""

import re

_UNSAFE = re.compile(r"[\x00-\x1f\x7f<>:\"|?*\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_DRIVE = re.compile(r"^[A-Za-z]:(?=[\\/]|$)")
_MAX_PART_CHARS = 120
_MAX_PARTS = 20


def safe_name(name: str, *, fallback: str = "file") -> str:
    """A relative path with forward slashes that stays below its folder: ``../../etc/passwd`` → ``etc/passwd``."""
    parts = []
    for raw in _DRIVE.sub("", name).replace("\\", "/").split("/"):
        part = _UNSAFE.sub("", raw.encode("utf-8", "replace").decode()).strip().rstrip(".")
        if part:
            parts.append(_short(part))
    return "/".join(parts[-_MAX_PARTS:]) or fallback


def unique(name: str, taken: set[str]) -> str:
    """`name`, or ``name (2).ext`` when it is taken; the result is then taken."""
    stem, dot, suffix = name.rpartition(".")
    if not stem or "/" in suffix:
        stem, dot, suffix = name, "", ""
    candidate, number = name, 2
    while candidate in taken:
        candidate = f"{stem} ({number}){dot}{suffix}"
        number += 1
    taken.add(candidate)
    return candidate


def _short(part: str) -> str:
    if len(part) <= _MAX_PART_CHARS:
        return part
    stem, dot, suffix = part.rpartition(".")
    if not stem or len(suffix) > 10:
        return part[:_MAX_PART_CHARS]
    return stem[: _MAX_PART_CHARS - len(suffix) - 1] + dot + suffix
