"""Drive's answers about the items of a stand-in's state, whole: what is asked for is cut out of them.

https://developers.google.com/workspace/drive/api/reference/rest/v3 (2026-11).
"""

import hashlib
import re
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.support.google_discovery import Refused
from tests.support.google_drive_state import FOLDER, SHORTCUT, DriveState, Item, Share, SharedDrive

_BEGINNING = datetime(2026, 1, 1, tzinfo=UTC)
_GOOGLE = "application/vnd.google-apps."


def file_json(state: DriveState, id_: str, user: str) -> dict[str, Any]:
    item = state.items[id_]
    counted = [one for one in state.shares_of(id_) if one[0].view is None or item.mime == FOLDER]
    parent_seen = item.parent is not None and (
        (item.parent in state.drives and any(drive.id == item.parent for drive in state.drives_of(user)))
        or (item.parent in state.items and state.opens(item.parent, user))
    )
    answer: dict[str, Any] = {
        "kind": "drive#file",
        "id": id_,
        "name": item.name,
        "mimeType": item.mime,
        "trashed": state.is_trashed(id_),
        "explicitlyTrashed": item.trashed,
        "modifiedTime": _moment(item.minute),
        "createdTime": _moment(0),
        "version": str(item.version),
        "webViewLink": f"https://drive.google.com/file/d/{id_}/view",
        "capabilities": {"canDownload": item.downloads, "canShare": state.may_share(id_, user)},
        "permissionIds": [share.id for share, _, _ in counted],
        "inheritedPermissionsDisabled": item.limited,
        "lastModifyingUser": {"kind": "drive#user", "displayName": name_of(item.owner), "emailAddress": item.owner},
    }
    if item.spoiled:
        del answer["name"]
    if parent_seen:
        answer["parents"] = [item.parent]
    if item.key:
        answer["resourceKey"] = item.key
    if item.drive:
        answer |= {"driveId": item.drive, "hasAugmentedPermissions": bool(item.shares)}
    else:
        answer |= {
            "ownedByMe": item.owner == user,
            "owners": [{"kind": "drive#user", "displayName": name_of(item.owner), "emailAddress": item.owner}],
        }
        if state.may_share(id_, user):
            answer["permissions"] = [permission_json(one, of_drive=False) for one in counted]
    if item.owner != user and user in state.readers(id_) and not item.drive:
        answer["sharedWithMeTime"] = _moment(0)
    if item.mime == SHORTCUT and item.target:
        answer["shortcutDetails"] = _target(state, item)
    if not item.mime.startswith(_GOOGLE):
        digest = hashlib.md5(item.data, usedforsecurity=False).hexdigest()
        answer |= {"size": str(len(item.data)), "md5Checksum": digest, "headRevisionId": f"r{item.version}"}
    return answer


def _target(state: DriveState, item: Item) -> dict[str, Any]:
    target = state.items.get(item.target or "")
    details = {"targetId": item.target, "targetMimeType": target.mime if target else "application/octet-stream"}
    return details | ({"targetResourceKey": target.key} if target and target.key else {})


def permission_json(counted: tuple[Share, bool, bool], *, of_drive: bool) -> dict[str, Any]:
    share, member, given = counted
    answer: dict[str, Any] = {"kind": "drive#permission", "id": share.id, "type": share.type, "role": share.role}
    if share.type in ("user", "group"):
        answer |= {"emailAddress": share.who, "displayName": name_of(share.who), "deleted": share.deleted}
    if share.type == "domain":
        answer |= {"domain": share.who, "displayName": share.who}
    if share.type in ("domain", "anyone"):
        answer["allowFileDiscovery"] = share.discoverable
    if share.ends:
        answer["expirationTime"] = share.ends
    if share.view:
        answer["view"] = share.view
    if of_drive:
        kinds = [("member", member), ("file", not member or given)]
        answer["permissionDetails"] = [
            {"permissionType": kind, "role": share.role, "inherited": not given} for kind, there in kinds if there
        ]
    return answer


def drive_json(drive: SharedDrive) -> dict[str, Any]:
    return {"kind": "drive#drive", "id": drive.id, "name": drive.name, "createdTime": _moment(0)}


def name_of(address: str) -> str:
    return address.partition("@")[0].title()


def _moment(minute: int) -> str:
    return (_BEGINNING + timedelta(minutes=minute)).strftime("%Y-%m-%dT%H:%M:%S.000Z")


_WORD = re.compile(r"\s*('(?:\\.|[^'])*'|!=|=|\(|\)|[A-Za-z]+)")


class Query:
    """The part of Drive's search language that is used; anything else is refused, as Drive refuses what is none.

    https://developers.google.com/workspace/drive/api/guides/search-files (2026-11).
    """

    def __init__(self, text: str) -> None:
        self.parents: set[str] = set()
        self._words, at = list[str](), 0
        while at < len(text.rstrip()):
            if (found := _WORD.match(text, at)) is None:
                raise self._bad()
            self._words.append(found.group(1))
            at = found.end()
        self._tree = self._either() if self._words else None
        if self._words:
            raise self._bad()

    def matches(self, state: DriveState, item: Item) -> bool:
        return self._tree is None or self._holds(self._tree, state, item)

    def _holds(self, tree: tuple[Any, ...], state: DriveState, item: Item) -> bool:
        match tree:
            case ("or", left, right):
                return self._holds(left, state, item) or self._holds(right, state, item)
            case ("and", left, right):
                return self._holds(left, state, item) and self._holds(right, state, item)
            case ("not", one):
                return not self._holds(one, state, item)
            case ("in", parent):
                return bool(item.parent == parent)
            case ("trashed", wanted):
                return state.is_trashed(item.id) is wanted
            case ("mimeType", sign, wanted):
                return bool(item.mime == wanted) is (sign == "=")
        raise AssertionError(tree)

    def _either(self) -> tuple[Any, ...]:
        left = self._both()
        while self._next("or"):
            left = ("or", left, self._both())
        return left

    def _both(self) -> tuple[Any, ...]:
        left = self._one()
        while self._next("and"):
            left = ("and", left, self._one())
        return left

    def _one(self) -> tuple[Any, ...]:
        if self._next("not"):
            return ("not", self._one())
        if self._next("("):
            found = self._either()
            if not self._next(")"):
                raise self._bad()
            return found
        match self._words[:3]:
            case [parent, "in", "parents"] if parent.startswith("'"):
                self.parents.add(parent[1:-1])
                found = ("in", parent[1:-1])
            case ["trashed", "=", ("true" | "false") as wanted]:
                found = ("trashed", wanted == "true")
            case ["mimeType", ("=" | "!=") as sign, wanted] if wanted.startswith("'"):
                found = ("mimeType", sign, wanted[1:-1])
            case _:
                raise self._bad()
        del self._words[:3]
        return found

    def _next(self, word: str) -> bool:
        if self._words[:1] != [word]:
            return False
        del self._words[0]
        return True

    @staticmethod
    def _bad() -> Refused:
        return Refused(400, "invalid", "Invalid Value", location="q")
