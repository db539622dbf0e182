"""Text of others on a terminal: a title or an address must not move the cursor, set colours or answer for the user."""

_BIDIRECTIONAL = (0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A))
_LINES = (0x2028, 0x2029)
_SURROGATES = range(0xD800, 0xE000)
_CODES = (*range(0x20), *range(0x7F, 0xA0), *_BIDIRECTIONAL, *_LINES, *_SURROGATES)

_ESCAPED = {code: f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" for code in _CODES}
_IN_LINES = {code: shown for code, shown in _ESCAPED.items() if chr(code) not in "\n\t"}
_IN_JSON = {code: f"\\u{code:04x}" for code in _CODES if chr(code) not in "\n\t"}


def printable(text: str) -> str:
    """The text with control and direction characters written out; line ends and tabs stay."""
    return text.translate(_IN_LINES)


def printable_line(text: str) -> str:
    """The same in one line: nobody can write a second one."""
    return text.translate(_ESCAPED)


def printable_json(text: str) -> str:
    """JSON that says the same in plain characters."""
    return text.translate(_IN_JSON)
