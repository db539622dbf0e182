"""Tells a model's reasoning from its answer, in whatever dress the server sends it as text.

Known dresses: a pair of tags (``<think>…</think>`` and its relatives, ``[THINK]…[/THINK]``, Cohere's, Gemma's,
Kimi's), a closing tag whose opening one stood in the prompt, harmony's channels (``<|channel|>analysis<|message|>…``)
with or without their control tokens, and Granite's sentences. What is written as code is an answer about tags, and
stays.

Text without a tag passes on at once. Only what may be the beginning of a tag waits, and a whole text whose reasoning is
expected to come first, or that begins as reasoning does: it waits for the closing tag or the end (ADR 0191).
"""

from collections.abc import Sequence
from enum import Enum, auto

from backend.llm import reasoning_marks as marks
from backend.llm.base import Withdrawn

#: More reasoning than this is none: it is given as it is.
_MOST_HELD_CHARS = 400_000
_LINE_TAIL_CHARS = 2000


class _State(Enum):
    start = auto()
    answer = auto()
    #: Reasoning between a mark and the one that ends it.
    reasoning = auto()
    #: It may be reasoning whose end is still to come.
    held = auto()
    #: The head of a message in harmony's format.
    header = auto()
    #: Between two messages of that format.
    between = auto()


class ReasoningFilter:
    """Feed pieces as they come, pass on what comes back, then `finish`.

    `expected`: reasoning without an opening tag is to be expected of this model. Afterwards `closed_unopened` tells
    whether a closing tag stood without an opening one, and `found` whether there was any reasoning.
    """

    def __init__(self, *, expected: bool = False) -> None:
        self._expected = expected
        self._state = _State.start
        self._pending = ""
        self._held: list[str] = []
        self._held_chars = 0
        self._ends: tuple[str, ...] = ()
        # What is given back if reasoning that began within a line never ends: then it was a word about tags.
        self._quoted: list[str] | None = None
        self._header = ""
        self._shown = False
        self._wrapped = False
        self._after_reasoning = False
        self._line = ""
        self._fenced = False
        self._literal_openings = 0
        self.closed_unopened = False
        self.found = False

    def feed(self, text: str) -> list[str | Withdrawn]:
        """What may be passed on by now. After `Withdrawn` nothing that came before it counts."""
        self._pending += text
        given: list[str | Withdrawn] = []
        while self._step(given):
            pass
        return given

    def separate(self) -> None:
        """The server sends reasoning in a field of its own: the text holds none whose opening is missing."""
        self.found = True
        self._expected = False
        if self._state is _State.held and not self._held:
            self._state = _State.answer

    def drop_held(self) -> None:
        """A tool was called: what waits was the reasoning that led to it."""
        if self._state is _State.held:
            self._held.clear()
            self._state = _State.answer

    def finish(self, reason: str) -> list[str | Withdrawn]:
        """The rest. `reason` is why the model stopped: what "length" cut off within reasoning is none of the answer."""
        given: list[str | Withdrawn] = []
        rest, self._pending = self._pending, ""
        match self._state:
            case _State.start | _State.answer:
                self._give(rest, given)
            case _State.held if reason != "length":
                self._give("".join(self._held) + rest, given)
            case _State.reasoning if self._quoted is not None and reason != "length":
                self._give("".join(self._quoted) + rest, given)
            case _:
                pass  # reasoning to its end, or the head of a message
        self._held.clear()
        return given

    def _step(self, given: list[str | Withdrawn]) -> bool:
        """Takes one decision about what is pending; False when more has to come first."""
        match self._state:
            case _State.start:
                return self._begin()
            case _State.reasoning:
                return self._skip_reasoning()
            case _State.answer | _State.held | _State.between | _State.header:
                return self._read_to_mark(given)

    def _begin(self) -> bool:
        """Decides by the first words; leading white space tells nothing."""
        text = self._pending.lstrip()
        lowered = text.translate(marks.LOWER)
        if not text or any(opening.startswith(lowered) for opening in marks.OPENINGS):
            return False
        if spoken := next((opening for opening in marks.SPOKEN_OPENINGS if lowered.startswith(opening)), None):
            self._begin_reasoning(marks.SPOKEN_CLOSINGS, quoted=[text[: len(spoken)]])
            self._pending = text[len(spoken) :]
        elif bare := marks.BARE_CHANNEL.match(text):
            self._begin_reasoning(marks.BARE_FINAL, quoted=None)
            self._pending = text[bare.end() :]
        elif self._expected or lowered.startswith(marks.MUSINGS):
            self._state = _State.held
        else:
            self._state = _State.answer
        return True

    def _begin_reasoning(self, ends: tuple[str, ...], *, quoted: list[str] | None) -> None:
        self._state, self._ends, self._quoted = _State.reasoning, ends, quoted

    def _skip_reasoning(self) -> bool:
        lowered = self._pending.translate(marks.LOWER)
        found = [(at, end) for end in self._ends if (at := lowered.find(end)) >= 0]
        if found:
            at, end = min(found)
            self._pending = self._pending[at + len(end) :]
            self._conclude_reasoning()
            if end in marks.CONTROL_MARKS:
                self._read_harmony(end)
            return True
        kept = max(map(len, self._ends)) - 1
        if self._quoted is not None:
            self._quoted.append(self._pending[:-kept])
        self._pending = self._pending[-kept:]
        return False

    def _conclude_reasoning(self) -> None:
        self._state = _State.answer
        self._quoted = None
        self.found = self._after_reasoning = True

    def _read_to_mark(self, given: list[str | Withdrawn]) -> bool:
        mark = marks.MARK.search(self._pending)
        if mark is None:
            safe = len(self._pending) - marks.begun(self._pending)
            self._take(self._pending[:safe], given)
            self._pending = self._pending[safe:]
            return False
        self._take(self._pending[: mark.start()], given)
        self._pending = self._pending[mark.end() :]
        self._read_mark(mark[0], given)
        return True

    def _read_mark(self, mark: str, given: list[str | Withdrawn]) -> None:
        name = mark.lower()
        # A closing tag on a line of its own ends reasoning that left a fence open.
        ends_fenced = name in marks.CLOSINGS and not self._literal_openings and not self._line.strip()
        if self._in_code() and not ends_fenced and self._state in {_State.answer, _State.held}:
            self._literal_openings += name in marks.PAIRS
            self._literal_openings -= name in marks.CLOSINGS and self._literal_openings > 0
            self._take(mark, given)
        elif name in marks.PAIRS:
            self._drop_what_is_held()
            within = bool(self._line.strip())
            self._begin_reasoning((marks.PAIRS[name],), quoted=[mark] if within else None)
        elif name in marks.CLOSINGS:
            self._close_unopened(mark, given)
        elif name in marks.WRAPPERS:
            self._read_wrapper(mark, given)
        elif name in marks.ANSWER_MARKS:
            self._drop_what_is_held()
            self._state = _State.answer
        else:
            self._read_harmony(name)

    def _close_unopened(self, mark: str, given: list[str | Withdrawn]) -> None:
        if self._literal_openings:
            self._literal_openings -= 1
            self._take(mark, given)
            return
        self.closed_unopened = True
        self._drop_what_is_held()
        if self._shown:
            given.append(Withdrawn())
            self._shown = False
        self._line, self._fenced = "", False
        self._conclude_reasoning()

    def _read_wrapper(self, mark: str, given: list[str | Withdrawn]) -> None:
        opens = not mark.startswith("</")
        if opens and self._after_reasoning and not self._wrapped:
            self._wrapped = True
        elif opens or not self._wrapped:
            self._take(mark, given)
        else:
            self._wrapped = False

    def _read_harmony(self, name: str) -> None:
        self._drop_what_is_held()
        if name in marks.HEADER_MARKS:
            # A role, then a channel: the channel decides, and whom it is for.
            self._header = self._header if self._state is _State.header else ""
            self._header += name
            self._state = _State.header
        elif name == marks.BODY_MARK:
            head = self._header.lower()
            answers = "<|channel|>" not in head or ("<|channel|>final" in head and " to=" not in head)
            self._header = ""
            if answers:
                self._state = _State.answer
            else:
                self._begin_reasoning((*marks.END_MARKS, "<|start|>", "<|channel|>"), quoted=None)
        else:
            self._state = _State.between

    def _take(self, text: str, given: list[str | Withdrawn]) -> None:
        """Text that stands before the next mark."""
        if not text:
            return
        match self._state:
            case _State.header:
                self._header = (self._header + text)[-_LINE_TAIL_CHARS:]
            case _State.held:
                self._follow(text)
                self._held.append(text)
                self._held_chars += len(text)
                if self._held_chars > _MOST_HELD_CHARS:
                    self._state = _State.answer
                    self._give("".join(self._held), given, followed=True)
                    self._held.clear()
            case _State.between:
                # The role stands bare where a server takes out some of the control tokens.
                self._header = (self._header + text)[-_LINE_TAIL_CHARS:]
                if not "assistant".startswith(self._header.strip().lower()):
                    text, self._header = self._header, ""
                    self._state = _State.answer
                    self._give(text, given)
            case _:
                self._give(text, given)

    def _give(self, text: str, given: list[str | Withdrawn], *, followed: bool = False) -> None:
        if self._after_reasoning:
            text = text.lstrip()
        if not text:
            return
        if not followed:
            self._follow(text)
        self._after_reasoning = False
        self._shown = self._shown or bool(text.strip())
        given.append(text)

    def _drop_what_is_held(self) -> None:
        if self._state is _State.held:
            self.found = True
            self._held.clear()
            self._held_chars = 0
            self._line, self._fenced = "", False

    def _follow(self, text: str) -> None:
        """Keeps whether one is within code, as Markdown has it."""
        *lines, last = (self._line + text).split("\n")
        for line in lines:
            if line.lstrip().startswith(("```", "~~~")):
                self._fenced = not self._fenced
        self._line = last[-_LINE_TAIL_CHARS:]

    def _in_code(self) -> bool:
        return self._fenced or self._line.count("`") % 2 == 1


def only_answer(pieces: Sequence[str | Withdrawn]) -> str:
    """What stands of pieces that were passed on."""
    text: list[str] = []
    for piece in pieces:
        if isinstance(piece, Withdrawn):
            text.clear()
        else:
            text.append(piece)
    return "".join(text)
