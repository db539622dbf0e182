"""What each provider says when it refuses, in its own documented words, and how a run ends on which every call is so.

https://developers.google.com/workspace/gmail/api/guides/handle-errors, …/drive/api/guides/handle-errors,
https://docs.slack.dev/apis/web-api/#responses, https://developers.notion.com/reference/status-codes,
https://docs.github.com/rest/using-the-rest-api/troubleshooting-the-rest-api (2026-11)
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.support.provider_wire import Fault


@dataclass(frozen=True, slots=True)
class Refusal:
    """`status` and `code` of the connection afterwards. `pause_seconds`: how long it waits at least."""

    name: str
    fault: Fault | Callable[[], Fault]
    status: str
    code: str
    pause_seconds: float = 0

    def made(self) -> Fault:
        return self.fault if isinstance(self.fault, Fault) else self.fault()


_LIMITED = ("waiting", "source_rate_limited")
_AWAY = ("waiting", "source_unavailable")
_REFUSED = ("waiting", "source_refused")
_AGAIN = ("attention", "reauth_required")
_NOT_ALLOWED = ("attention", "permission_missing")
_SET_UP = ("attention", "invalid_config")


def _google(status: int, reason: str, domain: str = "global", **more: Any) -> Fault:
    told = {"domain": domain, "reason": reason, "message": reason, **more}
    return Fault(status=status, body={"error": {"errors": [told], "code": status, "message": reason}})


_GOOGLE = (
    Refusal("401 authError", _google(401, "authError"), *_AGAIN),
    Refusal("403 rateLimitExceeded", _google(403, "rateLimitExceeded", "usageLimits"), *_LIMITED),
    Refusal("403 userRateLimitExceeded", _google(403, "userRateLimitExceeded", "usageLimits"), *_LIMITED),
    Refusal("403 dailyLimitExceeded", _google(403, "dailyLimitExceeded", "usageLimits"), *_LIMITED, 3_500),
    Refusal("429 rateLimitExceeded", _google(429, "rateLimitExceeded", "usageLimits"), *_LIMITED),
    Refusal("403 domainPolicy", _google(403, "domainPolicy"), *_NOT_ALLOWED),
    Refusal("403 insufficientPermissions", _google(403, "insufficientPermissions"), *_NOT_ALLOWED),
    Refusal("403 accessNotConfigured", _google(403, "accessNotConfigured", "usageLimits"), *_SET_UP),
    Refusal("500 backendError", _google(500, "backendError"), *_AWAY),
)
_OF_A_FILE = (
    "appNotAuthorizedToFile",
    "insufficientFilePermissions",
    "cannotDownloadFile",
    "cannotDownloadAbusiveFile",
    "cannotExportFile",
    "fileNotExportable",
    "fileNotDownloadable",
    "exportSizeLimitExceeded",
)
_DRIVE = (
    *_GOOGLE,
    *(Refusal(f"403 {reason}", _google(403, reason), *_REFUSED) for reason in _OF_A_FILE),
    Refusal("404 notFound", _google(404, "notFound", location="fileId", locationType="parameter"), *_REFUSED),
)


def _slack(word: str, status: int = 200, **more: Any) -> Fault:
    return Fault(status=status, body={"ok": False, "error": word, **more})


_SLACK = (
    *(
        Refusal(word, _slack(word), *_AGAIN)
        for word in ("invalid_auth", "not_authed", "token_revoked", "account_inactive", "token_expired")
    ),
    Refusal("missing_scope", _slack("missing_scope", needed="users:read", provided="chat:write"), *_NOT_ALLOWED),
    Refusal("team_access_not_granted", _slack("team_access_not_granted"), *_NOT_ALLOWED),
    Refusal("ekm_access_denied", _slack("ekm_access_denied"), *_NOT_ALLOWED),
    Refusal("enterprise_is_restricted", _slack("enterprise_is_restricted"), *_NOT_ALLOWED),
    Refusal("two_factor_setup_required", _slack("two_factor_setup_required"), *_NOT_ALLOWED),
    Refusal("no_permission", _slack("no_permission"), *_REFUSED),  # of one channel alone, perhaps
    Refusal("not_allowed_token_type", _slack("not_allowed_token_type"), *_SET_UP),
    Refusal("ratelimited in the body", _slack("ratelimited"), *_LIMITED),
    Refusal("internal_error", _slack("internal_error"), *_AWAY),
    Refusal("fatal_error", _slack("fatal_error", 500), *_AWAY),
    Refusal("org_login_required", _slack("org_login_required"), *_AWAY),
    Refusal("access_denied", _slack("access_denied"), *_REFUSED),
)


def _notion(status: int, code: str, **headers: str) -> Fault:
    body = {"object": "error", "status": status, "code": code, "message": "…"}
    return Fault(status=status, body=body, headers=tuple(headers.items()))


_NOTION = (
    Refusal("401 unauthorized", _notion(401, "unauthorized"), *_AGAIN),
    Refusal("403 restricted_resource", _notion(403, "restricted_resource"), *_NOT_ALLOWED),
    Refusal("404 object_not_found", _notion(404, "object_not_found"), *_REFUSED),
    Refusal("400 validation_error", _notion(400, "validation_error"), *_REFUSED),
    Refusal("409 conflict_error", _notion(409, "conflict_error"), *_AWAY),
    Refusal("429 rate_limited", _notion(429, "rate_limited"), *_LIMITED),
    Refusal("529 service_overload", _notion(529, "service_overload"), *_LIMITED),
    Refusal("503 service_unavailable", _notion(503, "service_unavailable"), *_AWAY),
    Refusal("504 gateway_timeout", _notion(504, "gateway_timeout"), "waiting", "source_timed_out"),
)


def _github(status: int, message: str, documentation: str = "https://docs.github.com/rest", **headers: str) -> Fault:
    body = {"message": message, "documentation_url": documentation, "status": str(status)}
    return Fault(status=status, body=body, headers=tuple((name.replace("_", "-"), v) for name, v in headers.items()))


_SECONDARY = "https://docs.github.com/rest/overview/rate-limits-for-the-rest-api#about-secondary-rate-limits"


def _hour_is_over() -> Fault:
    reset = str(int(time.time()) + 40)
    return _github(403, "API rate limit exceeded", x_ratelimit_remaining="0", x_ratelimit_reset=reset)


_GITHUB = (
    Refusal("401 Bad credentials", _github(401, "Bad credentials"), *_AGAIN),
    Refusal("403 Resource not accessible", _github(403, "Resource not accessible by integration"), *_NOT_ALLOWED),
    Refusal("403 secondary rate limit", _github(403, "You have exceeded …", _SECONDARY), *_LIMITED, 55),
    Refusal(
        "403 secondary rate limit with Retry-After",
        _github(403, "You have exceeded …", _SECONDARY, retry_after="40"),
        *_LIMITED,
        38,
    ),
    Refusal("403 primary rate limit", _hour_is_over, *_LIMITED, 35),
    Refusal(
        "403 SAML", _github(403, "Resource protected by organization SAML", x_github_sso="required"), *_NOT_ALLOWED
    ),
    Refusal("404 Not Found", _github(404, "Not Found"), *_REFUSED),
    Refusal("451 closed by law", _github(451, "Repository access blocked"), *_REFUSED),
    Refusal("422 Validation Failed", _github(422, "Validation Failed"), *_REFUSED),
)

REFUSALS = {"gmail": _GOOGLE, "google_drive": _DRIVE, "slack": _SLACK, "notion": _NOTION, "github": _GITHUB}
