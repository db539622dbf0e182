"""Patterns of `.gitattributes`, matched in time that grows with path times pattern, whatever stars they hold. Pure.

As of https://git-scm.com/docs/gitignore (2026-11): without a slash a pattern fits at any depth, with one only below its
own folder.
"""

from dataclasses import dataclass
from typing import Literal

#: A sign; any sign of a name; any number of them; anything; folders, none included; or one sign of a set.
type Kind = Literal["sign", "one", "name", "all", "folders", "set"]


@dataclass(frozen=True, slots=True)
class Token:
    """`signs` of "sign" and "set"; `others`: the set is of what is not in it."""

    kind: Kind
    signs: str = ""
    others: bool = False


class Glob:
    """One pattern. Every way to match it is followed at once, so none is tried twice."""

    def __init__(self, pattern: str) -> None:
        body = pattern.lstrip("/")
        self._tokens = [*([] if "/" in pattern else [Token("folders")]), *_tokens(body)]

    def fits(self, path: str) -> bool:
        """Whether the pattern fits the whole path."""
        outside, inside = self._skipped({0}), set[int]()  # inside: somewhere within "folders"
        for sign in path:
            after, within = set[int](), set[int]()
            for at in outside | inside:
                if at == len(self._tokens):
                    continue
                token = self._tokens[at]
                if token.kind == "folders":
                    within.add(at)
                    if sign == "/":
                        after.add(at + 1)
                elif at in outside and _takes(token, sign):
                    after.add(at if token.kind in ("name", "all") else at + 1)
            outside, inside = self._skipped(after), within
            if not outside and not inside:
                return False
        return len(self._tokens) in outside

    def _skipped(self, places: set[int]) -> set[int]:
        """With the places behind what may be nothing."""
        found, left = set(places), list(places)
        while left:
            at = left.pop()
            if at < len(self._tokens) and self._tokens[at].kind in ("name", "all", "folders") and at + 1 not in found:
                found.add(at + 1)
                left.append(at + 1)
        return found


def _takes(token: Token, sign: str) -> bool:
    match token.kind:
        case "all":
            return True
        case "sign":
            return sign == token.signs
        case "set":
            return sign != "/" and (sign in token.signs) != token.others
        case _:
            return sign != "/"


def _tokens(pattern: str) -> list[Token]:
    found: list[Token] = []
    at = 0
    while at < len(pattern):
        if pattern.startswith("**/", at):
            found.append(Token("folders"))
            at += 3
        elif pattern.startswith("**", at):
            found.append(Token("all"))
            at += 2
        elif pattern[at] == "*":
            found.append(Token("name"))
            at += 1
        elif pattern[at] == "?":
            found.append(Token("one"))
            at += 1
        elif pattern[at] == "[" and (end := pattern.find("]", at + 2)) > 0:
            found.append(_set(pattern[at + 1 : end]))
            at = end + 1
        elif pattern[at] == "\\" and at + 1 < len(pattern):
            found.append(Token("sign", pattern[at + 1]))
            at += 2
        else:
            found.append(Token("sign", pattern[at]))
            at += 1
    return found


def _set(inside: str) -> Token:
    others = inside[0] in "!^"
    inside = inside[1:] if others else inside
    signs, at = "", 0
    while at < len(inside):
        if at + 2 < len(inside) and inside[at + 1] == "-":
            first, last = ord(inside[at]), ord(inside[at + 2])
            signs += "".join(map(chr, range(first, min(last, first + 256) + 1)))
            at += 3
        else:
            signs += inside[at]
            at += 1
    return Token("set", signs, others)
