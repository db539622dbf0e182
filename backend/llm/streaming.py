"""Makes the text of a model, or a quote, safe to show while it streams.

What a model writes may repeat a hostile document. So, whatever it says:
- images are never shown, and a link only if its address is exactly that of a source that was retrieved (an address on
  another host could carry the conversation away);
- passage numbers such as ``[2]`` are taken out and kept as hints: the numbers a person sees come from citations that
  were verified, never from the text;
- tags that load or run something, bidirectional overrides, invisible and control characters are taken out;
- a leading ``<think>`` block of a reasoning model is not part of the answer.

Text is held back only while such a construct may be under way, at most a few words.
"""

import re
from collections.abc import Iterable

_LONGEST_HELD = 2000
_INVISIBLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x84\x86-\x9f\u00ad\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\U000e0000-\U000e007f]"
)
# The first character of anything that needs a closer look.
_SPECIAL = re.compile(r"!\[|\[|\]|【|<|https?://|www\.", re.IGNORECASE)
_MARKER = re.compile(r"\[\s*(?:(?:passage|source|document|doc)s?\s*)?\^?(\d+(?:\s*[,;–-]\s*\d+)*)\s*\]", re.IGNORECASE)
_MARKER_BEGUN = re.compile(r"\[\s*(?:[A-Za-z]{0,9}\s*)?\^?[\d\s,;–-]*", re.IGNORECASE)
_NUMBER = re.compile(r"\d+")
_WORD = re.compile(r"\w+")
_WIDE_MARKER = re.compile(r"【(\d*)[^】\n]{0,60}】")
_URL = re.compile(r"(?:https?://|www\.)[^\s<>\"'`()\[\]{}]*", re.IGNORECASE)
_SCHEME = re.compile(r"^(?:https?://)?(?:www\.)?", re.IGNORECASE)
_TAG_NAMES = (
    "a|applet|audio|base|body|button|embed|form|frame|frameset|head|html|iframe|image|img|input|link|math|meta|object|"
    r"picture|portal|script|select|source|style|svg|template|textarea|video|passage[\w-]*"
)
_TAG = re.compile(rf"<(?:/?(?:{_TAG_NAMES})(?=[\s/>])[^<>]*>|!--|[a-z][a-z0-9+.-]*:[^\s<>]*>)", re.IGNORECASE)
_TAG_BEGUN = re.compile(
    rf"<(?:/?(?:{_TAG_NAMES})(?=[\s/])[^<>]*|/?[a-z][a-z0-9-]*|!-?|/|[a-z][a-z0-9+.-]*:[^\s<>]*)?", re.IGNORECASE
)
_DANGEROUS = re.compile(rf"</?(?:{_TAG_NAMES})(?:[\s/>]|\Z)", re.IGNORECASE)
_UNFINISHED = re.compile(r"(?:!|(?<![A-Za-z0-9])(?:h|ht|htt|https?|https?:|https?:/|w|ww|www))\Z", re.IGNORECASE)
_FENCE = re.compile(r"^(?:```|~~~)", re.MULTILINE)
_THINK, _THINK_END = "<think>", "</think>"


