"""The calls that are made to Slack's Web API, and what its refusals mean.

Slack answers 200 to nearly everything; `ok` and `error` in the body decide. Limits come as 429 with Retry-After.
https://docs.slack.dev/apis/web-api, …/rate-limits (2026-11)
"""

from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from typing import Any

from backend.connectors.base import Credential
from backend.connectors.http import Answer, HttpGateway, Params, no_answer, rate_limited, understood
from backend.connectors.manifest import Setup
from backend.connectors.slack import timestamps
from backend.connectors.slack.model import Channel, FilesPage, Member, Page, Team
from backend.errors import (
    InvalidConfig,
    PermissionMissing,
    ReauthRequired,
    SourceError,
    SourceRefused,
    TransientFailure,
)

LABEL = "Slack"
#: The most that conversations.history gives at once (2026-11); replies give as many.
PAGE = 999
_FILES = 200
#: What an app gets at once, and once a minute, that is distributed commercially outside of Slack's Marketplace.
THROTTLED_PAGE = 15
_FILE_HOST = "files.slack.com"

_RENEW = frozenset({"token_expired", "invalid_auth"})
_REAUTH = frozenset({"token_expired", "invalid_auth", "not_authed", "token_revoked", "account_inactive"})
_MISSING = frozenset({"missing_scope", "team_access_not_granted", "ekm_access_denied", "enterprise_is_restricted"})
_NO_SECOND_FACTOR = "two_factor_setup_required"
_CONFIG = frozenset({"not_allowed_token_type", "invalid_arguments", "deprecated_endpoint", "method_deprecated"})
_LIMITED = frozenset({"ratelimited", "rate_limited", "accesslimited"})
#: A cursor lives for a while only; reading goes on from the last checkpoint, which needs none.
_TRANSIENT = frozenset(
    {
        "internal_error",
        "fatal_error",
        "service_unavailable",
        "request_timeout",
        "team_added_to_org",
        "org_login_required",
        "fetch_members_failed",
        "invalid_cursor",
    }
)
THROTTLED = (
    "Slack gives this app 15 messages a minute, because it is distributed commercially outside of Slack's Marketplace. "
    "Create an app of your own in your workspace, as the guide says, and connect with that."
)


#: https://docs.slack.dev/enterprise/developing-for-enterprise-orgs (2026-11)
OF_AN_ORGANISATION = (
    "This app belongs to a whole Enterprise organisation. Add it to one workspace instead, and connect each of them by "
    "itself: then it is known who may read what."
)


class _LastToken:
    """Remembers what was given out, since Slack refuses a token with status 200, out of the wire's sight."""

    def __init__(self, credential: Credential) -> None:
        self._credential = credential
        self.last: str | None = None

    async def access_token(self, *, refused: str | None = None) -> str:
        self.last = await self._credential.access_token(refused=refused)
        return self.last


