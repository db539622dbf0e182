"""The stand-in of Gmail, judged by Google's own client and by the schemas that Google publishes with it."""

import base64
import json
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import httpx
import pytest
from google.oauth2.credentials import Credentials
from googleapiclient.discovery import build
from googleapiclient.errors import HttpError

from backend.connectors.gmail.auth import READ_ONLY
from tests.support.gmail_service import GmailService
from tests.support.gmail_state import letter
from tests.support.google_discovery import untold
from tests.support.google_pubsub import TOPIC
from tests.support.in_thread import in_thread

ADA = "ada@example.com"
PUBLISHED = Path(__file__).parents[3] / "fixtures" / "providers" / "gmail" / "errors.json"
_TYPES: dict[str, Any] = {
    "string": str,
    "integer": int,
    "number": (int, float),
    "boolean": bool,
    "array": list,
    "object": dict,
}


@pytest.fixture
def service() -> GmailService:
    service = GmailService()
    mailbox = service.mailbox(ADA)
    with_file = letter("See the file.", subject="With a file")
    with_file.add_attachment(b"a,b\n1,2\n", maintype="text", subtype="csv", filename="prices.csv")
    first = mailbox.deliver(with_file)
    mailbox.deliver(letter("An answer."), thread=first.thread_id)
    for number in range(7):
        mailbox.deliver(letter(f"Letter {number}.", subject=f"Letter {number}"))
    mailbox.modify(first.id, add=(mailbox.label("Projects"),), remove=("UNREAD",))
    return service


@pytest.fixture
def address(service: GmailService) -> Iterator[str]:
    with in_thread(service.app) as url:
        yield url


def client(address: str, token: str) -> Any:
    credentials = Credentials(token)  # type: ignore[no-untyped-call]
    return build("gmail", "v1", credentials=credentials, client_options={"api_endpoint": address}).users()


@pytest.fixture
def users(service: GmailService, address: str) -> Any:
    return client(address, service.consents.issue(ADA, READ_ONLY))


@pytest.fixture
def schemas(address: str) -> dict[str, Any]:
    import googleapiclient.discovery_cache as cache

    found = Path(str(cache.__file__)).parent / "documents" / "gmail.v1.json"
    schemas: dict[str, Any] = json.loads(found.read_text())["schemas"]
    return schemas


def conform(answer: Any, schema: dict[str, Any], schemas: dict[str, Any], at: str = "") -> None:
    """Every field of the answer is one that Google describes, and of its type."""
    if "$ref" in schema:
        schema = schemas[schema["$ref"]]
    assert isinstance(answer, _TYPES[schema["type"]]), f"{at}: {answer!r}"
    if schema["type"] == "array":
        for one in answer:
            conform(one, schema["items"], schemas, f"{at}[]")
    if schema["type"] == "object":
        for name, value in answer.items():
            assert name in schema["properties"], f"{at}.{name}"
            conform(value, schema["properties"][name], schemas, f"{at}.{name}")
    if schema.get("format") in ("uint64", "int64") and schema["type"] == "string":
        assert answer.isdecimal(), at


def test_every_answer_has_the_fields_that_google_describes(users: Any, schemas: dict[str, Any]) -> None:
    profile = users.getProfile(userId="me").execute()
    conform(profile, {"$ref": "Profile"}, schemas)
    assert profile["emailAddress"] == ADA
    conform(users.labels().list(userId="me").execute(), {"$ref": "ListLabelsResponse"}, schemas)
    conform(users.threads().list(userId="me").execute(), {"$ref": "ListThreadsResponse"}, schemas)
    conform(users.messages().list(userId="me").execute(), {"$ref": "ListMessagesResponse"}, schemas)
    history = users.history().list(userId="me", startHistoryId="1000").execute()
    conform(history, {"$ref": "ListHistoryResponse"}, schemas)
    for listed in users.threads().list(userId="me").execute()["threads"]:
        conform(users.threads().get(userId="me", id=listed["id"]).execute(), {"$ref": "Thread"}, schemas)


#: A message in a list, and in the history, is its id with that of its thread: "typically".
#: https://developers.google.com/workspace/gmail/api/reference/rest/v1/users.history/list (2026-11)
_OF_A_WHOLE_MAIL = ("historyId", "internalDate", "payload", "sizeEstimate", "snippet", "labelIds")
#: What the stand-in never says. A mail's `raw` comes in a format that nobody here asks for; label values are an
#: organisation's; counts and colours of labels come with `labels.get`.
NEVER = {
    "raw",
    "classificationLabelValues",
    "color",
    "messagesTotal",
    "messagesUnread",
    "threadsTotal",
    "threadsUnread",
}


