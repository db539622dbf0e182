"""Who may open a file here, from what Drive tells of its shares. Pure, and never wider than Drive."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from backend.connectors.google_drive.files import Permission
from backend.connectors.source_events import Access, GroupMembers

#: https://developers.google.com/workspace/drive/api/guides/ref-roles (2026-11): each of them may read.
_READERS = frozenset({"owner", "organizer", "fileOrganizer", "writer", "commenter", "reader"})
_MANAGER = "organizer"


@dataclass(frozen=True, slots=True)
class Rules:
    """What is decided for a connection.

    Args:
        own: whoever's account it is; they may open whatever it is given.
        domain: whose whole-domain shares that search finds are for everybody here; empty: none.
        public: whether what the whole world finds by search is for everybody here.
    """

    own: Access
    domain: str = ""
    public: bool = False

    @property
    def narrowest(self) -> Access:
        """For what Drive does not tell completely."""
        if not (self.own.owner or self.own.people):
            return self.own
        return replace(self.own, complete=False, account=next(iter(self.own.people), None))


@dataclass(frozen=True, slots=True)
class Members:
    """The members of a shared drive as far as they are people; `ids` are all of them, groups included.

    Managers are apart, since they alone open folders with limited access without being named there.
    """

    ids: frozenset[str] = frozenset()
    manager_ids: frozenset[str] = frozenset()
    people: frozenset[str] = frozenset()
    managers: frozenset[str] = field(default_factory=frozenset)

    def groups(self, drive_id: str) -> tuple[GroupMembers, GroupMembers]:
        return (
            GroupMembers(drive_group(drive_id), self.people),
            GroupMembers(managers_group(drive_id), self.managers),
        )


def drive_group(drive_id: str) -> str:
    return f"drive:{drive_id}"


def managers_group(drive_id: str) -> str:
    return f"managers:{drive_id}"


def members_of(permissions: Iterable[Permission]) -> Members:
    """Out of the shares of the drive itself. Who is in a member that is a group, Drive does not tell."""
    live = [one for one in permissions if one.id and one.role in _READERS and one.view is None]
    people = [one for one in live if one.type == "user" and one.address and not one.deleted and not one.ends]
    return Members(
        ids=frozenset(one.id for one in live),
        manager_ids=frozenset(one.id for one in live if one.role == _MANAGER),
        people=frozenset(one.address for one in people if one.address),
        managers=frozenset(one.address for one in people if one.address and one.role == _MANAGER),
    )


def shared_with(permissions: Sequence[Permission], rules: Rules, *, groups: Iterable[str] = ()) -> Access:
    """The access list of an item whose shares are all known.

    A group is named, and has no members here: Drive does not tell them. A share that ends counts for nobody, since no
    change tells its end. A link opens nothing for who was not named.
    """
    people, names, everybody = set(rules.own.people), set(groups), False
    for one in permissions:
        if one.deleted or one.view is not None or one.ends:
            continue
        if one.role not in _READERS:
            return rules.narrowest
        match one.type:
            case "user":
                people |= {one.address} if one.address else set()
            case "group":
                names |= {f"group:{one.address.casefold()}"} if one.address else set()
            case "domain":
                names |= {f"domain:{one.domain.casefold()}"} if one.domain else set()
                same = bool(rules.domain) and (one.domain or "").casefold() == rules.domain.casefold()
                everybody |= one.discoverable and same
            case "anyone":
                everybody |= one.discoverable and rules.public
            case _:
                return rules.narrowest
    return Access(frozenset(people), frozenset(names), owner=rules.own.owner, everybody=everybody)


def in_drive(
    permissions: Sequence[Permission], members: Members, drive_id: str, rules: Rules, *, limited: bool
) -> Access:
    """The access list of an item of a shared drive.

    Who may open it as a member does so by the drive's groups, so that whoever leaves the drive leaves every item of it
    at once, also where no change names the item.

    Args:
        limited: a folder above it has limited access: of the members, managers alone open it as such, also where all
            members of today happen to be managers.
    """
    opens = {one.id for one in permissions if one.member and one.view is None}
    groups = [managers_group(drive_id)] if members.manager_ids and members.manager_ids <= opens else []
    if not limited and members.ids and members.ids <= opens:
        groups.append(drive_group(drive_id))
    # What is told without its kind is somebody's own share, unless it is a member's and may end with the membership.
    direct = [one for one in permissions if one.direct or not (one.member or one.id in members.ids)]
    return shared_with(direct, rules, groups=groups)