class SlackClient:
    """One account's calls.

    Errors of every call: those of `HttpGateway`. `SourceRefused.reason` holds Slack's own word where only whoever asked
    can judge it.
    """

    def __init__(self, setup: Setup) -> None:
        self._token = _LastToken(setup.credential)
        self._gateway = HttpGateway(LABEL, setup.settings.api_url, credential=self._token, calls=setup.calls)

    async def close(self) -> None:
        await self._gateway.close()

    async def team(self) -> Team:
        """Errors also: `InvalidConfig` for a token of a whole organisation."""
        found = await self._call("auth.test")
        if found.get("is_enterprise_install") is True:
            raise InvalidConfig(OF_AN_ORGANISATION)
        if not (found.get("team_id") and found.get("user_id")):
            raise no_answer(LABEL)
        return Team(
            id=str(found["team_id"]),
            name=str(found.get("team") or ""),
            url=str(found.get("url") or "").rstrip("/"),
            user_id=str(found["user_id"]),
            user=str(found.get("user") or ""),
        )

    async def channels(self, types: str, *, archived: bool) -> AsyncGenerator[Channel]:
        """Those that the account may list, of some types, separated by commas."""
        params: Params = {"types": types, "exclude_archived": not archived, "limit": PAGE}
        async for found in self._pages("conversations.list", params, "channels"):
            channels = objects(found["channels"])
            if any(not isinstance(one.get("id"), str) for one in channels) or len(channels) < len(found["channels"]):
                raise no_answer(LABEL)  # one that is left out would count as lost
            for one in channels:
                yield Channel.of(one)

    async def members(self, channel: str) -> frozenset[str]:
        """Ids of the people in a channel."""
        ids: set[str] = set()
        async for found in self._pages("conversations.members", {"channel": channel, "limit": PAGE}, "members"):
            ids.update(one for one in found["members"] if isinstance(one, str))
        return frozenset(ids)

    async def people(self, team_id: str) -> AsyncGenerator[list[Member]]:
        """Everybody whom the workspace knows, page by page."""
        async for found in self._pages("users.list", {"limit": PAGE}, "members"):
            yield [Member.of(one, team_id) for one in objects(found["members"]) if isinstance(one.get("id"), str)]

    async def person(self, id_: str, team_id: str) -> Member | None:
        try:
            found = await self._call("users.info", {"user": id_})
        except SourceRefused:  # deleted, or of a workspace that does not tell
            return None
        one = found.get("user")
        return Member.of(one, team_id) if isinstance(one, dict) and isinstance(one.get("id"), str) else None

    async def join(self, channel: str) -> None:
        await self._call("conversations.join", {"channel": channel}, http="POST")

    async def history(self, channel: str, *, oldest: str = "", latest: str = "") -> AsyncGenerator[Page]:
        """Pages of what stands in a channel itself, the newest first: from `oldest` on, and before `latest`."""
        params: Params = {
            "channel": channel,
            "oldest": oldest or None,
            "latest": latest or None,
            "inclusive": True if oldest and not latest else None,
            "limit": PAGE,
        }
        async for found in self._pages("conversations.history", params, "messages"):
            yield _page(found)

    async def replies(self, channel: str, ts: str) -> AsyncGenerator[Page]:
        """Pages of a thread, the oldest first, with the message that it began with."""
        params: Params = {"channel": channel, "ts": ts, "limit": PAGE}
        async for found in self._pages("conversations.replies", params, "messages"):
            yield _page(found)

    async def files(
        self, *, page: int, channel: str | None = None, since: int | None = None, until: int | None = None
    ) -> FilesPage:
        """One page of the files that were shared, the newest first; times are those of creation, in seconds."""
        params: Params = {"channel": channel, "ts_from": since, "ts_to": until, "count": _FILES, "page": page}
        found = await self._call("files.list", params)
        files, paging = found.get("files"), found.get("paging")
        if not isinstance(files, list) or not isinstance(paging, dict):
            raise no_answer(LABEL)
        with understood(LABEL):
            return FilesPage(objects(files), int(paging["pages"]), int(paging["total"]))

    async def file(self, id_: str) -> Mapping[str, Any]:
        """What Slack tells of one file."""
        found = (await self._call("files.info", {"file": id_})).get("file")
        return found if isinstance(found, dict) else {}

    def download(self, url: str) -> AsyncIterator[bytes]:
        """A file's bytes. A redirect is refused: Slack sends whom it does not know to its page for signing in."""
        return self._gateway.pieces(url, hosts=lambda host: host == _FILE_HOST, redirects=0)

    async def _pages(self, method: str, params: Params, name: str) -> AsyncGenerator[dict[str, Any]]:
        """Every page of a method, each with a list of this name. It may be short or empty and still not the last."""
        cursor: str | None = None
        while True:
            found = await self._call(method, {**params, "cursor": cursor})
            if not isinstance(found.get(name), list):
                raise no_answer(LABEL)
            yield found
            following = found.get("response_metadata")
            following = following.get("next_cursor") if isinstance(following, dict) else None
            if not following:
                if found.get("has_more") is True:
                    raise TransientFailure("Slack says that there is more and not where. It is tried again by itself.")
                return
            if following == cursor:
                raise TransientFailure("Slack gives the same page again. It is tried again by itself.")
            cursor = str(following)

    async def _call(self, method: str, params: Params | None = None, *, http: str = "GET") -> dict[str, Any]:
        """The answer's fields, once it says `ok`. A token that has ended is renewed once."""
        for renewed in (False, True):
            if http == "GET":
                answer = await self._gateway.answer("GET", f"/{method}", params=params)
            else:
                answer = await self._gateway.answer(http, f"/{method}", body=params)
            found = answer.json()
            if isinstance(found, dict) and found.get("ok") is True:
                return found
            word = found.get("error") if isinstance(found, dict) else None
            if word not in _RENEW or renewed:
                raise refusal(answer, word if isinstance(word, str) else "")
            await self._token.access_token(refused=self._token.last)
        raise AssertionError("unreachable")


def refusal(answer: Answer, word: str) -> SourceError:
    """What one of Slack's own words means. https://docs.slack.dev/reference/methods, "Errors" of each (2026-11)"""
    if word in _REAUTH:
        return ReauthRequired("Slack no longer accepts what was allowed. Connect it again.")
    if word in _MISSING:
        scope = answer.fields().get("needed")
        needed = f": {scope}" if isinstance(scope, str) and scope else ""
        return PermissionMissing(
            f"Slack was connected without a permission that is needed{needed}. Add it to the app and allow it again."
        )
    if word == _NO_SECOND_FACTOR:
        return PermissionMissing("Slack asks for a second factor first. Set it up there for the account.")
    if word in _CONFIG:
        return InvalidConfig("Slack does not take this kind of token. Use the token of a bot or of a person.")
    if word in _LIMITED:
        return rate_limited(answer)
    if word in _TRANSIENT or not word:
        return TransientFailure("Slack does not answer right now. It is tried again by itself.")
    return SourceRefused(f"Slack refused ({word}).", status=answer.status, reason=word)


def objects(value: object) -> list[dict[str, Any]]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _page(found: dict[str, Any]) -> Page:
    """Errors: `InvalidConfig` for an app that Slack throttles."""
    given = found["messages"]
    if len(given) == THROTTLED_PAGE and found.get("has_more") is True:
        raise InvalidConfig(THROTTLED)
    page = Page([], [])
    for one in given:
        is_message = isinstance(one, dict) and timestamps.is_ts(one.get("ts"))
        (page.messages if is_message else page.malformed).append(one)
    return page
