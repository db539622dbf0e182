"""What of a model's call is taken over: what stands in the person's own words, and nothing else."""

import asyncio
import re
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.actions.proposing.fields import Known, Turn, resolve_event, resolve_mail, resolve_message
from backend.actions.proposing.said import Said, link_key, links_in
from backend.actions.proposing.tools import TOOLS, AskedEvent, AskedMail, AskedMessage
from backend.actions.services.slack_tree import Person, Text, mentions, parse, parts_of
from backend.mail_address import mail_key
from tests.support.hostile_wishes import WISHES, Wish

_DANA = Known("Dana Fox", "dana@example.com")


class _People:
    async def named(self, name: str) -> Sequence[Known]:
        return [_DANA] if name.casefold() in ("dana", "dana fox") else []


def _turn(*questions: str) -> Turn:
    return Turn(Said(questions), (), _People())


@pytest.mark.parametrize(
    ("said", "address", "stands"),
    [
        ("mail ann@example.com please", "ann@example.com", True),
        ("mail Ann@Example.com, please", "ann@example.com", True),
        ("mail <ann@example.com>.", "ann@example.com", True),
        ("mail joann@example.com", "ann@example.com", False),
        ("mail ann@example.com.evil.test", "ann@example.com", False),
        ("mail ann@example.community", "ann@example.com", False),
        ("mail ann@example.com-evil.test", "ann@example.com", False),
        ("mail x.ann@example.com", "ann@example.com", False),
        ("mail joann@example.com and ann@example.com", "ann@example.com", True),
        ("mail \u0430nn@example.com", "ann@example.com", False),
        ("", "ann@example.com", False),
        ("mail 'ann@example.com', then rest", "ann@example.com", True),
        ("mail *ann@example.com*!", "ann@example.com", True),
        ("is ann@example.com's address right?", "ann@example.com", True),
        ("[Ann](mailto:ann@example.com)", "ann@example.com", True),
        ("メールを ann@example.com。", "ann@example.com", True),
        ("mail ann@müller.de", "ann@xn--mller-kva.de", True),
        ("mail ann@straße.de", "ann@strasse.de", False),
        ("mail straße@firma.de", "strasse@firma.de", False),
        ("mail \u212aim@x.de", "kim@x.de", False),
        ("mail \u017fam@x.de", "sam@x.de", False),
        ("mail x=ann@example.com", "ann@example.com", False),
        ("mail o/ann@example.com", "ann@example.com", False),
        ("mail x'ann@example.com", "ann@example.com", False),
        ("mail 'ann@example.com", "ann@example.com", False),
        ("mail _ann@example.com", "ann@example.com", False),
        ("mail ann@example.com\u3002evil.test", "ann@example.com", False),
        ("mail ann@example.com\uff0eevil.test", "ann@example.com", False),
        ("mail ann@example.com\uff61evil.test", "ann@example.com", False),
        ("mail ann@example.com\u200b.evil.test", "ann@example.com", False),
        ("mail ann@example.com\u00ad.evil.test", "ann@example.com", False),
        ("mail ann@example.com\x1d.evil.test", "ann@example.com", False),
        ("mail ann@example.com\u2028.evil.test", "ann@example.com", False),
        ("mail jo\u200bann@example.com", "ann@example.com", False),
        ("mail jo\u0301ann@example.com", "ann@example.com", False),
        ("mail bob@x.com@ann@example.com", "ann@example.com", False),
        ("mail ann@example.com@evil.test", "ann@example.com", False),
    ],
)
def test_an_address_stands_there_whole_or_not(said: str, address: str, stands: bool) -> None:
    assert Said([said]).has_address(address) is stands


@pytest.mark.parametrize(
    ("said", "phrase", "stands"),
    [
        ("Mail Dana the summary", "dana", True),
        ("Mail Dana Fox the summary", "Dana Fox", True),
        ("Mail Danas friend", "Dana", False),
        ("Mail Dana. Fox is away", "Dana Fox", True),
        ("Mail Fox, not Dana", "Dana Fox", False),
        ("Mail O'Neil", "O'Neil", True),
        ("anything", "", False),
        ("anything", "!?", False),
    ],
)
def test_a_name_stands_there_word_by_word(said: str, phrase: str, stands: bool) -> None:
    assert Said([said]).has_phrase(phrase) is stands


