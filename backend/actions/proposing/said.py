"""What a person said in a conversation, and whether something stands in it."""

import re
import string
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress

from backend.actions.services.slack_tree import mentions, parse, written
from backend.mail_address import mail_key, plausible_address

_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*", re.UNICODE)
#: What everybody sees as an end. A blank that is not seen, such as U+200B or a control character, ends nothing.
_ENDS = ' \t\r\n\u00a0\u3000<>"'
_TOKEN = re.compile(rf"[^{_ENDS},;:()\[\]]+")
#: Also what mail programs make a link of by themselves, with the signs that may stand in one: a' in https://a'@b.test.
_URL = re.compile(
    r"(?:(?:https?|ftp|data|javascript|mailto|sms|tel):|www\.|(?<![\w@.-])[\w-]+(?:\.[\w-]+)+/)"
    rf"[^{_ENDS}`]+",
    re.IGNORECASE,
)
#: Before a link that is only the end of another one.
_GLUE = re.compile(r"[\w=/?&%#@.+-]")
_AFTER = ".,;:!?…。、！？()[]{}'’”»*_~"
_QUOTES = {"'": "'", "‘": "’", "“": "”", "„": "“", "«": "»", "»": "«", "*": "*", "_": "_", "~": "~", "`": "`"}
_LINK = re.compile(r"((?:[a-z][a-z0-9+.-]*:)?//|)([^/?#]*)(.*)", re.IGNORECASE | re.ASCII | re.DOTALL)
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:(?!//)", re.IGNORECASE | re.ASCII)
_LOWER = str.maketrans(string.ascii_uppercase, string.ascii_lowercase)


class Said:
    """A person's own words: their question and those before it. Nothing of an answer or a passage is in it.

    `mentions`: whom they mention in Slack, as it is written there: `<@U…>`, `<!here>`.
    """

    def __init__(self, questions: Sequence[str]) -> None:
        self._words = tuple(_WORD.findall(_plain("\n".join(questions))))
        self._mailboxes = {key for question in questions for key in _mailboxes(question)}
        self.mentions = frozenset(written(one) for question in questions for one in mentions(parse(question)))
        self._links = {
            link_key(found)
            for question in questions
            for at, found in _found(question)
            if not _GLUE.match(question[at - 1 : at])
        }

    def has_phrase(self, phrase: str) -> bool:
        """Its words stand there, one after the other."""
        wanted = tuple(_WORD.findall(_plain(phrase)))
        return bool(wanted) and any(
            self._words[at : at + len(wanted)] == wanted for at in range(len(self._words) - len(wanted) + 1)
        )

    def has_address(self, address: str) -> bool:
        """The same mailbox stands there whole, as `mail_key` compares them.

        ann@example.com does not stand in joann@example.com, x=ann@example.com or ann@example.com。evil.test.
        """
        return mail_key(address) in self._mailboxes

    def has_link(self, url: str) -> bool:
        """The same link stands there whole (see `link_key`)."""
        return link_key(url) in self._links


def links_in(text: str) -> list[str]:
    """The addresses of pages that a text has, in their order, without the full stop behind them."""
    return [found for _, found in _found(text)]


def with_links(text: str, change: Callable[[str], str]) -> str:
    """The text with what `change` makes of each of its links."""

    def changed(match: re.Match[str]) -> str:
        link = match[0].rstrip(_AFTER)
        return change(link) + match[0][len(link) :]

    return _URL.sub(changed, text)


def link_key(url: str) -> str:
    """The form in which links are compared: of scheme and host the ASCII letters are folded, and nothing else."""
    if scheme := _SCHEME.match(url):
        return url[: scheme.end()].translate(_LOWER) + url[scheme.end() :]
    match = _LINK.fullmatch(url)
    if match is None:
        return url
    before, authority, rest = match.groups()
    user, at, host = authority.rpartition("@")
    return f"{before.translate(_LOWER)}{user}{at}{host.translate(_LOWER)}{rest}"


def _found(text: str) -> Iterator[tuple[int, str]]:
    for match in _URL.finditer(text):
        yield match.start(), match[0].rstrip(_AFTER)


def _mailboxes(text: str) -> Iterator[str]:
    """The keys of the addresses in a text. What could be read in two ways is none."""
    for token in _TOKEN.findall(text):
        if token.count("@") != 1:
            continue
        bare = token.removesuffix("'s").removesuffix("’s").rstrip(_AFTER + "`")
        if token[len(bare) :] and token.startswith(tuple(_QUOTES)) and _QUOTES[token[0]] in token[len(bare) :]:
            bare = bare[1:]
        with suppress(ValueError):
            yield mail_key(plausible_address(bare))


def _plain(text: str) -> str:
    """In one form. Letters that only look like others stay what they are, and match nothing."""
    return unicodedata.normalize("NFC", text).casefold()