def test_whatever_google_describes_is_answered_but_for_what_is_named_here(users: Any, service: GmailService) -> None:
    mailbox = service.mailbox(ADA)
    mailbox.delete(mailbox.deliver(letter("Away.")).id)
    threads = users.threads()
    listed = [threads.list(userId="me", maxResults=3).execute(), threads.list(userId="me").execute()]
    ids, page = list[str](), listed[1]
    while page is not None:
        ids += [one["id"] for one in page["threads"]]
        token = page.get("nextPageToken")
        page = threads.list(userId="me", pageToken=token).execute() if token else None
    whole = [threads.get(userId="me", id=id_).execute() for id_ in ids]
    history = [users.history().list(userId="me", startHistoryId="1000", maxResults=4).execute()]
    while (token := history[-1].get("nextPageToken")) is not None:
        history.append(users.history().list(userId="me", startHistoryId="1000", pageToken=token).execute())
    answers: dict[str, tuple[list[Any], set[str]]] = {
        "Profile": ([users.getProfile(userId="me").execute()], set()),
        "ListLabelsResponse": ([users.labels().list(userId="me").execute()], set()),
        "ListThreadsResponse": (listed, {"messages"}),
        "ListMessagesResponse": ([users.messages().list(userId="me", maxResults=3).execute()], {*_OF_A_WHOLE_MAIL}),
        "ListHistoryResponse": (history, {*_OF_A_WHOLE_MAIL}),
        # The snippet comes with `threads.list`; files are parts inside the part that is looked at.
        "Thread": (whole, {"snippet", "attachmentId"}),
    }
    for schema, (found, known) in answers.items():
        missing = {at.rpartition(".")[2] for at in untold("gmail.v1", schema, *found)}
        assert missing <= NEVER | known, schema


def test_pages_are_followed_to_their_end(users: Any) -> None:
    threads = users.threads()
    request, found = threads.list(userId="me", maxResults=3), []
    while request is not None:
        answer = request.execute()
        found += [one["id"] for one in answer["threads"]]
        request = threads.list_next(request, answer)
    assert len(found) == len(set(found)) == 8


def test_history_is_followed_to_its_end_and_tells_labels(users: Any) -> None:
    history = users.history()
    request, kinds = history.list(userId="me", startHistoryId="1000", maxResults=4), []
    while request is not None:
        answer = request.execute()
        kinds += [kind for record in answer["history"] for kind in record if kind not in ("id", "messages")]
        request = history.list_next(request, answer)
    assert (kinds.count("messagesAdded"), kinds[-2:]) == (9, ["labelsAdded", "labelsRemoved"])


def test_a_file_is_fetched_by_the_id_in_its_mail(users: Any) -> None:
    listed = users.messages().list(userId="me", q="subject:file").execute()["messages"][0]
    mails = users.threads().get(userId="me", id=listed["threadId"], format="full").execute()["messages"]
    part = next(part for part in mails[0]["payload"]["parts"] if part["filename"])
    found = users.messages().attachments().get(userId="me", messageId=mails[0]["id"], id=part["body"]["attachmentId"])
    assert base64.urlsafe_b64decode(found.execute()["data"]) == b"a,b\n1,2\n"


def test_a_search_by_label_place_and_message_id(users: Any, service: GmailService) -> None:
    mailbox = service.mailbox(ADA)
    trashed = letter("Gone.", subject="Gone")
    mailbox.trash(mailbox.deliver(trashed).id)

    def found(**asked: Any) -> int:
        return len(users.messages().list(userId="me", **asked).execute().get("messages", []))

    assert found(q=f"rfc822msgid:{trashed['Message-ID']}") == 0
    assert found(q=f"rfc822msgid:{trashed['Message-ID']}", includeSpamTrash=True) == 1
    assert (found(labelIds=["Label_1"]), found(q="label:projects"), found(labelIds=["INBOX", "Label_1"])) == (1, 1, 1)
    assert found(q="(subject:letter) {subject:1 subject:2} -subject:2") == 1


@pytest.mark.parametrize(
    ("call", "status"),
    [
        (lambda users: users.threads().get(userId="me", id="123"), 404),
        (lambda users: users.history().list(userId="me", startHistoryId="1"), 404),
        (lambda users: users.history().list(userId="me", startHistoryId="999999"), 404),
        (lambda users: users.history().list(userId="me"), 400),
        (lambda users: users.threads().list(userId="me", labelIds=["Label_77"]), 400),
        (lambda users: users.threads().list(userId="me", pageToken="other"), 400),
        (lambda users: users.threads().list(userId="me", maxResults=501), 400),
        (lambda users: users.messages().list(userId="me", q="nonsense:word"), 400),
        (lambda users: users.threads().list(userId="ben@example.com"), 403),
        (lambda users: users.messages().trash(userId="me", id="1"), 404),  # not there: this client only reads
    ],
)
def test_what_is_refused_is_refused_to_googles_client_too(users: Any, call: Any, status: int) -> None:
    with pytest.raises(HttpError) as refused:
        call(users).execute()
    assert refused.value.status_code == status


