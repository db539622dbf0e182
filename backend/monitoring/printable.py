"""Text of others on a terminal: a title or an address must not move the cursor, set colours or answer for the user."""

import json

_BIDIRECTIONAL = (0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A))
#: Nobody sees these, and a model reads them: zero-width characters, invisible operators, tags. The joiners that Persian
#: and emoji are written with are not among them.
_INVISIBLE = (0x180E, 0x200B, *range(0x2060, 0x2065), 0xFEFF, *range(0xE0000, 0xE0080))
_LINES = (0x2028, 0x2029)
_SURROGATES = range(0xD800, 0xE000)
_CODES = (*range(0x20), *range(0x7F, 0xA0), *_BIDIRECTIONAL, *_INVISIBLE, *_LINES, *_SURROGATES)


def _escape(code: int) -> str:
    if code < 0x100:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


_ESCAPED = {code: _escape(code) for code in _CODES}
_IN_LINES = {code: shown for code, shown in _ESCAPED.items() if chr(code) not in "\n\t"}
#: JSON writes what lies beyond 16 bits as two.
_IN_JSON = {code: json.dumps(chr(code))[1:-1] if code > 0xFFFF else f"\\u{code:04x}" for code in _IN_LINES}


def printable(text: str) -> str:
    """The text with control, direction and invisible characters written out; line ends and tabs stay."""
    return text.translate(_IN_LINES)


def printable_line(text: str) -> str:
    """The same in one line: nobody can write a second one."""
    return text.translate(_ESCAPED)


def printable_json(text: str) -> str:
    """JSON that says the same in plain characters."""
    return text.translate(_IN_JSON)