class AnswerSanitiser:
    """Feed pieces, show what comes back, then `finish`. `hints` grows: (offset in the clean text, passage number)."""

    def __init__(self, source_urls: Iterable[str] = ()) -> None:
        self._urls = frozenset(_without_fragment(url) for url in source_urls)
        self._held = ""
        self._spaces = ""
        self._after_marker = False
        self._length = 0
        self._last = "\n"
        self._line = ""
        self._fenced = False
        self._thinking: bool | None = None
        self.hints: list[tuple[int, int]] = []

    def feed(self, text: str) -> str:
        """What may be shown by now; possibly empty."""
        text = _INVISIBLE.sub("", text)
        self._held += text
        if self._thinking is not False and not self._past_thinking():
            return ""
        return self._drain(final=False)

    def finish(self) -> str:
        """The rest. White space at the end is dropped."""
        if self._thinking:
            return ""
        rest = self._drain(final=True)
        self._spaces = ""
        return rest

    def _past_thinking(self) -> bool:
        start = self._held.lstrip()
        if self._thinking is None:
            if len(start) < len(_THINK) and _THINK.startswith(start):
                return False
            self._thinking = start.startswith(_THINK)
            self._held = start
        if self._thinking:
            _, found, rest = self._held.partition(_THINK_END)
            if not found:
                return False
            self._held, self._thinking = rest.lstrip(), False
        return True

    def _drain(self, *, final: bool) -> str:
        shown: list[str] = []
        while self._held:
            match = _SPECIAL.search(self._held)
            if match is None:
                cut = len(self._held)
                if not final and (open_end := _UNFINISHED.search(self._held)):
                    cut = open_end.start()
                shown.append(self._show(self._held[:cut]))
                self._held = self._held[cut:]
                break
            if match.start():
                shown.append(self._show(self._held[: match.start()]))
                self._held = self._held[match.start() :]
            consumed, replacement = self._resolve(final or len(self._held) > _LONGEST_HELD)
            if not consumed:
                break
            if replacement:
                shown.append(self._show(replacement))
            self._held = self._held[consumed:]
        return "".join(shown)

    def _resolve(self, final: bool) -> tuple[int, str]:
        """How many held characters are decided, and what stands for them; 0 while more must come first."""
        held = self._held
        if held.startswith("!["):
            return 1, ""
        if held[0] == "[":
            return self._resolve_bracket(final)
        if held[0] == "]":
            return self._resolve_target(final)
        if held[0] == "【":
            if marker := _WIDE_MARKER.match(held):
                self._note(marker[1])
                return marker.end(), ""
            return (0, "") if not final and "\n" not in held and len(held) < 64 else (1, "[")
        if held[0] == "<":
            return self._resolve_tag(final)
        return self._resolve_url(final)

    def _resolve_bracket(self, final: bool) -> tuple[int, str]:
        held = self._held
        if self._fenced:
            return 1, "["
        if marker := _MARKER.match(held):
            self._note(marker[1])
            return marker.end(), ""
        begun = _MARKER_BEGUN.match(held)
        if not final and begun and begun.end() == len(held) and len(held) < 40:
            return 0, ""
        return 1, "["

    def _resolve_target(self, final: bool) -> tuple[int, str]:
        """After a ``]``: only the exact address of a source makes a link, and nothing may define one for later."""
        held = self._held
        if len(held) == 1:
            return (1, "]") if final else (0, "")
        if held[1] == ":":
            return 2, "] :"
        if held[1] != "(":
            return 1, "]"
        end = held.find(")")
        if end < 0:
            return (2, "] (") if final or "\n\n" in held else (0, "")
        words = held[2:end].split()
        target = words[0].strip("<>") if words else ""
        if _without_fragment(target) in self._urls:
            return end + 1, f"]({target})"
        # A call in code looks like a link with an odd target: keep its words, break the syntax.
        return (end + 1, "]") if _looks_like_address(target) else (2, "] (")

    def _resolve_tag(self, final: bool) -> tuple[int, str]:
        held = self._held
        if tag := _TAG.match(held):
            return tag.end(), ""
        if not final and _TAG_BEGUN.fullmatch(held):
            return 0, ""
        return 1, "‹" if _DANGEROUS.match(held) else "<"

    def _resolve_url(self, final: bool) -> tuple[int, str]:
        if not self._spaces and self._last.isalnum():
            return 1, self._held[0]  # in the middle of a word no reader sees an address
        url = _URL.match(self._held)
        if url is None or (url.end() == len(self._held) and not final):
            return 0, ""
        address = url[0].rstrip(".,;:!?*_~")
        if self._fenced or _without_fragment(address) in self._urls:
            return len(address), address
        if self._last == "`":
            # Already code, or a lone backtick: without its scheme no reader turns it into a link.
            return len(address), _SCHEME.sub("", address)
        return len(address), f"`{address}`"

    def _note(self, numbers: str) -> None:
        for number in _NUMBER.findall(numbers):
            if len(number) < 4:
                self.hints.append((self._length, int(number)))
        self._after_marker = True

    def _show(self, text: str) -> str:
        """Passes text on, keeping back spaces at its end: they are dropped if a marker and punctuation follow."""
        if self._after_marker and text:
            if text[0] in " \n\t.,;:!?)":
                self._spaces = ""
            self._after_marker = False
        text = self._spaces + text
        kept = text.rstrip(" \t")
        self._spaces = text[len(kept) :]
        if not kept:
            return ""
        if self._length == 0:
            kept = kept.lstrip()
            if not kept:
                return ""
        self._length += len(kept)
        self._last = kept[-1]
        *lines, self._line = (self._line + kept).split("\n")
        for line in lines:
            if _FENCE.match(line):
                self._fenced = not self._fenced
        return kept


class PromptGuard:
    """Notices when an answer recites its instructions: `words` of them in a row, however they are written."""

    def __init__(self, instructions: str, *, words: int = 8) -> None:
        self._size = words
        known = _words(instructions)
        self._known = {tuple(known[i : i + words]) for i in range(len(known) - words + 1)}
        self._recent: list[str] = []
        self._partial = ""

    def leaks(self, text: str) -> bool:
        """Whether the text so far, with this piece, contains a stretch of the instructions."""
        self._partial += text
        if not self._partial[-1:].isalnum():
            complete, self._partial = self._partial, ""
        else:
            cut = max(self._partial.rfind(" "), self._partial.rfind("\n")) + 1
            complete, self._partial = self._partial[:cut], self._partial[cut:]
        for word in _words(complete):
            self._recent.append(word)
            if tuple(self._recent[-self._size :]) in self._known:
                return True
        del self._recent[: -self._size]
        return False


def _words(text: str) -> list[str]:
    return _WORD.findall(text.casefold())


def _without_fragment(url: str) -> str:
    return url.partition("#")[0].rstrip("/")


def _looks_like_address(target: str) -> bool:
    return not target or any(mark in target for mark in (":", "/", ".", "#", "?", "\\", "%", "&"))


def sanitise(text: str, source_urls: Iterable[str] = ()) -> str:
    """A whole text at once, as the stream would have shown it."""
    cleaner = AnswerSanitiser(source_urls)
    return cleaner.feed(text) + cleaner.finish()
