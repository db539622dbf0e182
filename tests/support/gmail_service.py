"""A stand-in of the Gmail API with state, written from its public reference (2026-11); strict where Gmail is.

https://developers.google.com/workspace/gmail/api/reference/rest
"""

import json
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tests.support.consent_provider import ConsentProvider
from tests.support.gmail_drafts import Drafts
from tests.support.gmail_payload import encoded
from tests.support.gmail_search import NotUnderstood, parsed
from tests.support.gmail_state import SYSTEM_LABELS, GmailMailbox, Mail, shown_record
from tests.support.google_pubsub import PubSub
from tests.support.google_tokens import ServiceAccounts

_READERS = frozenset(
    f"https://{name}"
    for name in (
        "mail.google.com/", "www.googleapis.com/auth/gmail.readonly", "www.googleapis.com/auth/gmail.modify",
    )
)  # fmt: skip
#: Quota units: https://developers.google.com/workspace/gmail/api/reference/quota (2026-11)
UNITS = {
    "profile": 1, "labels": 1, "threads": 10, "thread": 10, "messages": 5, "history": 2, "attachment": 5,
    "watch": 100, "stop": 50, "drafts": 10, "draft": 5, "send": 100,
}  # fmt: skip
_COMPOSERS = frozenset(
    f"https://{name}"
    for name in (
        "mail.google.com/", "www.googleapis.com/auth/gmail.compose", "www.googleapis.com/auth/gmail.modify",
    )
)  # fmt: skip
_COMPOSING = frozenset({"drafts", "draft", "send"})
_MAX_RESULTS = {"threads": 500, "messages": 500, "history": 500}

type Answer = Callable[[Request, GmailMailbox], dict[str, Any]]


class Refused(Exception):
    def __init__(self, code: int, message: str, reason: str, status: str, **more: Any) -> None:
        self.code = code
        first = {"message": message, "domain": more.pop("domain", "global"), "reason": reason}
        located = {key: more.pop(key) for key in ("location", "locationType") if key in more}
        self.body = {"error": {"code": code, "message": message, "errors": [first | located], "status": status, **more}}


