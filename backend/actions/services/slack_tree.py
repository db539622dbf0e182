r"""A message for Slack as a tree, and the words that a person writes it with.

Everything is text but what is written in these forms: `<@U…>` a person, `<!subteam^S…>` a group of people, `<#C…>` a
channel, `<!here>`, `<!channel>` and `<!everyone>`; `<https://…|label>` and plain addresses; `*bold*`, `_italic_`,
`~struck~` and `` `code` ``; lines that begin with `# `, `> ` or `- `, `---`, and code between lines of three backticks.
A backslash before one of these signs leaves it text. `@name` and `@here` stay text: they mention nobody.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Literal, assert_never

type Style = Literal["bold", "italic", "strike", "code"]
type Range = Literal["here", "channel", "everyone"]


@dataclass(frozen=True, slots=True)
class Text:
    text: str
    style: Style | None = None


@dataclass(frozen=True, slots=True)
class Person:
    id: str


@dataclass(frozen=True, slots=True)
class Group:
    id: str


@dataclass(frozen=True, slots=True)
class Channel:
    id: str


@dataclass(frozen=True, slots=True)
class Broadcast:
    range: Range


@dataclass(frozen=True, slots=True)
class Link:
    """`label` None: the address itself is shown."""

    url: str
    label: str | None = None


type Mention = Person | Group | Channel | Broadcast
type Inline = Text | Link | Mention


@dataclass(frozen=True, slots=True)
class Paragraph:
    kind: Literal["text", "heading", "quote"]
    parts: tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class Items:
    items: tuple[tuple[Inline, ...], ...]


@dataclass(frozen=True, slots=True)
class Code:
    text: str


@dataclass(frozen=True, slots=True)
class Divider:
    pass


type Block = Paragraph | Items | Code | Divider

_FENCE = "```"
_ID = "[A-Z0-9]{2,30}"
_PLAIN = r"https?://[^\s<>|\\`]*[^\s<>|\\`.,;:!?'\")\]}*_~]"
_INLINE = re.compile(
    rf"""
      \\(?P<escaped>[\\<>*_~`#@-])
    | <@(?P<person>[UW]{_ID})>
    | <\#(?P<channel>[CG]{_ID})>
    | <!subteam\^(?P<group>S{_ID})>
    | <!(?P<range>here|channel|everyone)>
    | <(?P<url>https?://[^\s<>|\\]+)(?:\|(?P<label>[^<>|\n]+))?>
    | (?P<plain>{_PLAIN})
    | `(?P<code>[^`\n]+)`
    | (?<![\w*])\*(?=\S)(?P<bold>(?:\\.|[^*\n<>`\\])+)(?<=\S)\*(?![\w*])
    | (?<![\w_])_(?=\S)(?P<italic>(?:\\.|[^_\n<>`\\])+)(?<=\S)_(?![\w_])
    | (?<![\w~])~(?=\S)(?P<strike>(?:\\.|[^~\n<>`\\])+)(?<=\S)~(?![\w~])
    """,
    re.VERBOSE,
)
_ESCAPED = re.compile(r"\\([\\<>*_~`#@-])")
_SIGNS = re.compile(rf"(?P<address>{_PLAIN})|[\\<>*~`]|(?<!\w)_|_(?!\w)|^[#-]", re.MULTILINE)


def parse(text: str) -> tuple[Block, ...]:
    """The tree of what a person wrote. Whatever is in no known form is text."""
    return tuple(_blocks(text.replace("\r\n", "\n").split("\n")))


def literal(text: str) -> str:
    """Words that `parse` gives back as they are: text, whatever they look like."""
    return _SIGNS.sub(lambda found: found[0] if found["address"] else f"\\{found[0]}", text)


def _blocks(lines: list[str]) -> Iterator[Block]:
    at = 0
    while at < len(lines):
        line = lines[at]
        if line.strip() == _FENCE and (end := _closing(lines, at + 1)) is not None:
            yield Code("\n".join(lines[at + 1 : end]))
            at = end + 1
        elif not line.strip():
            at += 1
        elif line.strip() == "---":
            yield Divider()
            at += 1
        elif line.startswith("# "):
            yield Paragraph("heading", inline(line[2:].strip()))
            at += 1
        else:
            sign = line[:2] if line[:2] in ("> ", "- ") else ""
            end = at + 1
            while end < len(lines) and _goes_on(lines[end], sign):
                end += 1
            own = [one.removeprefix(sign) for one in lines[at:end]]
            if sign == "- ":
                yield Items(tuple(inline(one) for one in own))
            else:
                yield Paragraph("quote" if sign else "text", inline("\n".join(own)))
            at = end


def _closing(lines: list[str], start: int) -> int | None:
    """The line that ends a piece of code that has any."""
    end = next((at for at in range(start, len(lines)) if lines[at].strip() == _FENCE), None)
    return end if end is not None and any(line.strip() for line in lines[start:end]) else None


def _goes_on(line: str, sign: str) -> bool:
    if sign:
        return line.startswith(sign)
    stripped = line.strip()
    return bool(stripped) and stripped not in ("---", _FENCE) and not line.startswith(("# ", "> ", "- "))


def inline(text: str) -> tuple[Inline, ...]:
    """The parts of one paragraph; neighbouring text is one part."""
    parts: list[Inline] = []
    at = 0
    for match in _INLINE.finditer(text):
        _add(parts, Text(text[at : match.start()]))
        _add(parts, _part(match))
        at = match.end()
    _add(parts, Text(text[at:]))
    return tuple(parts)


def _add(parts: list[Inline], part: Inline) -> None:
    if isinstance(part, Text):
        if not part.text:
            return
        if parts and isinstance(last := parts[-1], Text) and last.style == part.style:
            parts[-1] = replace(last, text=last.text + part.text)
            return
    parts.append(part)


def _part(match: re.Match[str]) -> Inline:
    kind = match.lastgroup
    value = match[kind] if kind else ""
    match kind:
        case "escaped":
            return Text(value)
        case "person":
            return Person(value)
        case "channel":
            return Channel(value)
        case "group":
            return Group(value)
        case "range":
            return Broadcast(value)  # type: ignore[arg-type]  # the pattern knows these three
        case "plain":
            return Link(value)
        case "code":
            return Text(value, "code")
        case "bold" | "italic" | "strike":
            return Text(_ESCAPED.sub(r"\1", value), kind)
        case _:
            return Link(match["url"], match["label"])


def mentions(tree: tuple[Block, ...]) -> Iterator[Mention]:
    """Each once, in their order."""
    seen: set[Mention] = set()
    for part in parts_of(tree):
        if not isinstance(part, (Text, Link)) and part not in seen:
            seen.add(part)
            yield part


def parts_of(tree: tuple[Block, ...]) -> Iterator[Inline]:
    for block in tree:
        match block:
            case Paragraph(parts=parts):
                yield from parts
            case Items(items=items):
                for item in items:
                    yield from item
            case Code(text=text):
                yield Text(text, "code")
            case Divider():
                pass
            case _:
                assert_never(block)


def with_parts(tree: tuple[Block, ...], change: Callable[[Inline], Inline]) -> tuple[Block, ...]:
    """The same with other parts."""

    def changed(parts: tuple[Inline, ...]) -> tuple[Inline, ...]:
        made: list[Inline] = []
        for part in parts:
            _add(made, change(part))
        return tuple(made)

    made: list[Block] = []
    for block in tree:
        match block:
            case Paragraph():
                made.append(replace(block, parts=changed(block.parts)))
            case Items():
                made.append(Items(tuple(changed(item) for item in block.items)))
            case _:
                made.append(block)
    return tuple(made)


def written(mention: Mention) -> str:
    """A mention as it is written."""
    match mention:
        case Person(id):
            return f"<@{id}>"
        case Group(id):
            return f"<!subteam^{id}>"
        case Channel(id):
            return f"<#{id}>"
        case Broadcast(range_):
            return f"<!{range_}>"
        case _:
            assert_never(mention)
