"""Addresses, domains and names that only look like those that are known."""

import idna
import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.actions.services.acquaintances import Circle
from backend.actions.services.email_payload import Recipient
from backend.actions.services.look_alikes import likeness, mixes_scripts, nearest, readable_domain
from backend.actions.services.recipient_warnings import recipient_warnings

CIRCLE = Circle(
    people={"dana.fox@example.com": "Dana Fox", "ben@example.com": "Ben Okri", "ada@example.com": "Ada Lovelace"},
    domains=["example.com", "partner.org", "micro-soft.com"],
)


def warned(address: str, name: str | None = None) -> dict[str, str]:
    return {one.code: one.message for one in recipient_warnings([Recipient(name=name, address=address)], CIRCLE)}


@pytest.mark.parametrize(
    "domain",
    [
        "exarnple.com",  # rn for m
        "examp1e.com",
        "exampIe.com",
        "еxample.com",  # Cyrillic е
        "exаmple.com",  # Cyrillic а
        "ехаmрlе.com",  # several
        "exámple.com",  # an accent
        "eхample.com",
        "mícro-soft.com",
        "rnicro-soft.com",
        "micro-s0ft.com",
        "pаrtner.org",
        "partпer.org",  # Cyrillic п
    ],
)
def test_a_domain_of_the_same_signs_names_both_and_has_to_be_confirmed(domain: str) -> None:
    [first, *_] = recipient_warnings([Recipient(address=f"dana@{domain}")], CIRCLE)
    assert (first.code, first.confirm, first.field) == ("look_alike", True, "to")
    assert any(known in first.message for known in CIRCLE.domains)
    assert "@" in first.message


@pytest.mark.parametrize(
    "domain", ["exampl.com", "examplee.com", "exmaple.com", "exanple.com", "example.co", "partners.org"]
)
def test_a_domain_one_edit_away_is_told(domain: str) -> None:
    found = warned(f"dana@{domain}")
    assert set(found) == {"nearly_known"}
    assert "almost the same" in found["nearly_known"]


@pytest.mark.parametrize("domain", ["example.org", "elsewhere.net", "partner.com", "sample.com", "example.com", "a.io"])
def test_other_domains_are_themselves(domain: str) -> None:
    assert warned(f"zoe@{domain}") == {}


def test_an_address_that_looks_like_somebody_here_is_told() -> None:
    assert "Dana Fox <dana.fox@example.com>" in warned("dana.f0x@example.com")["look_alike"]
    assert "dana.fox@example.com" in warned("dana.fx@example.com")["nearly_known"]
    assert warned("dana.fox@example.com") == warned("DANA.FOX@EXAMPLE.COM") == {}


def test_a_domain_in_its_code_is_read_out() -> None:
    coded = idna.encode("bücher.example").decode()
    assert warned(f"a@{coded}") == {"international_domain": f"a@{coded} reads as bücher.example."}
    assert readable_domain("xn--0.com") == "xn--0.com"


@pytest.mark.parametrize("label", ["pаypal", "gооgle", "αpple", "日本а"])
def test_mixed_scripts_are_told(label: str) -> None:
    coded = idna.encode(f"{label}.example", uts46=True).decode()
    assert mixes_scripts(coded)
    assert "mixed_scripts" in warned(f"a@{coded}")


@pytest.mark.parametrize(
    "label", ["пример", "日本語ひらがなカタカナ", "한국", "example", "παράδειγμα", "日本abc", "a1-b"]
)
def test_what_is_written_together_is_not_mixed(label: str) -> None:
    assert not mixes_scripts(idna.encode(f"{label}.example", uts46=True).decode())


def test_a_name_that_is_another_address_is_told() -> None:
    assert "dana.fox@example.com" in warned("eve@evil.net", "dana.fox@example.com")["name_is_address"]
    assert "boss@bank.com" in warned("eve@evil.net", "The boss (boss@bank.com)")["name_is_address"]
    assert warned("eve@evil.net", "eve@evil.net") == warned("eve@evil.net", "Eve") == {}


@pytest.mark.parametrize("name", ["Dana Fox", "fox, dana", "DANA  FOX", "Dаna Fox", "Dana\u200b Fox"])
def test_a_name_of_somebody_here_with_another_address_is_told(name: str) -> None:
    assert "Dana Fox <dana.fox@example.com>" in warned("dana@evil.net", name)["name_of_another"]
    assert "name_of_another" not in warned("dana.fox@example.com", name)


def test_what_tries_to_hide_is_written_out() -> None:
    [warning] = recipient_warnings([Recipient(name="dana@example.com\u202e", address="eve@evil.net")], CIRCLE)
    assert "\u202e" not in warning.message


def test_many_are_named_in_one_warning_of_a_kind() -> None:
    people = [Recipient(address=f"p{number}@examp1e.com") for number in range(60)]
    [warning] = recipient_warnings(people, CIRCLE)
    assert warning.message.endswith("And 55 more.")


@given(st.text(max_size=40), st.text(max_size=40))
def test_likeness_goes_both_ways_and_never_breaks(one: str, other: str) -> None:
    assert likeness(one, other) == likeness(other, one)
    assert likeness(one, one) is None


@given(st.text(alphabet="abcdefgh", min_size=6, max_size=12), st.data())
def test_every_edit_is_found(name: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(name) - 1))
    changed = data.draw(
        st.sampled_from([name[:at] + "z" + name[at:], name[:at] + "z" + name[at + 1 :], name[:at] + name[at + 1 :]])
    )
    if len(changed) >= 6:
        assert nearest(changed, [name]) == (name, "one_edit")
