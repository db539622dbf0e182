"""Which addresses are one mailbox, and which are not."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from backend.access import Caller
from backend.mail_address import has_valid_domain, mail_key


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("straße@example.com", "strasse@example.com"),
        ("ſam@example.com", "sam@example.com"),  # a long s
        ("\u212aim@example.com", "kim@example.com"),  # the Kelvin sign
        ("ÄRA@example.com", "ära@example.com"),  # beyond ASCII only the server knows
        ("ﬁn@example.com", "fin@example.com"),  # a ligature
        ("ada@straße.de", "ada@strasse.de"),  # two domains since IDNA 2008
        ("ada+x@example.com", "ada@example.com"),
    ],
)
def test_mailboxes_that_look_alike_stay_apart(one: str, other: str) -> None:
    assert mail_key(one) != mail_key(other)
    assert Caller.of("u", verified_emails=(one,)).principals != Caller.of("u", verified_emails=(other,)).principals


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (" Ada@Example.COM ", "ada@example.com"),
        ("ada@müller.de", "ada@xn--mller-kva.de"),
        ("ada@MÜLLER.de", "ada@XN--MLLER-KVA.DE"),
        ("ada@mu\u0308ller.de", "ada@müller.de"),  # decomposed
        ("ada@example。com", "ada@example.com"),  # an ideographic full stop
        ("ada@example.com.", "ada@example.com"),
        ("ada@\u212aelvin.de", "ada@kelvin.de"),  # in a domain UTS 46 maps it
    ],
)
def test_spellings_of_one_mailbox_are_one(one: str, other: str) -> None:
    assert mail_key(one) == mail_key(other)


@pytest.mark.parametrize("address", ["ada@ex＠mple.com", f"ada@{'ü' * 64}.de", "ada@a\u200b\u0378.de"])
def test_domain_that_cannot_exist_is_told(address: str) -> None:
    assert not has_valid_domain(mail_key(address))


@example("ada", "example.com .")
@example("", " .")
@given(st.text(max_size=40), st.text(max_size=40))
def test_key_of_a_key_is_itself(local: str, domain: str) -> None:
    key = mail_key(f"{local}@{domain}")
    assert mail_key(key) == key


@given(st.text(min_size=1, max_size=20).filter(lambda local: local == local.strip()))
def test_only_ascii_letters_of_the_local_part_are_folded(local: str) -> None:
    kept = mail_key(f"{local}@example.com").removesuffix("@example.com")
    assert [(a, b) for a, b in zip(local, kept, strict=True) if a != b and not (a.isascii() and a.lower() == b)] == []
