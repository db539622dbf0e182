"""What backlot tells a person's own token, asked without any part of the connectors: the words that they can read."""

import base64
import json
from collections.abc import Iterable
from email import message_from_bytes, policy
from typing import Any

import httpx


def readable(url: str, token: str, source: str, words: Iterable[str]) -> set[str]:
    """Those of `words` that the holder of a token can read at a source."""
    with httpx.Client(base_url=url, headers={"Authorization": f"Bearer {token}"}, timeout=60) as client:
        told = "\n".join(_READERS[source](client))
    return {word for word in words if word in told}


def _get(client: httpx.Client, path: str, **params: Any) -> Any:
    return client.get(path, params=params).raise_for_status().json()


def _slack(client: httpx.Client) -> list[str]:
    """Whole channels: who belongs to a channel reads all of it, and so do full members what is public."""
    told = []
    types = "public_channel,private_channel"
    for channel in _get(client, "/slack/api/conversations.list", types=types, limit=200)["channels"]:
        found = _get(client, "/slack/api/conversations.history", channel=channel["id"], limit=200)
        for message in found["messages"]:
            told.append(message["text"])
            if message.get("reply_count"):
                replies = _get(client, "/slack/api/conversations.replies", channel=channel["id"], ts=message["ts"])
                told += [reply["text"] for reply in replies["messages"]]
    return told


def _gmail(client: httpx.Client) -> list[str]:
    told = []
    for mail in _get(client, "/gmail/v1/users/me/messages", maxResults=100)["messages"]:
        raw = _get(client, f"/gmail/v1/users/me/messages/{mail['id']}", format="raw")["raw"]
        parts = message_from_bytes(base64.urlsafe_b64decode(raw + "=="), policy=policy.default).walk()
        told += [str(part.get_content()) for part in parts if not part.is_multipart()]
    return told


def _google_drive(client: httpx.Client) -> list[str]:
    told = []
    for file in _get(client, "/drive/v3/files", pageSize=100, fields="files(id,mimeType)")["files"]:
        kind = file["mimeType"]
        if kind == "application/vnd.google-apps.folder":
            continue
        is_google = kind.startswith("application/vnd.google-apps.")
        path = f"/drive/v3/files/{file['id']}" + ("/export" if is_google else "")
        params = {"mimeType": "text/plain"} if is_google else {"alt": "media"}
        told.append(client.get(path, params=params).raise_for_status().text)
    return told


def _github(client: httpx.Client) -> list[str]:
    told = []
    for repository in _get(client, "/github/user/repos", per_page=100):
        path = f"/github/repos/{repository['full_name']}"
        for issue in _get(client, f"{path}/issues", state="all", per_page=100):
            told.append(issue["body"])
            told += [one["body"] for one in _get(client, f"{path}/issues/{issue['number']}/comments")]
            if "pull_request" in issue:
                told += [one["body"] for one in _get(client, f"{path}/pulls/{issue['number']}/reviews")]
        for entry in _get(client, f"{path}/git/trees/{repository['default_branch']}", recursive=1)["tree"]:
            if entry["type"] == "blob":
                blob = _get(client, f"{path}/git/blobs/{entry['sha']}")
                told.append(base64.b64decode(blob["content"]).decode())
    return told


def _notion(client: httpx.Client) -> list[str]:
    client.headers["Notion-Version"] = "2026-03-11"
    told = []
    for thing in client.post("/notion/v1/search", json={"page_size": 100}).raise_for_status().json()["results"]:
        told.append(json.dumps(thing.get("properties")) + json.dumps(thing.get("description")))
        if thing["object"] == "page":
            for block in _get(client, f"/notion/v1/blocks/{thing['id']}/children", page_size=100)["results"]:
                told += [one["plain_text"] for one in block.get(block["type"], {}).get("rich_text", ())]
            for comment in _get(client, "/notion/v1/comments", block_id=thing["id"])["results"]:
                told += [one["plain_text"] for one in comment["rich_text"]]
    return told


_READERS = {
    "slack": _slack,
    "gmail": _gmail,
    "google_drive": _google_drive,
    "github": _github,
    "notion": _notion,
}
