"""What Slack's Web API tells of people, conversations and files, field for field as in its published examples."""

from typing import Any

from tests.support.slack_service import TEAM, Conversation, SharedFile, SlackService, User

_CREATED = 1_449_252_889


def user_of(user: User, *, with_address: bool) -> dict[str, Any]:
    """https://docs.slack.dev/reference/objects/user-object (2026-11)"""
    real_name = user.name.title()
    profile: dict[str, Any] = {
        "avatar_hash": "ge3b51ca72de",
        "status_text": "",
        "status_emoji": "",
        "real_name": real_name,
        "display_name": user.name,
        "real_name_normalized": real_name,
        "display_name_normalized": user.name,
        "team": TEAM,
        **{f"image_{size}": "https://a.slack-edge.com/1.jpg" for size in (24, 32, 48, 72, 192, 512)},
    }
    if with_address and user.email:
        profile["email"] = user.email
    return {
        "id": user.id,
        "team_id": TEAM,
        "name": user.name,
        "deleted": False,
        "color": "9f69e7",
        "real_name": real_name,
        "tz": "Europe/Berlin",
        "tz_label": "Central European Time",
        "tz_offset": 3600,
        "profile": profile,
        "is_admin": False,
        "is_owner": False,
        "is_primary_owner": False,
        "is_restricted": False,
        "is_ultra_restricted": False,
        "is_bot": False,
        "is_app_user": False,
        "updated": 1_502_138_686,
        "has_2fa": False,
        **user.fields,
    }


def conversation_of(where: Conversation, asking: str) -> dict[str, Any]:
    """https://docs.slack.dev/reference/objects/conversation-object (2026-11)"""
    shared = {
        "id": where.id,
        "created": _CREATED,
        "is_archived": where.is_archived,
        "is_im": where.kind == "im",
        "is_org_shared": False,
    }
    if where.kind == "im":
        other = next((one for one in sorted(where.members) if one != asking), asking)
        return {**shared, "user": other, "is_user_deleted": False, "priority": 0}
    return {
        **shared,
        "name": where.name,
        "name_normalized": where.name,
        "is_channel": where.kind == "public_channel",
        "is_group": where.kind == "private_channel",
        "is_mpim": where.kind == "mpim",
        "is_general": where.name == "general",
        "is_private": where.kind != "public_channel",
        "is_member": asking in where.members,
        "is_shared": False,
        "is_ext_shared": where.is_shared,
        "is_pending_ext_shared": False,
        "pending_shared": [],
        "creator": "U061F7AUR",
        "unlinked": 0,
        "topic": {"value": "", "creator": "", "last_set": 0},
        "purpose": {"value": "", "creator": "", "last_set": 0},
        "previous_names": [],
        "num_members": len(where.members),
    }


def file_of(service: SlackService, shared: SharedFile, base: str) -> dict[str, Any]:
    """https://docs.slack.dev/reference/objects/file-object (2026-11)"""
    kinds = {id_: service.conversations[id_].kind for id_ in shared.channels if id_ in service.conversations}
    url = f"{base}/files-pri/{TEAM}-{shared.id}"
    return {
        "id": shared.id,
        "created": shared.created,
        "timestamp": shared.created,
        "name": shared.name,
        "title": shared.name,
        "mimetype": shared.mimetype,
        "filetype": shared.name.rpartition(".")[2],
        "pretty_type": "Plain Text",
        "user": shared.user,
        "editable": False,
        "size": len(shared.data),
        "mode": "hosted",
        "is_external": False,
        "external_type": "",
        "is_public": True,
        "public_url_shared": False,
        "display_as_bot": False,
        "username": "",
        "url_private": f"{url}/{shared.name}",
        "url_private_download": f"{url}/download/{shared.name}",
        "permalink": f"https://subarachnoid.slack.com/files/{shared.user}/{shared.id}/{shared.name}",
        "permalink_public": f"https://slack-files.com/{TEAM}-{shared.id}",
        "comments_count": 0,
        "channels": sorted(id_ for id_, kind in kinds.items() if kind == "public_channel"),
        "groups": sorted(id_ for id_, kind in kinds.items() if kind in ("private_channel", "mpim")),
        "ims": sorted(id_ for id_, kind in kinds.items() if kind == "im"),
        **(_picture(url) if shared.mimetype.startswith("image/") else {}),
        **shared.fields,
    }


def _picture(url: str) -> dict[str, Any]:
    return {
        "image_exif_rotation": 1,
        "original_w": 176,
        "original_h": 226,
        "thumb_360_w": 176,
        "thumb_360_h": 226,
        **{f"thumb_{size}": f"{url}/thumb_{size}.png" for size in ("64", "80", "160", "360", "360_gif")},
        "deanimate_gif": f"{url}/deanimate.png",
        "pjpeg": f"{url}/pjpeg.jpg",
    }
