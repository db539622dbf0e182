"""What one model at one address has shown to take and to send: learnt from refusals and answers, not asked for.

What is learnt holds for an hour, so that a server that was changed is found out. It is forgotten at once when the
server refuses what it took before.
"""

import time
from dataclasses import dataclass, field, replace

from backend.llm.refusals import Refusal

_HOLDS_SECONDS = 3600.0
#: The two names of one thing, the older one first: each stands in for the other, then nothing for both.
LIMIT_NAMES = ("max_tokens", "max_completion_tokens")
#: What a request can do without.
_OPTIONAL = frozenset({"stream_options", "temperature", "strict"})
_LEAST_CONTEXT_TOKENS = 512
#: Estimates of tokens are not the model's own counts: so much of what it says to take is used.
_SAFE_SHARE = 0.8


@dataclass(slots=True)
class Capabilities:
    """`limit` is the name under which the longest answer is sent, '' for none.

    `unsupported`: features that are left out. `reasons_first`: whether its answers begin with reasoning that has no
    opening tag; None while that is not known. `reasons`: whether it reasons at all. `context_tokens`: see `ChatModel`.
    """

    limit: str
    unsupported: frozenset[str] = frozenset()
    context_tokens: int | None = None
    reasons_first: bool | None = None
    reasons: bool = False
    learnt_at: float = field(default_factory=time.monotonic)

    def supports(self, feature: str) -> bool:
        return feature not in self.unsupported


class Learning:
    """Keeps the capabilities of one model. `hosted`: the newer name of the limit is known there."""

    def __init__(self, *, hosted: bool) -> None:
        self._default_limit = LIMIT_NAMES[hosted]
        self.known = Capabilities(self._default_limit)

    @property
    def learnt(self) -> bool:
        """Whether requests are other than they would be for a server that is not known."""
        return bool(self.known.unsupported) or self.known.limit != self._default_limit

    def begin(self) -> "Adaptation":
        """For one call. What was learnt long ago is tried anew."""
        if time.monotonic() - self.known.learnt_at > _HOLDS_SECONDS:
            self.forget()
        return Adaptation(self)

    def forget(self) -> None:
        """Back to what every server should take; how it reasons is seen in its answers."""
        self.known = Capabilities(
            self._default_limit, reasons_first=self.known.reasons_first, reasons=self.known.reasons
        )

    def shorten(self, refusal: Refusal, *, used_tokens: int) -> None:
        """The prompt was too long: less is sent from now on. `used_tokens` is the estimate of what was sent.

        A short prompt that is refused as too long tells nothing about the context.
        """
        if used_tokens <= _LEAST_CONTEXT_TOKENS:
            return
        told = refusal.told_limit()
        fits = used_tokens // 2 if told is None else min(int(told * _SAFE_SHARE), int(used_tokens * _SAFE_SHARE))
        self.known.context_tokens = max(_LEAST_CONTEXT_TOKENS, fits)
        self.known.learnt_at = time.monotonic()

    def saw_reasoning(self, *, unopened: bool | None) -> None:
        """`unopened`: whether it began without a tag; None when an answer told nothing about that."""
        self.known.reasons = True
        if unopened is not None:
            self.known.reasons_first = unopened

    def saw_none(self) -> None:
        """An answer that was expected to begin with reasoning did not."""
        self.known.reasons_first = False


class Adaptation:
    """One call's way through refusals. What did not help is taken back."""

    def __init__(self, learning: Learning) -> None:
        self._learning = learning
        self._before = replace(learning.known)
        self._had_learnt = learning.learnt
        self._tried: set[str] = set()
        self._forgot = self._bare = False

    def adapt(self, refusal: Refusal, sent: frozenset[str]) -> bool:
        """Whether asking again makes sense: something that was refused is now left out, or exchanged."""
        feature = refusal.refused(sent)
        if feature is not None and feature not in self._tried:
            self._tried.add(feature)
            self._do_without(feature)
            return True
        if refusal.status not in {400, 422}:
            return False
        if self._had_learnt and not self._forgot:
            # It took this until now: whatever is there now is another server, or another model.
            self._forgot = True
            self._tried.clear()
            self._learning.forget()
            return True
        if not self._bare and sent & _OPTIONAL:
            self._bare = True
            self._leave_out(_OPTIONAL)
            return True
        return False

    def take_back(self) -> None:
        """The call was refused after all: nothing is concluded from it, but that what was known may hold no longer."""
        if self._tried or self._bare or self._forgot:
            kept = self._learning.known
            self._learning.known = replace(
                self._before, context_tokens=kept.context_tokens, reasons=kept.reasons, reasons_first=kept.reasons_first
            )

    def _do_without(self, feature: str) -> None:
        known = self._learning.known
        if feature in LIMIT_NAMES:
            other = LIMIT_NAMES[LIMIT_NAMES[0] == feature]
            known.limit = "" if other in self._tried else other
            known.learnt_at = time.monotonic()
        else:
            self._leave_out(frozenset({feature}))

    def _leave_out(self, features: frozenset[str]) -> None:
        known = self._learning.known
        known.unsupported |= features
        known.learnt_at = time.monotonic()
