"""Rules over what goes out: what matches, and that the strictest wins."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from backend.actions.models import Reach
from backend.actions.policy import Policy, PolicyRule, judge, outside_domains, reach_of

FORBID = {"effect": "forbid", "reason": "Not to them."}
SECOND = {"effect": "second_person"}
CONFIRM = {"effect": "confirm", "message": "Sure?"}


def rule(when: dict[str, Any], then: dict[str, Any] = FORBID, id: str = "r") -> PolicyRule:
    return PolicyRule.model_validate({"id": id, "name": f"Rule {id}", "when": when, "then": then})


def matches(when: dict[str, Any], reach: Reach, inside: list[str] | None = None) -> bool:
    policy = Policy(inside=inside or [], rules=[rule(when)])
    return judge(policy, "email", reach, "ada@example.com").forbidden is not None


@pytest.mark.parametrize(
    ("when", "reach", "expected"),
    [
        ({}, Reach(), True),
        ({"kinds": ["email"]}, Reach(), True),
        ({"kinds": ["slack"]}, Reach(), False),
        ({"domains": ["rival.example"]}, Reach(addresses=["eve@rival.example"]), True),
        ({"domains": ["rival.example"]}, Reach(addresses=["eve@mail.RIVAL.example"]), True),
        ({"domains": ["rival.example"]}, Reach(addresses=["eve@notrival.example"]), False),
        ({"domains": ["rival.example"]}, Reach(addresses=["rival.example@other.example"]), False),
        ({"domains": ["bücher.example"]}, Reach(addresses=["eve@xn--bcher-kva.example"]), True),
        ({"domains": ["rival.example"]}, Reach(addresses=["eve@rival.example."]), True),
        ({"addresses": ["Eve@Rival.example"]}, Reach(addresses=["eve@rival.EXAMPLE"]), True),
        ({"addresses": ["eve@rival.example"]}, Reach(addresses=["eve2@rival.example"]), False),
        ({"outside": True}, Reach(addresses=["ben@example.com"]), False),
        ({"outside": True}, Reach(addresses=["ben@team.example.com"]), False),
        ({"outside": True}, Reach(addresses=["ben@example.com", "dana@elsewhere.example"]), True),
        ({"outside": True}, Reach(outside=True), True),
        ({"outside": False}, Reach(addresses=["ben@example.com"]), True),
        ({"more_than": 1}, Reach(addresses=["a@x.example"]), False),
        ({"more_than": 1}, Reach(addresses=["a@x.example", "A@x.example"]), False),
        ({"more_than": 1}, Reach(addresses=["a@x.example", "b@x.example"]), True),
        ({"more_than": 50}, Reach(channels=["C1"], people=51), True),
        ({"attachments": True}, Reach(attachments=1), True),
        ({"attachments": True}, Reach(), False),
        ({"channels": ["C1"]}, Reach(channels=["C1", "C2"]), True),
        ({"channels": ["C1"]}, Reach(channels=["C2"]), False),
        ({"outside": True, "attachments": True}, Reach(addresses=["dana@elsewhere.example"]), False),
    ],
)
def test_what_a_rule_is_about(when: dict[str, Any], reach: Reach, expected: bool) -> None:
    assert matches(when, reach) is expected


def test_the_house_is_what_the_policy_says() -> None:
    reach = Reach(addresses=["ben@group.example"])
    assert not matches({"outside": True}, reach, inside=["group.example", "example.com"])
    assert outside_domains(reach, ["example.com"]) == {"group.example"}


def test_all_rules_that_match_count() -> None:
    policy = Policy(
        rules=[
            rule({}, CONFIRM, "a"),
            rule({}, SECOND, "b"),
            rule({}, {**SECOND, "approvers": ["x", "y"], "count": 2}, "c"),
            rule({"outside": True}, FORBID, "d"),
        ]
    )
    inside = judge(policy, "email", Reach(addresses=["ben@example.com"]), "ada@example.com")
    assert (inside.forbidden, [one.rule.id for one in inside.seconds]) == (None, ["b", "c"])
    assert [one.code for one in inside.cautions] == ["policy:a"]
    outside = judge(policy, "email", Reach(addresses=["eve@rival.example"]), "ada@example.com")
    assert outside.forbidden == "Not to them. (rule: Rule d)"
    assert [one.rule for one in outside.rulings] == ["a", "b", "c", "d"]


@pytest.mark.parametrize(
    ("request_", "preview", "expected"),
    [
        ({"recipients": []}, {}, Reach()),
        ({"recipients": ["a@x.example"]}, {"attachments": [{}]}, Reach(addresses=["a@x.example"], attachments=1)),
        ({"channel": "C1"}, {}, Reach(channels=["C1"])),
        ({"channel": "C1", "is_shared": False}, {"mentions": []}, Reach(channels=["C1"])),
        (
            {"channel": "C1", "is_shared": True},
            {"mentions": [{"kind": "person", "people": 1}, {"kind": "group", "people": 40}]},
            Reach(channels=["C1"], people=41, outside=True),
        ),
    ],
)
def test_whom_an_artefact_reaches_that_does_not_say_it(
    request_: dict[str, Any], preview: dict[str, Any], expected: Reach
) -> None:
    assert reach_of(request_, preview) == expected


def test_nothing_reaches_nobody_by_saying_nothing() -> None:
    with pytest.raises(ValueError, match="whom it reaches"):
        reach_of({"method": "pages.publish"}, {})


_RULES = st.lists(
    st.builds(
        lambda when, then: (when, then),
        st.sampled_from([{}, {"outside": True}, {"attachments": True}, {"more_than": 1}, {"domains": ["x.example"]}]),
        st.sampled_from([FORBID, SECOND, CONFIRM]),
    ),
    max_size=6,
)
_REACHES = st.builds(
    Reach,
    addresses=st.lists(st.sampled_from(["a@x.example", "b@example.com", "c@y.example"]), max_size=4),
    attachments=st.integers(0, 2),
)


@given(rules=_RULES, more=_RULES, reach=_REACHES)
def test_another_rule_never_loosens(rules: list[Any], more: list[Any], reach: Reach) -> None:
    made = [rule(when, then, f"r{number}") for number, (when, then) in enumerate([*rules, *more])]
    few = judge(Policy(rules=made[: len(rules)]), "email", reach, "ada@example.com")
    all_ = judge(Policy(rules=made), "email", reach, "ada@example.com")
    assert all_.forbidden or not few.forbidden
    assert set(few.cautions and [one.code for one in few.cautions]) <= {one.code for one in all_.cautions}
    assert {one.rule.id for one in few.seconds} <= {one.rule.id for one in all_.seconds}


@pytest.mark.parametrize(
    "policy",
    [
        {"rules": [{"id": "r", "name": "R", "when": {"colour": "red"}, "then": FORBID}]},
        {"rules": [{"id": "r", "name": "R", "when": {}, "then": {"effect": "allow"}}]},
        {"rules": [{"id": "r", "name": "R", "when": {}, "then": {"effect": "approve"}}]},
        {"rules": [{"id": "R x", "name": "R", "when": {}, "then": FORBID}]},
        {"rules": [{"id": "r", "name": "R\nS", "when": {}, "then": FORBID}]},
        {"rules": [{"id": "r", "name": "R", "when": {"domains": ["no domain"]}, "then": FORBID}]},
        {"rules": [{"id": "r", "name": "R", "when": {"domains": ["*"]}, "then": FORBID}]},
        {"rules": [{"id": "r", "name": "R", "when": {}, "then": {**SECOND, "approvers": ["x", "x"], "count": 2}}]},
        {"rules": [{"id": "r", "name": "R", "when": {}, "then": {**SECOND, "count": 0}}]},
        {"rules": [{"id": "r", "name": "R", "when": {}, "then": FORBID}] * 2},
        {"inside": ["localhost"]},
        {"auto": True},
    ],
)
def test_what_is_no_policy_is_refused(policy: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Policy.model_validate(policy)
