"""The formatted form of a mail: nothing in it fetches, runs, hides or lies."""

import re
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.actions.services.lying_links import lies
from backend.actions.services.mail_html import MAX_HTML_CHARS, formatted
from tests.support.hostile_pages import HOSTILE_PAGES, LYING_PAGES

TAGS = frozenset(
    ["a", "b", "blockquote", "br", "caption", "code", "del", "div", "em", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "i",
     "li", "ol", "p", "pre", "s", "small", "span", "strong", "sub", "sup", "table", "tbody", "td", "tfoot", "th",
     "thead", "tr", "u", "ul"]
)  # fmt: skip
ATTRIBUTES = frozenset(
    {("a", "href"), ("ol", "start")} | {(cell, name) for cell in ("td", "th") for name in ("colspan", "rowspan")}
)
UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\U000e0000-\U000e0fff]"
)


class Strict(HTMLParser):
    """Fails on whatever may not be in a mail."""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in TAGS, tag
        for name, value in attrs:
            assert (tag, name) in ATTRIBUTES, (tag, name)
            if name == "href":
                assert re.match(r"(?:https?://|mailto:)[^\s\"'<>`]", value or ""), value
            else:
                assert re.fullmatch(r"-?\d*", value or ""), value

    def handle_comment(self, data: str) -> None:
        raise AssertionError(data)

    def handle_decl(self, decl: str) -> None:
        raise AssertionError(decl)

    def handle_pi(self, data: str) -> None:
        raise AssertionError(data)

    def unknown_decl(self, data: str) -> None:
        raise AssertionError(data)


def looked_at(html: str) -> None:
    reader = Strict()
    reader.feed(html)
    reader.close()
    assert not UNSEEN.search(html)


@pytest.mark.parametrize("name", sorted(HOSTILE_PAGES))
def test_nothing_of_a_hostile_page_is_left_but_its_words(name: str) -> None:
    found = formatted(HOSTILE_PAGES[name])
    looked_at(found.html)
    assert not re.search(r"evil\.example|script:|srcset", "".join(re.findall(r"<[^>]*>", found.html)))
    assert formatted(found.html) == found
    if name not in ("textarea", "math", "mutation", "mutation_by_form", "style_in_noscript", "script_split"):
        assert "ok" in found.text
    assert not UNSEEN.search(found.text)


@pytest.mark.parametrize("name", sorted(LYING_PAGES))
def test_a_link_that_lies_in_a_hidden_way_shows_where_it_leads(name: str) -> None:
    found = formatted(LYING_PAGES[name])
    looked_at(found.html)
    assert formatted(found.html) == found
    [address] = [one for one in found.links if "evil.example" in one]
    assert f"[{address}]" in found.html
    assert f"[{address}]" in found.text


def test_there_are_many_of_them() -> None:
    assert len(HOSTILE_PAGES) >= 30


@given(st.text(max_size=200))
def test_whatever_is_given_is_clean_and_stays_as_it_is(page: str) -> None:
    found = formatted(page)
    looked_at(found.html)
    assert formatted(found.html) == found


FRAGMENTS = st.sampled_from(
    ["<a href='https://x.example'>", "</a>", "<p>", "</p>", "<ul>", "<li>", "</ul>", "<table>", "<td>", "</table>",
     "<b>", "<svg>", "<style>", "</style>", "<pre>", "\n", "<blockquote>", "</blockquote>", "<img src=x>", "x.example ",
     "<button>", "</button>", "<a href='https://y.example'>", "</p>", "<td><p>", "<h1>", "</h1>", "<caption>", "\r",
     "&#13;", "&#10;", "<i>", "</i>", "</b>", "&lt;", "<!--", "-->", "<script>", "</script>", "'", '"',
     "<math>", "<ol start=7>", "</ol>", "<br>", "words "]
)  # fmt: skip


@given(st.lists(FRAGMENTS, max_size=25).map("".join))
def test_pieces_of_pages_in_any_order_are_clean_and_stay_as_they_are(page: str) -> None:
    found = formatted(page)
    looked_at(found.html)
    assert formatted(found.html) == found


@pytest.mark.parametrize(
    ("label", "href"),
    [
        ("https://bank.com", "https://evil.example/"),
        ("bank.com", "https://bank.com.evil.example/"),
        ("www.bank.com/login", "http://evil.example"),
        ("bank.com", "https://bank.com@evil.example/"),
        ("ada@bank.com", "mailto:eve@evil.example"),
        ("Pay at bank.com now", "https://evil.example"),
        ("bаnk.com", "https://bank.com"),
        ("", "https://evil.example"),
        ("mailto:ada@bank.com", "https://evil.example"),
        ("www.bank.com", "https://evil.example\\@www.bank.com/"),
        ("https:\\\\bank.com", "https://evil.example"),
        ("https:bank.com", "https://evil.example"),
        ("evil.example or bank.com", "https://evil.example"),
        ("See bank.com.", "https://evil.example"),
        ("bank.com?session=" + "a" * 40, "https://evil.example"),
        ("words " * 100 + "bank.com", "https://evil.example"),
        ("a" * 400 + ".bank.com", "https://evil.example"),
    ],
)
def test_a_link_that_lies_shows_where_it_leads(label: str, href: str) -> None:
    assert lies(label, href)
    found = formatted(f'<a href="{href}">{label}</a>')
    assert f"[{href}]" in found.html
    assert f"[{href}]" in found.text


@pytest.mark.parametrize(
    ("label", "href"),
    [
        ("bank.com", "https://www.bank.com/login?x=1"),
        ("https://bank.com/a", "https://bank.com/b"),
        ("ada@bank.com", "mailto:ada@bank.com?subject=Hi"),
        ("Click here", "https://elsewhere.example"),
        ("Version 1.2 of the plan", "https://elsewhere.example"),
    ],
)
def test_a_link_that_says_where_it_leads_is_left_as_it_is(label: str, href: str) -> None:
    assert not lies(label, href)
    assert formatted(f'<a href="{href}">{label}</a>').html == f'<a href="{href}">{label}</a>'


def test_the_plain_text_says_the_same() -> None:
    page = (
        "<h1>Launch</h1><p>Dear Dana,<br>we <b>launch</b> &amp; celebrate.</p><ul><li>first<li>then "
        '<a href="https://plan.example/x">the plan</a></ul><ol start=3><li>three</ol><blockquote>Shall we?</blockquote>'
        "<table><tr><th>Fish<th>Price<tr><td>Cod<td>7</table><pre>a\n  b</pre><hr>Ada"
    )
    assert formatted(page).text == (
        "Launch\n\nDear Dana,\nwe launch & celebrate.\n\n- first\n- then the plan <https://plan.example/x>\n\n"
        "3. three\n\n"
        "> Shall we?\n\nFish  Price\nCod  7\n\na\n  b\n\n---\nAda\n"
    )
    assert formatted(page).links == ("https://plan.example/x",)


@pytest.mark.parametrize("page", ["", " ", "<p></p>", "<script>1</script>", "<!-- -->"])
def test_a_page_without_words_has_none(page: str) -> None:
    assert formatted(page).text == ""


@pytest.mark.parametrize(
    "page",
    ["<div>" * 20_000, "<b>" * 30_000, "<table><td>" * 9_000, "x" * (MAX_HTML_CHARS + 1), "&" * MAX_HTML_CHARS],
    ids=["deep", "deep_inline", "deep_tables", "long", "long_afterwards"],
)
def test_what_takes_too_long_or_is_too_large_is_refused_with_what_to_do(page: str) -> None:
    with pytest.raises(ValueError, match=r"Make it simpler|Shorten it"):
        formatted(page)
