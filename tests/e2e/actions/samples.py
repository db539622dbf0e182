"""Actions of every kind and state, as the server shows them."""

from typing import Any

type Content = tuple[str, dict[str, Any]]

_DANA = {"name": "Dana Roe", "address": "dana@elsewhere.example"}
_BEN = {"name": None, "address": "ben@example.com"}

MAIL: Content = (
    "email",
    {
        "from": "BibliosAI <biblios@example.com>",
        "reply_to": {"name": "Ada Lovelace", "address": "ada@example.com"},
        "to": [_DANA, _BEN],
        "cc": [{"name": "Cleo", "address": "cleo@example.com"}],
        "bcc": [{"name": None, "address": "archive@example.com"}],
        "subject": "The plan for the launch in spring",
        "text": "Dear Dana,\n\nattached you find the plan.\nPlease answer by Friday.\n\nBest wishes\nAda\n",
        "attachments": [
            {"document_id": "d1", "version": 3, "name": "Plan of the launch.pdf", "size_bytes": 1_234_567},
            {"document_id": "d2", "version": 1, "name": "budget.xlsx", "size_bytes": 23_456},
        ],
    },
)

CALENDAR: Content = (
    "calendar",
    {
        "operation": "update",
        "calendar": "ada@example.com",
        "title": "Review of the launch",
        "start": {"local": "2026-12-03T10:00", "zone": "Europe/Berlin", "weekday": "Thursday", "utc_offset": "+01:00"},
        "end": {"local": "2026-12-03T11:00", "zone": "Europe/Berlin", "weekday": "Thursday", "utc_offset": "+01:00"},
        "all_day": False,
        "guests": [
            {**_DANA, "optional": False, "local_start": "2026-12-03T04:00", "zone": "America/New_York",
             "availability": "busy"},
            {**_BEN, "optional": True, "local_start": "2026-12-03T10:00", "zone": "Europe/Berlin",
             "availability": "free"},
        ],
        "location": "Room 5",
        "description": "We look at the numbers.",
        "conference": True,
        "mails": ["dana@elsewhere.example", "ben@example.com"],
        "scope": "following",
        "elsewhere": [
            {"address": "kim@far.example", "name": "Kim", "days": ["2026-12-10", "2026-12-17"], "count": 4},
        ],
        "changes": [{"field": "title", "before": "Review", "after": "Review of the launch"}],
    },
)  # fmt: skip

#: An answer, formatted.
ANSWER: Content = (
    "email",
    {
        **MAIL[1],
        "html": (
            "<p>Dear Dana,</p><p>attached you find <b>the plan</b>. Please answer by Friday:</p><ul><li>the "
            '<a href="https://plan.example/budget">budget</a></li><li>'
            '<a href="https://evil.example">bank.com [https://evil.example]</a></li></ul>'
            "<table><tbody><tr><th>Fish</th><th>Price</th></tr><tr><td>Cod</td><td>7</td></tr></tbody></table>"
            "<blockquote>Shall we launch?</blockquote>"
        ),
        "links": ["https://plan.example/budget", "https://evil.example"],
        "in_reply_to": {
            "document_id": "d3",
            "from": "Dana Roe <dana@elsewhere.example>",
            "subject": "The plan for the launch in spring",
            "sent_at": "2026-11-27T16:20:00+00:00",
            "same_conversation": True,
        },
    },
)

SLACK: Content = (
    "slack",
    {
        "sender": "Ada Lovelace",
        "channel": {"id": "C0123456789", "name": "#launch", "kind": "private_channel", "members": 42},
        "thread": {"ts": "1764500000.000100", "excerpt": "When do we launch?"},
        "operation": "reply",
        "text": "We launch on Thursday, @here.\nThe plan is in the library.",
        "blocks": None,
        "mentions": [
            {"kind": "here", "id": "here", "name": "@here", "people": 17},
            {"kind": "person", "id": "U1", "name": "@dana", "people": 1},
        ],
    },
)

_WARNINGS = [
    {"code": "outside", "message": "Goes outside of example.com: elsewhere.example.", "field": "to", "confirm": False},
    {"code": "many", "message": "It reaches 17 people at once. Is that meant?", "field": "to", "confirm": True},
]
_WAY = ("approved", "scheduled", "executing")
_MOVES = {
    "awaiting_approval": "submit", "approved": "approve", "scheduled": "schedule", "executing": "claim",
    "succeeded": "succeed", "failed": "fail", "unknown": "lose", "rejected": "reject", "cancelled": "cancel",
    "expired": "expire",
}  # fmt: skip
_MAY = {
    "awaiting_approval": ["edit", "approve", "reject", "cancel"], "approved": ["cancel"], "scheduled": ["cancel"],
    "failed": ["retry"], "unknown": ["retry"],
}  # fmt: skip
_REASONS = {
    "failed": {"code": "refused", "message": "The mail server refused the recipient: no such mailbox."},
    "unknown": {"code": "lost", "message": "The connection broke before the answer came."},
}


def sample(status: str, content: Content = MAIL, *, number: int = 0, **changes: Any) -> dict[str, Any]:
    kind, preview = content
    tried = status in ("succeeded", "failed", "unknown")
    passed = ["awaiting_approval"]
    if tried or status in _WAY:
        passed += _WAY[: _WAY.index(status)] if status in _WAY else _WAY
    path = passed if status == "awaiting_approval" else [*passed, status]
    at = [f"2026-11-28T09:{minute:02d}:00Z" for minute in range(len(path))]
    outcome = {"succeeded": "done", "failed": "not_done", "unknown": "lost"}.get(status)
    return {
        "id": f"{number:032x}",
        "kind": kind,
        "via": "smtp",
        "status": status,
        "payload": {},
        "preview": preview,
        "hash": "c0ffee" * 10 + "abcd",
        "origins": {},
        "evidence": [],
        "suggestions": [],
        "missing": [],
        "warnings": _WARNINGS,
        "rulings": [],
        "approvals": [],
        "waiting_for": [],
        "may": _MAY.get(status, []),
        "created_by": "ada",
        "created_by_name": "Ada Lovelace",
        "created_at": at[0],
        "expires_at": "2026-12-02T09:00:00Z",
        "schedule_at": None,
        "scheduled_at": None,
        "group": None,
        "group_size": 0,
        "attempts": [
            {"number": 1, "began_at": at[-1], "ended_at": at[-1], "outcome": outcome, "reason": _REASONS.get(status)}
        ]
        if tried
        else [],
        "receipt": {
            "at": at[-1],
            "id": "<01a22961ecc47000bd0d8574144217cc@example.com>",
            "url": "https://mail.example.com/m/1",
            "details": {"answer": "250 kept"},
        }
        if status == "succeeded"
        else None,
        "reason": _REASONS.get(status),
        "timeline": [
            {
                "at": when,
                "move": _MOVES[to],
                "from": path[index - 1] if index else None,
                "to": to,
                "actor_kind": "person" if _MOVES[to] in ("submit", "approve", "reject", "cancel") else "system",
                "actor_id": "ada",
                "actor_name": "Ada Lovelace",
                "subject_name": None,
                "reason": None,
            }
            for index, (when, to) in enumerate(zip(at, path, strict=True))
        ],
        **changes,
    }