@given(st.text(max_size=60), st.emails())
def test_no_text_holds_an_address_that_it_does_not_have(text: str, address: str) -> None:
    said = Said([text])
    assert not said.has_address(address) or address.casefold() in text.casefold()


_BITS = st.sampled_from(
    [
        "ann",
        "Ann",
        "@",
        "ann@example.com",
        "ann@straße.de",
        "example",
        ".",
        ".com",
        "strasse",
        "\u212aim@x.com",
        "kim",
        *"=/'_*-+ ,<>()\u3002\uff0e\u200b\u00ad\x1d\u2028\u0301",
        "mailto:",
    ]
)


@given(st.lists(_BITS, max_size=8), st.sampled_from(["ann@example.com", "kim@x.com", "ann@strasse.de"]))
def test_an_address_is_accepted_only_if_a_whole_word_is_the_same_mailbox(bits: list[str], address: str) -> None:
    text = "".join(bits)
    words = {word.removesuffix("'s").strip(".!?'_*~`\u3002") for word in re.split(r'[ ,;:<>()\[\]"]', text)}
    assert not Said([text]).has_address(address) or mail_key(address) in {mail_key(word) for word in words}


@pytest.mark.parametrize(
    ("said", "link", "stands"),
    [
        ("see https://bit.ly/AbCd.", "https://bit.ly/AbCd", True),
        ("see HTTPS://Bit.LY/AbCd", "https://bit.ly/AbCd", True),
        ("see (https://bit.ly/AbCd), please", "https://bit.ly/AbCd", True),
        ("see [this](https://bit.ly/AbCd)", "https://bit.ly/AbCd", True),
        ("see 'https://bit.ly/AbCd'", "https://bit.ly/AbCd", True),
        ("see Bit.ly/AbCd", "bit.ly/AbCd", True),
        ("see https://bit.ly/AbCd", "https://bit.ly/abcd", False),
        ("see bit.ly/AbCd", "bit.ly/abcd", False),
        ("see https://x.io/?Q=a#B", "https://x.io/?q=a#b", False),
        ("see https://Ann@x.io/", "https://ann@x.io/", False),
        ("see https://straße.de/a", "https://strasse.de/a", False),
        ("see https://\u212aim.de/a", "https://kim.de/a", False),
        ("see https://x.io\u3002evil.test/", "https://x.io", False),
        ("see https://x.io\u200b.evil.test/", "https://x.io", False),
        ("see https://x.io\x1d.evil.test/", "https://x.io", False),
        ("see https://x.io'@evil.test/", "https://x.io", False),
        ("see evil.test?u=https://x.io/a", "https://x.io/a", False),
        ("call DATA:a,B", "data:a,B", True),
        ("call data:a,B", "data:a,b", False),
    ],
)
def test_a_link_stands_there_whole_or_not(said: str, link: str, stands: bool) -> None:
    assert Said([said]).has_link(link) is stands


@given(st.text(max_size=30), st.text(alphabet="abAB./?#@:'()\u212aß\u3002\u200b", max_size=12))
def test_a_link_is_accepted_only_if_its_normal_form_stands_in_the_text(before: str, rest: str) -> None:
    text, link = f"{before} https://{rest}", f"https://{rest.lower()}"
    assert not Said([text]).has_link(link) or link_key(link) in {link_key(found) for found in links_in(text)}
    assert not Said([link]).has_link(f"https://x{rest}")


async def test_a_link_goes_out_only_as_the_person_wrote_it() -> None:
    """Mail programs read the signs that may stand in a link as parts of it."""
    for text in ("https://bit.ly/abcd", "https://bit.ly/AbCd'@evil.test", "https://bit.ly/AbCd(x"):
        asked = AskedMail(to=[], cc=[], subject="", text=text, attachments=[])
        made = await resolve_mail(asked, _turn("Send them https://bit.ly/AbCd"))
        assert (made.payload["text"], [one.value for one in made.suggestions]) == ("[link left out]", [text])


async def test_a_place_made_of_the_persons_words_is_no_link() -> None:
    asked = AskedEvent(
        title="", when="", duration="", attendees=[], location="https://pay.evil.test/x", description=""
    )  # fmt: skip
    made = await resolve_event(asked, _turn("Is https the way to pay? Evil! Test X"))
    assert "location" not in made.payload


@given(st.lists(st.sampled_from(["a", " ", ".", "/", "https://", "www.", "x.io", "tel:", "é", "\u200b"]), max_size=30))
def test_what_is_left_of_a_prose_has_no_link(parts: list[str]) -> None:
    text = "".join(parts)
    for link in links_in(text):
        assert link in text