def shape(value: Any) -> Any:
    """Fields and types."""
    if isinstance(value, dict):
        return {name: shape(inner) for name, inner in value.items()}
    return [shape(value[0])] if isinstance(value, list) else type(value)


def contains(found: Any, wanted: Any) -> bool:
    if isinstance(wanted, dict):
        return isinstance(found, dict) and all(contains(found.get(name), inner) for name, inner in wanted.items())
    return contains(found[0], wanted[0]) if isinstance(wanted, list) else found == wanted


def test_refusals_have_the_fields_of_the_examples_that_google_publishes(service: GmailService, address: str) -> None:
    examples = json.loads(PUBLISHED.read_text())["examples"]
    path = f"{address}/gmail/v1/users/me/profile"
    unknown = httpx.get(path, headers={"Authorization": "Bearer of-nobody"}, timeout=60)
    assert unknown.status_code == 401
    assert contains(unknown.json(), examples["401"])
    token = {"Authorization": f"Bearer {service.consents.issue(ADA, READ_ONLY)}"}
    service.units_a_minute = 0
    limited = httpx.get(path, headers=token, timeout=60)
    assert (limited.status_code, limited.json()["error"]["errors"][0]["reason"]) == (403, "userRateLimitExceeded")
    assert contains(shape(limited.json()), shape(examples["403"]))
    service.units_a_minute = None
    bad = httpx.get(f"{address}/gmail/v1/users/me/threads?maxResults=x", headers=token, timeout=60)
    located = shape(examples["400"])
    for name in ("location", "locationType"):
        del located["error"]["errors"][0][name]
    assert bad.status_code == 400
    assert contains(shape(bad.json()), located)


def test_a_token_without_the_scope_reads_nothing(service: GmailService, address: str) -> None:
    users = client(address, service.consents.issue(ADA, "https://www.googleapis.com/auth/calendar.readonly"))
    with pytest.raises(HttpError) as refused:
        users.getProfile(userId="me").execute()
    assert refused.value.status_code == 403
    assert refused.value.error_details[0]["reason"] == "ACCESS_TOKEN_SCOPE_INSUFFICIENT"


def test_a_mail_inside_a_mail_is_a_file_with_its_own_parts(service: GmailService, users: Any) -> None:
    inner, outer = letter("The inner words."), EmailMessage()
    outer["Subject"] = "Forwarded"
    outer.set_content("See below.")
    outer.add_attachment(inner)
    mail = service.mailbox(ADA).deliver(outer)
    payload = users.threads().get(userId="me", id=mail.thread_id).execute()["messages"][0]["payload"]
    part = next(part for part in payload["parts"] if part["mimeType"] == "message/rfc822")
    assert part["body"]["attachmentId"]
    assert part["parts"][0]["mimeType"] == "text/plain"


def test_a_mailbox_is_watched_tells_the_topic_and_is_stopped(
    users: Any, service: GmailService, schemas: dict[str, Any]
) -> None:
    made = users.watch(userId="me", body={"topicName": TOPIC}).execute()
    conform(made, schemas["WatchResponse"], schemas)
    assert made["historyId"] == users.getProfile(userId="me").execute()["historyId"]
    service.mailbox(ADA).deliver(letter("Something new."))
    said = [json.loads(base64.b64decode(one["message"]["data"])) for one in service.topics.waiting]
    assert [set(one) for one in said] == [{"emailAddress", "historyId"}] * 2  # one at once, one for the mail
    with pytest.raises(HttpError) as other:
        users.watch(userId="me", body={"topicName": f"{TOPIC}-2"}).execute()
    assert other.value.resp.status == 400
    assert users.stop(userId="me").execute() == ""
    service.mailbox(ADA).deliver(letter("Something newer."))
    assert len(service.topics.waiting) == 2


def test_a_topic_that_gmail_may_not_write_to_is_refused_in_its_own_words(users: Any, service: GmailService) -> None:
    service.topics.writable.clear()
    with pytest.raises(HttpError) as refused:
        users.watch(userId="me", body={"topicName": TOPIC}).execute()
    error = json.loads(refused.value.content)["error"]
    assert (error["code"], error["status"], error["errors"][0]["reason"]) == (403, "PERMISSION_DENIED", "forbidden")
