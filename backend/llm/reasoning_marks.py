"""How reasoning begins and ends in what models write: tags, control tokens, sentences.

https://cookbook.openai.com/articles/openai-harmony, the reasoning parsers of vLLM (2026-11)
"""

import re
import string

_TAG_NAMES = ("think", "thinking", "thought", "thoughts", "reasoning", "mm:think", "seed:think", "ifm|think")
PAIRS = {f"<{name}>": f"</{name}>" for name in _TAG_NAMES} | {
    "[think]": "[/think]",
    "◁think▷": "◁/think▷",
    "<|start_thinking|>": "<|end_thinking|>",
    "<|begin_of_thought|>": "<|end_of_thought|>",
    "<|inner_prefix|>": "<|inner_suffix|>",
    "<|channel>": "<channel|>",
}
CLOSINGS = frozenset(PAIRS.values())
#: Around an answer that follows reasoning.
WRAPPERS = frozenset({"<answer>", "</answer>", "<response>", "</response>"})
ANSWER_MARKS = frozenset({"<|start_response|>", "<|end_response|>", "<|begin_of_solution|>", "<|end_of_solution|>"})
HEADER_MARKS = frozenset({"<|start|>", "<|channel|>", "<|constrain|>"})
BODY_MARK = "<|message|>"
END_MARKS = frozenset({"<|end|>", "<|return|>", "<|call|>"})
CONTROL_MARKS = frozenset({*HEADER_MARKS, BODY_MARK, *END_MARKS})
_MARKS = frozenset({*PAIRS, *CLOSINGS, *WRAPPERS, *ANSWER_MARKS, *CONTROL_MARKS})
MARK = re.compile("|".join(map(re.escape, sorted(_MARKS))), re.IGNORECASE | re.ASCII)
_LONGEST_MARK = max(map(len, _MARKS))
_MARKS_BEGUN = frozenset(mark[:size] for mark in _MARKS for size in range(1, len(mark)))
_FIRST_OF_A_MARK = re.compile("[<\\[◁]")

#: Sentences that open reasoning, and those that end it.
SPOKEN_OPENINGS = ("here is my thought process:", "here's my thought process:")
SPOKEN_CLOSINGS = ("here is my response:", "here's my response:")
#: Harmony whose control tokens the server took out.
BARE_CHANNEL = re.compile("(?:analysis|commentary)(?=[A-Z\"“'])")
_BARE_CHANNELS = ("analysis", "commentary")
BARE_FINAL = ("assistantfinal",)
#: As reasoning begins and answers do not, above all where they are told to begin with the answer itself.
MUSINGS = (
    "okay, ", "okay. ", "okay so", "ok, so", "ok, the user", "alright, ", "alright. ", "hmm", "let me think",
    "let me see", "let me look", "let me check", "let's see", "let's think", "the user asks", "the user asked",
    "the user is asking", "the user wants", "the user's question", "the question asks", "the question is asking",
    "we need to answer", "we need to find", "we are asked", "we are given", "i need to answer", "i need to find",
    "first, i need to", "so the user", "so, the user", "thinking process",
    "嗯，", "好的，用户", "好，用户", "用户问", "用户想",
)  # fmt: skip
OPENINGS = (*SPOKEN_OPENINGS, *_BARE_CHANNELS, *MUSINGS)
#: Models that are known to be served with the opening tag in their prompt.
_THINKING_NAMES = re.compile(
    r"(?:^|[^a-z0-9])(?:r1|qwq|thinking|think|reasoner|reasoning)(?:[^a-z0-9]|$)", re.IGNORECASE
)
#: Keeps the length, as `str.lower` does not.
LOWER = str.maketrans(string.ascii_uppercase + "’", string.ascii_lowercase + "'")


def named_for_thinking(model: str) -> bool:
    """Whether a model's name says that its reasoning comes first, e.g. ``deepseek-r1:8b``."""
    return _THINKING_NAMES.search(model) is not None


def begun(text: str) -> int:
    """How many characters at the end of `text` may be the beginning of a mark."""
    tail = text[1 - _LONGEST_MARK :].translate(LOWER)
    for first in _FIRST_OF_A_MARK.finditer(tail):
        if tail[first.start() :] in _MARKS_BEGUN:
            return len(tail) - first.start()
    return 0
