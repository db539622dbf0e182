"""What may leave the house, and whose word that needs: rules as data over what goes out at last.

`judge` is a pure function. Every rule that matches counts, so that the strictest wins: what one forbids no other
allows, each second person is needed, each confirmation asked for. Nothing here can approve: without a person nothing
leaves.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from backend.actions.models import ActionKind, Caution, Reach, Ruling
from backend.mail_address import has_valid_domain, mail_key, plausible_address

#: The code of a rule's confirmation begins with it.
POLICY = "policy:"


def _domain(value: str) -> str:
    key = mail_key(f"x@{value.strip().removeprefix('@')}")
    name = key.removeprefix("x@")
    if "." not in name.strip(".") or not has_valid_domain(key) or not all(c.isalnum() or c in "-." for c in name):
        raise ValueError("Enter a domain such as example.com.")
    return name


def _address(value: str) -> str:
    return mail_key(plausible_address(value))


def _line(value: str) -> str:
    if not value.strip() or not value.isprintable():
        raise ValueError("must be one line of text")
    return value.strip()


Domain = Annotated[str, Field(max_length=253), AfterValidator(_domain)]
Line = Annotated[str, Field(max_length=200), AfterValidator(_line)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


class When(_Strict):
    """What a rule is about; what is not said does not narrow it. All that is said has to hold.

    `domains` with everything below them, `addresses` and `channels`: one of those that it reaches.
    `outside`: it reaches somebody outside of the house. `more_than`: so many recipients are not enough.
    """

    kinds: Annotated[list[ActionKind], Field(max_length=3)] = Field(default_factory=list)
    domains: Annotated[list[Domain], Field(max_length=500)] = Field(default_factory=list)
    addresses: Annotated[list[Annotated[str, AfterValidator(_address)]], Field(max_length=500)] = Field(
        default_factory=list
    )
    channels: Annotated[list[Annotated[str, Field(min_length=1, max_length=200)]], Field(max_length=500)] = Field(
        default_factory=list
    )
    outside: bool | None = None
    more_than: Annotated[int, Field(ge=0, le=10_000)] | None = None
    attachments: bool | None = None


class Forbid(_Strict):
    effect: Literal["forbid"]
    reason: Line


class SecondPerson(_Strict):
    """Other people than the owner have to approve it too: so many of these accounts, or of the administrators."""

    effect: Literal["second_person"]
    approvers: (
        Literal["administrators"]
        | Annotated[list[Annotated[str, Field(min_length=1, max_length=64)]], Field(min_length=1, max_length=50)]
    ) = "administrators"
    count: Annotated[int, Field(ge=1, le=5)] = 1

    @model_validator(mode="after")
    def enough(self) -> Self:
        if self.approvers != "administrators" and len(set(self.approvers)) < self.count:
            raise ValueError("asks for more approvers than it names")
        return self


class Confirm(_Strict):
    """Whoever approves says that they have seen it."""

    effect: Literal["confirm"]
    message: Line


class PolicyRule(_Strict):
    id: Annotated[str, Field(pattern=r"^[a-z0-9_]{1,40}$")]
    name: Line
    when: When
    then: Annotated[Forbid | SecondPerson | Confirm, Field(discriminator="effect")]


class Policy(_Strict):
    """`inside`: the domains of the house; none: that of the owner's own address."""

    inside: Annotated[list[Domain], Field(max_length=100)] = Field(default_factory=list)
    rules: Annotated[list[PolicyRule], Field(max_length=100)] = Field(default_factory=list)

    @model_validator(mode="after")
    def apart(self) -> Self:
        if len({rule.id for rule in self.rules}) < len(self.rules):
            raise ValueError("two rules have the same id")
        return self


#: Where nobody has written one.
DEFAULT_POLICY = Policy(
    rules=[
        PolicyRule(
            id="many_outside",
            name="Mail to many outside",
            when=When(outside=True, more_than=20),
            then=Confirm(effect="confirm", message="It goes to more than 20 people, also outside of the house."),
        )
    ]
)


