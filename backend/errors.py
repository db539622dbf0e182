"""The error tree: all failures that a caller can see; `api/problems.py` renders them as problem+json (RFC 9457).

BibliosError
├── InvalidInput          422  the payload or a value in it is malformed (carries the fields)
├── Unauthenticated       401  no valid credentials
├── Forbidden             403  authenticated, but the scope or role does not allow it
├── NotFound              404  not there, or not yours: both answer alike
├── Conflict              409  the state does not allow it (duplicate mail, stale version)
├── TooLarge              413  a body, file or batch over the limit that settings state
├── RateLimited           429  carries `retry_after_seconds`
├── Unavailable           503  a dependency is down; carries its name
│   ├── AddressTaken           another process listens there (commands/serve.py)
│   ├── FolderInUse            another process has the data folder (db/folder_lock.py)
│   ├── FolderNotShared        processes over one MongoDB have different data folders (db/shared_folder.py)
│   ├── StorageFull            the disk is full (documents/blobs/base.py)
│   └── TextDamaged            a stored text is not what was stored (documents/texts.py)
├── DocumentRefused       422  an index does not take a document as it is (embedding/search/refusal.py)
├── ExtractionFailed           a file could not be read (data: it goes to the document's `error`)
├── UpstreamError         502  a model or embedding API failed, classified once at the gateway
│   ├── UpstreamAuth           401/403: the key is wrong or lacks access
│   ├── UpstreamRateLimited    429: carries `retry_after_seconds`
│   ├── UpstreamRejected       4xx: the request itself was refused (too long, unknown model)
│   ├── UpstreamTransient      5xx, time-out, connection lost: trying again may help
│   └── UpstreamMalformed      the answer could not be understood
├── SourceError           502  a connected service failed, classified once at its gateway, never by message text
│   ├── ReauthRequired    409  its grant is gone or no longer enough: a person has to allow it again
│   ├── PermissionMissing 409  the grant is good, and may not do this; somebody there has to give more
│   ├── InvalidConfig     422  what was set for it cannot work: an unknown folder, a wrong client secret
│   ├── SourceRateLimited 503  it asks to wait; carries `retry_after_seconds` if it said for how long
│   ├── TransientFailure  503  5xx, time-out, connection lost, an answer that is none: trying again may help
│   ├── SourceRefused     502  it refused one call; carries its status and the provider's own word for it
│   └── CursorExpired     409  it no longer knows what has changed since: begin again from the whole
├── DuplicateKey          409  a unique index refused a write (db/collection.py)
├── ProviderError         400  a sign-in at a provider came to nothing (auth/oauth/base.py)
└── ApiFailed                  the server refused a call of the command line (client.py)

`code` is stable and for machines; `message` is safe to show to the person and says what they can do. What only somebody
who runs the server can do (a setting, a command) is the `hint`, which no member is told (ADR 0145).
"""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FieldProblem:
    """One field of a payload that was refused. `field` is a dotted path, e.g. ``items.3.title``."""

    field: str
    code: str
    message: str


class BibliosError(Exception):
    """Base of all expected failures.

    Args:
        message: safe to show to anybody; says what happened and what to do, and names no setting and no command.
        code: stable machine-readable code; defaults to the class's own.
        hint: what whoever runs the server can do, with the names of settings and commands; for administrators, logs
            and the command line. `str(error)` is the message with it.
    """

    status: int = 500
    default_code: str = "internal_error"

    def __init__(
        self, message: str, *, code: str | None = None, hint: str | None = None, fields: Sequence[FieldProblem] = ()
    ) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.code = code or self.default_code
        self.fields = tuple(fields)

    def __str__(self) -> str:
        return f"{self.message} {self.hint}" if self.hint else self.message


class InvalidInput(BibliosError):
    status = 422
    default_code = "invalid_input"


class Unauthenticated(BibliosError):
    status = 401
    default_code = "unauthenticated"


class Forbidden(BibliosError):
    status = 403
    default_code = "forbidden"


class NotFound(BibliosError):
    """Raised both for what does not exist and for what belongs to someone else."""

    status = 404
    default_code = "not_found"


class Conflict(BibliosError):
    status = 409
    default_code = "conflict"


class TooLarge(BibliosError):
    status = 413
    default_code = "too_large"


class RateLimited(BibliosError):
    status = 429
    default_code = "rate_limited"

    def __init__(self, message: str, *, retry_after_seconds: float, code: str | None = None) -> None:
        super().__init__(message, code=code)
        self.retry_after_seconds = retry_after_seconds


class Unavailable(BibliosError):
    """A dependency is down. `dependency` is its name in `/readyz`."""

    status = 503
    default_code = "unavailable"

    def __init__(self, message: str, *, dependency: str, code: str | None = None, hint: str | None = None) -> None:
        super().__init__(message, code=code, hint=hint)
        self.dependency = dependency


class ExtractionFailed(BibliosError):
    """A file could not be turned into text. The code and message land on the document."""

    status = 422
    default_code = "extraction_failed"


class UpstreamError(BibliosError):
    """A model or embedding API failed."""

    status = 502
    default_code = "upstream_error"


class UpstreamAuth(UpstreamError):
    default_code = "upstream_auth"


class UpstreamRateLimited(UpstreamError):
    default_code = "upstream_rate_limited"

    def __init__(self, message: str, *, retry_after_seconds: float | None = None) -> None:
        super().__init__(message)
        self.retry_after_seconds = retry_after_seconds


class UpstreamRejected(UpstreamError):
    """`too_long`: less text might be taken."""

    default_code = "upstream_rejected"

    def __init__(self, message: str, *, hint: str | None = None, too_long: bool = False) -> None:
        super().__init__(message, hint=hint)
        self.too_long = too_long


class UpstreamTransient(UpstreamError):
    default_code = "upstream_transient"


class UpstreamMalformed(UpstreamError):
    default_code = "upstream_malformed"


class SourceError(BibliosError):
    """A connected service (a source of documents, or one that acts) failed."""

    status = 502
    default_code = "source_error"


class ReauthRequired(SourceError):
    """No call will work before a person allows it again; trying again does harm at some providers."""

    status = 409
    default_code = "reauth_required"


class PermissionMissing(SourceError):
    status = 409
    default_code = "permission_missing"


class InvalidConfig(SourceError):
    status = 422
    default_code = "invalid_config"


class SourceRateLimited(SourceError):
    """Not `RateLimited`, which refuses a call of ours: here somebody else refuses us."""

    status = 503
    default_code = "source_rate_limited"

    def __init__(self, message: str, *, retry_after_seconds: float | None = None) -> None:
        super().__init__(message)
        self.retry_after_seconds = retry_after_seconds


class SourceRefused(SourceError):
    """An answer that only whoever asked can judge. `reason` is the provider's own word for it, if it gave one."""

    default_code = "source_refused"

    def __init__(self, message: str, *, status: int, reason: str = "") -> None:
        super().__init__(message)
        self.answer_status = status
        self.reason = reason


class TransientFailure(SourceError):
    """`arrived` False: the call did not reach the service, so that what it asked for certainly did not happen."""

    status = 503
    default_code = "source_unavailable"

    def __init__(self, message: str, *, code: str | None = None, arrived: bool = True) -> None:
        super().__init__(message, code=code)
        self.arrived = arrived


class CursorExpired(SourceError):
    status = 409
    default_code = "cursor_expired"
