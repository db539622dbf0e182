"""Gmail's search, as far as its documentation tells it: https://support.google.com/mail/answer/7190 (2026-11).

A word that is not understood is refused, so that a test cannot lean on one that finds everything.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from email.message import Message

_TOKEN = re.compile(r'\s*(?:(-?)([({])|([)}])|(-?)((?:[a-z0-9]+:)?(?:"[^"]*"|<[^>]*>|[^\s(){}"]+)))', re.IGNORECASE)
_PLACES = {"inbox": "INBOX", "sent": "SENT", "trash": "TRASH", "spam": "SPAM", "drafts": "DRAFT"}


class NotUnderstood(ValueError):
    """A search that this stand-in does not know."""


type Matches = Callable[[Message, frozenset[str]], bool]


def parsed(query: str, label_names: Mapping[str, str]) -> Matches:
    """Whether a mail with these labels is found. `label_names`: label ids by name in small letters."""
    tokens = list(_tokens(query))
    found = _group(tokens, label_names, any_of=False, end="")
    if tokens:
        raise NotUnderstood(query)
    return found


def _tokens(query: str) -> Iterator[tuple[bool, str]]:
    at = 0
    while query[at:].strip():
        match = _TOKEN.match(query, at)
        if match is None:
            raise NotUnderstood(query)
        at = match.end()
        minus, opening, closing, word_minus, word = match.groups()
        yield bool(minus or word_minus), opening or closing or word


def _group(tokens: list[tuple[bool, str]], names: Mapping[str, str], *, any_of: bool, end: str) -> Matches:
    terms: list[Matches] = []
    while tokens:
        is_not, token = tokens.pop(0)
        if token == end:
            break
        if token in ("(", "{"):
            term = _group(tokens, names, any_of=token == "{", end=")" if token == "(" else "}")
        elif token in (")", "}") or token in ("OR", "AND"):
            raise NotUnderstood(token)
        else:
            term = _term(token, names)
        terms.append(_negated(term) if is_not else term)
    combine = any if any_of else all
    return lambda mail, labels: combine(term(mail, labels) for term in terms)


def _negated(term: Matches) -> Matches:
    return lambda mail, labels: not term(mail, labels)


def _term(token: str, names: Mapping[str, str]) -> Matches:
    operator, colon, value = token.partition(":")
    value = value.strip('"')
    if not colon:
        word = token.strip('"').casefold()
        return lambda mail, _labels: word in mail.as_string().casefold()
    match operator.casefold():
        case "from" | "to" | "cc" | "subject" as header:
            return lambda mail, _labels: value.casefold() in str(mail.get(header, "")).casefold()
        case "rfc822msgid":
            return lambda mail, _labels: str(mail.get("Message-ID", "")).strip("<> ") == value.strip("<> ")
        case "in" if value in _PLACES:
            return lambda _mail, labels: _PLACES[value] in labels
        case "label" if value.casefold() in names:
            return lambda _mail, labels: names[value.casefold()] in labels
        case "is" if value in ("unread", "starred"):
            return lambda _mail, labels: value.upper() in labels
        case _:
            raise NotUnderstood(token)