@dataclass(frozen=True, slots=True)
class Second:
    """Who else has to approve, by one rule."""

    rule: PolicyRule
    asks: SecondPerson


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the policy says. `forbidden`: why it may not leave at all, with the rule's name."""

    rulings: tuple[Ruling, ...]
    forbidden: str | None
    seconds: tuple[Second, ...]
    cautions: tuple[Caution, ...]


def judge(policy: Policy, kind: ActionKind, reach: Reach, owner_address: str) -> Verdict:
    """What the rules say of something that reaches these people and places."""
    inside = frozenset(policy.inside) or frozenset({_domain_of(mail_key(owner_address))})
    matching = [rule for rule in policy.rules if _matches(rule.when, kind, reach, inside)]
    forbidden = next((rule for rule in matching if isinstance(rule.then, Forbid)), None)
    return Verdict(
        rulings=tuple(_ruling(rule) for rule in matching),
        forbidden=f"{_ruling(forbidden).reason} (rule: {forbidden.name})" if forbidden else None,
        seconds=tuple(Second(rule, rule.then) for rule in matching if isinstance(rule.then, SecondPerson)),
        cautions=tuple(
            Caution(code=f"{POLICY}{rule.id}", message=rule.then.message, confirm=True)
            for rule in matching
            if isinstance(rule.then, Confirm)
        ),
    )


def outside_domains(reach: Reach, inside: Sequence[str]) -> frozenset[str]:
    """The domains that it reaches outside of the house."""
    house = frozenset(inside)
    return frozenset(name for name in map(_domain_of, _keys(reach)) if not _below(name, house))


def house_of(policy: Policy, owner_address: str) -> list[str]:
    return policy.inside or [_domain_of(mail_key(owner_address))]


def reach_of(request: dict[str, Any], preview: dict[str, Any]) -> Reach:
    """Of an artefact that does not say it itself: the recipients of its request, or its channel with those who are
    mentioned in it; and the files that are shown.

    Errors: `ValueError` for one that names neither, so that it never counts as one that reaches nobody.
    """
    attachments = len(preview.get("attachments", ()))
    if "recipients" in request:
        return Reach(addresses=list(request["recipients"]), attachments=attachments)
    if "channel" in request:
        people = sum(one["people"] for one in preview.get("mentions", ()))
        shared = bool(request.get("is_shared"))
        return Reach(channels=[request["channel"]], people=people, attachments=attachments, outside=shared)
    raise ValueError("an artefact has to say whom it reaches")


def _matches(when: When, kind: ActionKind, reach: Reach, inside: frozenset[str]) -> bool:
    keys = _keys(reach)
    domains = frozenset(map(_domain_of, keys))
    return (
        (not when.kinds or kind in when.kinds)
        and (not when.domains or any(_below(name, frozenset(when.domains)) for name in domains))
        and (not when.addresses or not keys.isdisjoint(when.addresses))
        and (not when.channels or not frozenset(reach.channels).isdisjoint(when.channels))
        and (when.outside is None or when.outside == (reach.outside or bool(outside_domains(reach, list(inside)))))
        and (when.more_than is None or max(len(keys), reach.people) > when.more_than)
        and (when.attachments is None or when.attachments == (reach.attachments > 0))
    )


def _keys(reach: Reach) -> frozenset[str]:
    return frozenset(map(mail_key, reach.addresses))


def _domain_of(key: str) -> str:
    return key.rpartition("@")[2]


def _below(name: str, domains: frozenset[str]) -> bool:
    parts = name.split(".")
    return any(".".join(parts[start:]) in domains for start in range(len(parts)))


def _ruling(rule: PolicyRule) -> Ruling:
    then = rule.then
    reason = then.reason if isinstance(then, Forbid) else then.message if isinstance(then, Confirm) else None
    return Ruling(rule=rule.id, name=rule.name, effect=then.effect, reason=reason)