async def test_an_event_takes_people_and_places_that_were_said_and_leaves_times_to_the_person() -> None:
    asked = AskedEvent(
        title="Launch", when="on Thursday", duration="30 minutes", attendees=["Dana", "eve@evil.example"],
        location="Room 5", description="",
    )  # fmt: skip
    made = await resolve_event(asked, _turn("Book 30 minutes with Dana on Thursday in room 5"))
    assert made.payload["attendees"] == [{"name": "Dana Fox", "address": "dana@example.com"}]
    assert (made.payload["location"], made.origins["location"]) == ("Room 5", "person")
    assert [(one.field, one.value, one.origin) for one in made.suggestions] == [
        ("attendees", "eve@evil.example", "assistant"),
        ("start", "on Thursday", "person"),
        ("end", "30 minutes", "person"),
    ]
    assert made.missing == ["start", "end"]


async def test_a_message_is_posted_where_the_person_says_once_they_chose_it() -> None:
    made = await resolve_message(
        AskedMessage(channel="#launch", text="We launch."), _turn("Tell #launch that we launch")
    )
    assert (made.payload, made.missing) == ({"text": "We launch."}, ["channel"])
    assert [(one.value, one.origin) for one in made.suggestions] == [("#launch", "person")]


async def test_a_message_mentions_whom_the_person_mentions_and_names_others_as_text() -> None:
    text = "<@U0MALLORY> <!subteam^S0ALL1> <#C0EVIL> <!here>, ask <@U0DANA>: 1 < 2"
    made = await resolve_message(AskedMessage(channel="", text=text), _turn("Tell them to ask <@U0DANA>"))
    assert list(mentions(parse(made.payload["text"]))) == [Person("U0DANA")]
    shown = [part.text for part in parts_of(parse(made.payload["text"])) if isinstance(part, Text)]
    assert shown == ["<@U0MALLORY> <!subteam^S0ALL1> <#C0EVIL> <!here>, ask ", ": 1 < 2"]
    signs = [("text", sign) for sign in ("<@U0MALLORY>", "<!subteam^S0ALL1>", "<#C0EVIL>", "<!here>")]
    assert [(one.field, one.value) for one in made.suggestions] == signs


@given(
    st.lists(
        st.sampled_from(
            [
                "<@U0MALLORY>",
                "<@U0DANA>",
                "<!here>",
                "<#C0EVIL>",
                "<!subteam^S0ALL1>",
                "<@U0",
                "https://x.io/a",
                *"\\<>*_`|-a \n",
            ]
        ),
        max_size=12,
    )
)
def test_no_message_mentions_whom_the_person_did_not(bits: list[str]) -> None:
    turn = _turn("Tell <@U0DANA> of https://x.io/a")
    made = asyncio.run(resolve_message(AskedMessage(channel="", text="".join(bits)), turn))
    assert set(mentions(parse(made.payload["text"]))) <= {Person("U0DANA")}


@pytest.mark.parametrize("wish", WISHES, ids=lambda wish: str(wish.trick).replace(" ", "-"))
async def test_hostile_calls_of_every_kind_leave_recipients_times_and_places_empty(wish: Wish) -> None:
    turn = _turn("What does the memo say?")
    for call in wish.calls:
        tool = TOOLS.get(call.name)
        if tool is None:
            continue
        try:
            asked = tool.asked.model_validate(call.arguments)
        except ValueError:
            continue
        match asked:
            case AskedMail():
                made = await resolve_mail(asked, turn)
                assert (made.payload["to"], made.payload["cc"], made.payload["attachments"]) == ([], [], [])
            case AskedEvent():
                made = await resolve_event(asked, turn)
                assert made.payload["attendees"] == []
                assert {"start", "end", "location"}.isdisjoint(made.payload)
            case AskedMessage():
                made = await resolve_message(asked, turn)
                assert "channel" not in made.payload
                assert list(mentions(parse(made.payload["text"]))) == []
        assert made.missing
        prose = [str(made.payload.get(name, "")) for name in ("subject", "text", "title", "description")]
        assert links_in(" ".join(prose)) == []


def test_every_schema_is_closed() -> None:
    for one in TOOLS.values():
        assert one.tool.parameters["additionalProperties"] is False
        assert set(one.tool.parameters["required"]) == set(one.tool.parameters["properties"])
