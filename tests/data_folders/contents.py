"""What every kept data folder holds, written over the public API by `write` and looked for by the tests.

The same steps run under every release, so only paths and fields that the API has promised are used.
"""

import io
import json
import zipfile
from typing import Any

import httpx

from tests.support.waiting import until_seen

ADA = "ada@folder.example"
GRACE = "grace@folder.example"
PASSWORD = "a password of a kept folder"
#: In the first version of the plan, cited by an answer, and gone from its second version.
FIRST_LAUNCH = "The lighthouse opens to visitors on 14 May 2031."
SECOND_LAUNCH = "The lighthouse opens to visitors on 2 September 2031."
QUESTION = "When does the lighthouse open to visitors?"


def texts(grace_id: str) -> list[dict[str, Any]]:
    """Documents that came as texts: one's own, shared with a person, shared with everybody, and an empty one."""
    return [
        {"external_id": "plan", "title": "Lighthouse plan", "text": FIRST_LAUNCH},
        {
            "external_id": "crew",
            "title": "Crew of the lighthouse",
            "text": "The keeper of the lamp is Ivo Marsh.",
            "author": "Ada",
            "modified_at": "2026-03-04T05:06:07Z",
            "access": [f"user:{grace_id}"],
        },
        {
            "external_id": "rules",
            "title": "House rules",
            "text": "Visitors leave the gallery before sunset.",
            "url": "https://folder.example/rules",
            "access": ["workspace"],
        },
        {"external_id": "empty", "title": "Nothing yet", "text": "", "access": [f"user:{grace_id}"]},
    ]


def files() -> dict[str, bytes]:
    """Uploaded files, one of them an archive with a mail inside."""
    mail = (
        b"From: Ada <ada@folder.example>\r\nTo: Grace <grace@folder.example>\r\nSubject: Spare bulbs\r\n"
        b"Date: Mon, 02 Mar 2026 10:00:00 +0000\r\n\r\nThe spare bulbs are in locker seventeen.\r\n"
    )
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr(zipfile.ZipInfo("mails/bulbs.eml"), mail)
        archive.writestr(zipfile.ZipInfo("notes/fog.md"), "# Fog\n\nThe horn sounds twice a minute in fog.\n")
    return {
        "handbook.md": b"# Handbook\n\nThe lens is cleaned every second Friday.\n",
        "archive.zip": packed.getvalue(),
    }


class Person:
    """A signed-in person of a running server."""

    def __init__(self, url: str, path: str, email: str) -> None:
        self._client = httpx.Client(base_url=f"{url}/api/v1", timeout=60)
        answer = self.call("POST", f"/auth/{path}", json={"email": email, "password": PASSWORD, "name": email[:3]})
        self._client.headers["Authorization"] = f"Bearer {answer['access_token']}"
        self.id = str(answer["user"]["id"])

    def call(self, method: str, path: str, **request: Any) -> Any:
        answer = self._client.request(method, path, **request)
        assert answer.is_success, f"{method} {path}: {answer.status_code} {answer.text[:500]}"
        return answer.json() if answer.content else None

    def settled(self, *, seconds: float = 60) -> dict[str, dict[str, Any]]:
        """Every document this person sees, by external id, once nothing is waiting any more."""

        def rows_at_rest() -> list[list[dict[str, Any]]]:
            rows = self.call("GET", "/documents?limit=100")["items"]
            return [rows] if all(row["status"] in ("indexed", "failed") for row in rows) else []

        [rows] = until_seen(rows_at_rest, seconds=seconds)
        return {row["external_id"]: row for row in rows}

    def found(self, query: str) -> set[str]:
        """External ids of what a search finds."""
        return {hit["external_id"] for hit in self.call("GET", "/search", params={"q": query})["hits"]}

    def ask(self, conversation_id: str, question: str) -> dict[str, Any]:
        """The finished message that answers the question."""
        path = f"/conversations/{conversation_id}/messages"
        with self._client.stream("POST", path, json={"content": question}) as answer:
            for line in answer.iter_lines():
                if line.startswith("data:"):
                    event = json.loads(line[5:])
                    if event["type"] == "message.completed":
                        return dict(event["message"])
        raise AssertionError("the answer did not complete")


def fill(url: str) -> None:
    """Puts one of everything into an empty server."""
    ada = Person(url, "register", ADA)
    grace = Person(url, "register", GRACE)
    ada.call("POST", "/documents/text", json={"items": texts(grace.id)})
    ada.call("POST", "/documents", files=[("files", (name, data)) for name, data in files().items()])
    ada.settled()
    own = {"external_id": "own", "title": "Own", "text": "Grace keeps bees."}
    grace.call("POST", "/documents/text", json={"items": [own]})
    conversation = ada.call("POST", "/conversations", json={"title": "Opening"})["id"]
    answer = ada.ask(conversation, QUESTION)
    assert answer["citations"], answer
    replaced = {**texts(grace.id)[0], "text": SECOND_LAUNCH}
    ada.call("POST", "/documents/text", json={"items": [replaced]})
    ada.call("POST", "/auth/api-keys", json={"name": "kept", "scopes": ["read"]})
    grace.settled()
    ada.settled()
