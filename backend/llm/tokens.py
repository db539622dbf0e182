"""How many tokens a text costs, estimated: every OpenAI-compatible model has a tokenizer of its own.

The estimate errs on the high side for common tokenizers (cl100k, o200k, Llama 3): English prose has about 4.4
characters a token, other alphabets about 2, Chinese, Japanese and Korean about 1.
"""

import re

_WIDE = re.compile(r"[\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\U0001f000-\U0003ffff]")
_CHARS_PER_TOKEN_ASCII = 3.8
_CHARS_PER_TOKEN_OTHER = 1.8
# What a message costs beside its content (role and separators), as OpenAI's own counting guide has it.
TURN_OVERHEAD_TOKENS = 4


def estimate_tokens(text: str) -> int:
    """An upper estimate of the tokens of `text`; 0 for an empty one."""
    if not text:
        return 0
    if text.isascii():
        return int(len(text) / _CHARS_PER_TOKEN_ASCII) + 1
    wide = len(_WIDE.findall(text))
    plain = sum(1 for char in text if char.isascii())
    other = len(text) - wide - plain
    return int(plain / _CHARS_PER_TOKEN_ASCII + other / _CHARS_PER_TOKEN_OTHER + wide) + 1


def truncate_to_tokens(text: str, tokens: int) -> str:
    """The longest beginning of `text` within the estimate, cut at white space where there is some near the end."""
    if tokens <= 0:
        return ""
    if estimate_tokens(text) <= tokens:
        return text
    low, high = 0, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        if estimate_tokens(text[:middle]) <= tokens:
            low = middle
        else:
            high = middle - 1
    cut = text[:low]
    space = cut.rfind(" ")
    return cut[:space] if space > low * 0.8 else cut