@dataclass(slots=True)
class GmailService:
    """Mailboxes by address.

    Args:
        page_size: the largest page, whatever is asked for: Gmail too may give fewer.
        units_a_minute: what one mailbox may spend from now on; None: without end.
        without_gmail: accounts of the domain that have no mailbox.
        lie: listings come out cut, with an error on the way, or empty.
    """

    mailboxes: dict[str, GmailMailbox] = field(default_factory=dict)
    consents: ConsentProvider = field(default_factory=lambda: ConsentProvider(rotates=False))
    page_size: int = 5
    units_a_minute: int | None = None
    units: int = 0
    without_gmail: set[str] = field(default_factory=set)
    lie: str | None = None
    downloads: list[str] = field(default_factory=list)
    topics: PubSub = field(default_factory=PubSub)
    drafts: Drafts = field(default_factory=Drafts)
    accounts: ServiceAccounts = field(init=False)

    def __post_init__(self) -> None:
        self.accounts = ServiceAccounts(self.consents, lambda mailbox: mailbox in self.mailboxes)

    def mailbox(self, address: str) -> GmailMailbox:
        return self.mailboxes.setdefault(address, GmailMailbox(address, tell=self.topics.tell))

    @property
    def app(self) -> Starlette:
        user = "/gmail/v1/users/{user}"
        return Starlette(
            routes=[
                Route(f"{user}/profile", self._answering("profile", self._profile)),
                Route(f"{user}/labels", self._answering("labels", self._labels)),
                Route(f"{user}/threads", self._answering("threads", self._threads)),
                Route(f"{user}/threads/{{id}}", self._answering("thread", self._thread)),
                Route(f"{user}/messages", self._answering("messages", self._messages)),
                Route(f"{user}/history", self._answering("history", self._history)),
                Route(f"{user}/messages/{{id}}/attachments/{{file}}", self._answering("attachment", self._attachment)),
                Route(f"{user}/watch", self._answering("watch", self._watch), methods=["POST"]),
                Route(f"{user}/stop", self._answering("stop", self._stop), methods=["POST"]),
                Route(f"{user}/drafts", self._answering("drafts", self._create_draft), methods=["POST"]),
                Route(f"{user}/drafts/send", self._answering("send", self._send_draft), methods=["POST"]),
                Route(f"{user}/drafts/{{id}}", self._answering("draft", self._draft), methods=["GET", "DELETE"]),
                Route("/certs", self.topics.certificates),
                *self.accounts.routes("/authorize", "/token", "/revoke"),
            ]
        )

    def _answering(self, method: str, answer: Answer) -> Callable[[Request], Awaitable[Response]]:
        async def endpoint(request: Request) -> Response:
            try:
                request.state.body = await request.body()
                found = answer(request, self._allowed(request, method))
                return JSONResponse(found) if found else Response(status_code=204)
            except Refused as refused:
                return JSONResponse(refused.body, refused.code)

        return endpoint

    def _allowed(self, request: Request, method: str) -> GmailMailbox:
        """The mailbox that the token stands for, when it may ask for this one and has units left."""
        granted = self.consents.holder(request.headers.get("authorization"))
        if granted is None:
            raise Refused(
                401, "Invalid Credentials", "authError", "UNAUTHENTICATED",
                location="Authorization", locationType="header",
            )  # fmt: skip
        if not (_COMPOSERS if method in _COMPOSING else _READERS) & set(granted.scope.split()):
            raise Refused(
                403, "Request had insufficient authentication scopes.", "insufficientPermissions", "PERMISSION_DENIED",
                details=[
                    {
                        "@type": "type.googleapis.com/google.rpc.ErrorInfo",
                        "reason": "ACCESS_TOKEN_SCOPE_INSUFFICIENT",
                        "domain": "googleapis.com",
                    }
                ],
            )  # fmt: skip
        user = request.path_params["user"]
        if user not in ("me", granted.account):
            raise Refused(403, f"Delegation denied for {granted.account}", "forbidden", "PERMISSION_DENIED")
        if granted.account in self.without_gmail:
            raise Refused(400, "Mail service not enabled", "failedPrecondition", "FAILED_PRECONDITION")
        if self.units_a_minute is not None:
            if self.units_a_minute < UNITS[method]:
                raise Refused(
                    403, "User Rate Limit Exceeded", "userRateLimitExceeded", "RESOURCE_EXHAUSTED", domain="usageLimits"
                )
            self.units_a_minute -= UNITS[method]
        self.units += UNITS[method]
        return self.mailbox(granted.account)

    def _profile(self, _: Request, mailbox: GmailMailbox) -> dict[str, Any]:
        return {
            "emailAddress": mailbox.address,
            "messagesTotal": len(mailbox.mails),
            "threadsTotal": len(mailbox.threads()),
            "historyId": str(mailbox.now),
        }

    def _labels(self, _: Request, mailbox: GmailMailbox) -> dict[str, Any]:
        """Not the counts: those a label tells by itself alone."""
        shown = {"messageListVisibility": "show", "labelListVisibility": "labelShow"}
        system = [{"id": id_, "name": id_, "type": "system", **shown} for id_ in SYSTEM_LABELS]
        own = [{"id": id_, "name": name, "type": "user", **shown} for id_, name in mailbox.names.items()]
        return {"labels": [*system, *own]}

    def _threads(self, request: Request, mailbox: GmailMailbox) -> dict[str, Any]:
        wanted = self._wanted(request, mailbox)
        found = [] if self.lie == "empty" else [
            (id_, mails) for id_, mails in mailbox.threads().items() if any(map(wanted, mails))
        ]  # fmt: skip
        page, more = self._page(request, "threads", found)
        if self.lie == "cut" and request.query_params.get("pageToken"):
            raise Refused(500, "Backend Error", "backendError", "INTERNAL")
        shown = [
            {"id": id_, "snippet": "", "historyId": str(max(mail.history for mail in mails))} for id_, mails in page
        ]
        return {**({"threads": shown} if shown else {}), **more, "resultSizeEstimate": len(found)}

    def _thread(self, request: Request, mailbox: GmailMailbox) -> dict[str, Any]:
        if request.query_params.get("format", "full") not in ("full", "metadata"):
            raise Refused(400, "This stand-in gives whole mails only", "invalidArgument", "INVALID_ARGUMENT")
        mails = mailbox.threads().get(request.path_params["id"])
        if mails is None:
            raise _not_found()
        history = str(max(mail.history for mail in mails))
        return {"id": mails[0].thread_id, "historyId": history, "messages": [mailbox.shown(mail) for mail in mails]}

    def _messages(self, request: Request, mailbox: GmailMailbox) -> dict[str, Any]:
        wanted = self._wanted(request, mailbox)
        found = [mail for mail in mailbox.mails.values() if wanted(mail)]
        page, more = self._page(request, "messages", found)
        shown = [{"id": mail.id, "threadId": mail.thread_id} for mail in page]
        return {**({"messages": shown} if shown else {}), **more, "resultSizeEstimate": len(found)}

    def _history(self, request: Request, mailbox: GmailMailbox) -> dict[str, Any]:
        since = request.query_params.get("startHistoryId", "")
        if not since.isdecimal():
            raise Refused(400, "Missing or invalid startHistoryId", "invalidArgument", "INVALID_ARGUMENT")
        if not mailbox.oldest <= int(since) <= mailbox.now:
            raise _not_found()
        page, more = self._page(request, "history", mailbox.records_since(int(since)))
        shown = [shown_record(record) for record in page]
        return {**({"history": shown} if shown else {}), **more, "historyId": str(mailbox.now)}

    def _attachment(self, request: Request, mailbox: GmailMailbox) -> dict[str, Any]:
        mail_id, data = mailbox.files.get(request.path_params["file"], ("", b""))
        if mail_id != request.path_params["id"] or mail_id not in mailbox.mails:
            raise Refused(400, "Invalid attachment token", "invalidArgument", "INVALID_ARGUMENT")
        self.downloads.append(mail_id)
        return {"size": len(data), "data": encoded(data)}

    def _watch(self, request: Request, mailbox: GmailMailbox) -> dict[str, Any]:
        asked = json.loads(request.state.body)
        if set(asked) - {"topicName", "labelIds", "labelFilterBehavior"}:
            raise Refused(400, f"Unknown names in {sorted(asked)}", "invalidArgument", "INVALID_ARGUMENT")
        topic = asked.get("topicName", "")
        if not re.fullmatch(r"projects/[^/]+/topics/[^/]+", topic):
            raise Refused(
                400, "Invalid topicName does not match projects/*/topics/*", "invalidArgument", "INVALID_ARGUMENT"
            )
        if self.topics.other_topic(mailbox.address, topic):
            message = "Only one user push notification client allowed per developer (call /stop then try again)"
            raise Refused(400, message, "failedPrecondition", "FAILED_PRECONDITION")
        if topic not in self.topics.writable:
            message = (
                f"Error sending test message to Cloud PubSub {topic} : User not authorized to perform this action."
            )
            raise Refused(403, message, "forbidden", "PERMISSION_DENIED")
        ends_at = self.topics.watch(mailbox.address, topic)
        self.topics.tell(mailbox.address, mailbox.now)
        return {"historyId": str(mailbox.now), "expiration": str(int(ends_at * 1000))}

    def _stop(self, _: Request, mailbox: GmailMailbox) -> dict[str, Any]:
        self.topics.stop(mailbox.address)
        return {}

    def _create_draft(self, request: Request, mailbox: GmailMailbox) -> dict[str, Any]:
        try:
            return self.drafts.create(mailbox, json.loads(request.state.body))
        except KeyError as error:
            raise _not_found() from error

    def _draft(self, request: Request, mailbox: GmailMailbox) -> dict[str, Any]:
        try:
            if request.method == "GET":
                return self.drafts.read(mailbox, request.path_params["id"])
            self.drafts.delete(mailbox, request.path_params["id"])
        except KeyError as error:
            raise _not_found() from error
        return {}

    def _send_draft(self, request: Request, mailbox: GmailMailbox) -> dict[str, Any]:
        try:
            return self.drafts.send(mailbox, json.loads(request.state.body)["id"])
        except KeyError as error:
            raise _not_found() from error

    def _wanted(self, request: Request, mailbox: GmailMailbox) -> Callable[[Mail], bool]:
        query = request.query_params
        labels = set(query.getlist("labelIds"))
        for label in labels - set(SYSTEM_LABELS) - set(mailbox.names):
            raise Refused(400, f"Invalid label: {label}", "invalidArgument", "INVALID_ARGUMENT")
        try:
            matches = parsed(query.get("q", ""), {name.casefold(): id_ for id_, name in mailbox.names.items()})
        except NotUnderstood as error:
            raise Refused(400, f"Invalid query: {error}", "invalidArgument", "INVALID_ARGUMENT") from error
        hidden = set() if query.get("includeSpamTrash") == "true" else {"TRASH", "SPAM"} - labels

        def wanted(mail: Mail) -> bool:
            has = frozenset(mail.labels)
            return labels <= has and not has & hidden and matches(mail.message, has)

        return wanted

    def _page[T](self, request: Request, method: str, found: list[T]) -> tuple[list[T], dict[str, str]]:
        asked = request.query_params.get("maxResults", "100")
        if not asked.isdecimal() or not 1 <= int(asked) <= _MAX_RESULTS[method]:
            raise Refused(400, f"Invalid value for maxResults: {asked}", "invalidArgument", "INVALID_ARGUMENT")
        token = request.query_params.get("pageToken")
        if token is not None and not re.fullmatch(rf"{method}-\d+", token):
            raise Refused(400, "Invalid pageToken", "invalidArgument", "INVALID_ARGUMENT")
        start = int(token.rpartition("-")[2]) if token else 0
        end = start + min(int(asked), self.page_size)
        return found[start:end], {"nextPageToken": f"{method}-{end}"} if end < len(found) else {}


def _not_found() -> Refused:
    return Refused(404, "Requested entity was not found.", "notFound", "NOT_FOUND")
