"""What Drive says of a file and of who may open it, in typed form, and which fields are asked for.

Shapes: https://developers.google.com/workspace/drive/api/reference/rest/v3/files and …/permissions (2026-11).
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

FOLDER = "application/vnd.google-apps.folder"
SHORTCUT = "application/vnd.google-apps.shortcut"

PERMISSION_FIELDS = (
    "id,type,role,emailAddress,domain,deleted,allowFileDiscovery,view,expirationTime,"
    "permissionDetails(permissionType,role,inherited)"
)
#: All that is read of a file. A field that is not here is not in the answers, so what reads one is tested against it.
FILE_FIELDS = (
    "id,name,mimeType,parents,driveId,trashed,modifiedTime,size,md5Checksum,headRevisionId,webViewLink,resourceKey,"
    "ownedByMe,sharedWithMeTime,shortcutDetails(targetId,targetMimeType,targetResourceKey),"
    "owners(displayName,emailAddress),lastModifyingUser(displayName,emailAddress),capabilities(canDownload),"
    f"inheritedPermissionsDisabled,hasAugmentedPermissions,permissionIds,permissions({PERMISSION_FIELDS})"
)


_ID = re.compile(r"[A-Za-z0-9_-]{1,200}")


class Malformed(ValueError):
    """An item of an answer that is not what Drive documents. `id` and `name` as far as it has them."""

    def __init__(self, raw: Mapping[str, Any]) -> None:
        super().__init__("not a file")
        self.id = id_of(raw)
        self.name = text_of(raw, "name")


@dataclass(frozen=True, slots=True)
class Permission:
    """One share. `view`: it opens a view of the item alone, not the item. `ends`: it has an end.

    In shared drives: `member`: it comes by membership of the drive; `direct`: it was given on the item itself or on a
    folder above it. Neither where Drive does not tell.
    """

    id: str
    type: str
    role: str
    address: str | None = None
    domain: str | None = None
    deleted: bool = False
    discoverable: bool = False
    view: str | None = None
    ends: bool = False
    member: bool = False
    direct: bool = False


@dataclass(frozen=True, slots=True)
class Target:
    """Where a shortcut points to. `key` opens what is shared by link alone."""

    id: str
    mime: str
    key: str | None


@dataclass(frozen=True, slots=True)
class Someone:
    name: str | None
    address: str | None


@dataclass(frozen=True, slots=True)
class DriveFile:
    """A file, folder or shortcut.

    `checksum` identifies the bytes, where it has bytes. `drive_id`: the shared drive that it is in. `permissions` None:
    this account is not told them. `augmented`: whether something is shared on this very item of a shared drive.
    `listed`: it is this account's own or was shared with it, so the account's feed of changes tells of it.
    """

    id: str
    name: str
    mime: str
    parent: str | None = None
    drive_id: str | None = None
    trashed: bool = False
    modified_at: datetime | None = None
    size: int | None = None
    checksum: str | None = None
    url: str | None = None
    key: str | None = None
    target: Target | None = None
    owner: Someone | None = None
    editor: Someone | None = None
    can_download: bool = True
    limited: bool = False
    augmented: bool | None = None
    permission_ids: frozenset[str] = frozenset()
    permissions: tuple[Permission, ...] | None = None
    listed: bool = True

    @property
    def is_folder(self) -> bool:
        return self.mime == FOLDER


def read_file(raw: Mapping[str, Any]) -> DriveFile:
    """Errors: `Malformed` without an id, a name or a type."""
    id_, name, mime = id_of(raw), text_of(raw, "name"), text_of(raw, "mimeType")
    if id_ is None or name is None or mime is None:
        raise Malformed(raw)
    permissions = raw.get("permissions")
    drive_id = id_of(raw, "driveId")
    return DriveFile(
        id=id_,
        name=name,
        mime=mime,
        parent=next((one for one in _list(raw.get("parents")) if isinstance(one, str)), None),
        drive_id=drive_id,
        trashed=raw.get("trashed") is True,
        modified_at=moment_of(raw.get("modifiedTime")),
        size=_number(raw.get("size")),
        checksum=text_of(raw, "md5Checksum") or text_of(raw, "headRevisionId"),
        url=text_of(raw, "webViewLink"),
        key=id_of(raw, "resourceKey"),
        target=_target(raw.get("shortcutDetails")) if mime == SHORTCUT else None,
        owner=_someone(next(iter(_list(raw.get("owners"))), None)),
        editor=_someone(raw.get("lastModifyingUser")),
        can_download=_object(raw.get("capabilities")).get("canDownload") is not False,
        limited=raw.get("inheritedPermissionsDisabled") is True,
        augmented=found if isinstance(found := raw.get("hasAugmentedPermissions"), bool) else None,
        permission_ids=frozenset(one for one in _list(raw.get("permissionIds")) if isinstance(one, str)),
        permissions=read_permissions(permissions) if isinstance(permissions, list) and drive_id is None else None,
        listed=raw.get("ownedByMe") is True or "sharedWithMeTime" in raw,
    )


def read_permissions(found: Sequence[Any]) -> tuple[Permission, ...]:
    """What is no permission at all becomes one of an unknown type, so that whoever reads it narrows."""
    return tuple(_permission(_object(one)) for one in found)


def _permission(raw: Mapping[str, Any]) -> Permission:
    kinds = {_object(one).get("permissionType") for one in _list(raw.get("permissionDetails"))}
    return Permission(
        id=text_of(raw, "id") or "",
        type=text_of(raw, "type") or "",
        role=text_of(raw, "role") or "",
        address=text_of(raw, "emailAddress"),
        domain=text_of(raw, "domain"),
        deleted=raw.get("deleted") is True,
        discoverable=raw.get("allowFileDiscovery") is True,
        view=text_of(raw, "view"),
        ends="expirationTime" in raw,
        member="member" in kinds,
        direct="file" in kinds,
    )


def _target(found: object) -> Target | None:
    raw = _object(found)
    id_ = id_of(raw, "targetId")
    if id_ is None:
        return None
    return Target(id_, text_of(raw, "targetMimeType") or "", id_of(raw, "targetResourceKey"))


def _someone(found: object) -> Someone | None:
    raw = _object(found)
    someone = Someone(text_of(raw, "displayName"), text_of(raw, "emailAddress"))
    return someone if someone.name or someone.address else None


def id_of(raw: Mapping[str, Any], field: str = "id") -> str | None:
    """An id as Google makes them; None for anything else, which is then used nowhere."""
    found = text_of(raw, field)
    return found if found is not None and _ID.fullmatch(found) else None


def text_of(raw: Mapping[str, Any], field: str) -> str | None:
    found = raw.get(field)
    return found if isinstance(found, str) and found else None


def moment_of(found: object) -> datetime | None:
    try:
        moment = datetime.fromisoformat(found) if isinstance(found, str) else None
    except ValueError:
        return None
    return moment if moment is not None and moment.tzinfo is not None else None


def _number(found: object) -> int | None:
    """Drive writes numbers of 64 bits as text."""
    return int(found) if isinstance(found, str) and found.isascii() and found.isdigit() else None


def _list(found: object) -> list[Any]:
    return found if isinstance(found, list) else []


def _object(found: object) -> Mapping[str, Any]:
    return found if isinstance(found, dict) else {}
