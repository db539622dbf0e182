"""A number in the places that its format gives it: digits, thousands, powers of ten, fractions."""

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from backend.extraction.extractors.number_codes import Part, Token


def number(value: Decimal, part: Part) -> str:
    tokens = list(part.tokens)
    value *= 100 ** sum(token.kind == "sign" and token.text == "%" for token in tokens)
    if any(token.kind == "sign" and token.text == "/" for token in tokens):
        return _fraction(value, tokens)
    if part.has("exponent"):
        return _scientific(value, tokens)
    point = next((at for at, token in enumerate(tokens) if token == Token("sign", ".")), len(tokens))
    last = max(at for at, token in enumerate(tokens) if token.kind == "digit")
    first = min(at for at, token in enumerate(tokens) if token.kind == "digit")
    end = min(point, last + 1)
    grouped = any(token == Token("sign", ",") for token in tokens[first:end])
    trailing = 0
    while end + trailing < len(tokens) and tokens[end + trailing] == Token("sign", ","):
        trailing += 1
    after = last + 1
    while point < len(tokens) and after < len(tokens) and tokens[after] == Token("sign", ","):
        trailing, after = trailing + 1, after + 1
    value = value.scaleb(-3 * trailing)
    decimals = [token for token in tokens[point:] if token.kind == "digit"]
    rounded = value.quantize(Decimal(1).scaleb(-len(decimals)), rounding=ROUND_HALF_UP)
    whole, _, rest = f"{rounded:f}".partition(".")
    return _whole(whole.lstrip("0"), tokens[:point], grouped=grouped) + _decimals(rest, tokens[point:])


def _whole(digits: str, tokens: Sequence[Token], *, grouped: bool) -> str:
    """The part before the point: digits fall into their places from the right, the rest stands before the first."""
    places = [at for at, token in enumerate(tokens) if token.kind == "digit"]
    out: list[str] = []
    left, written = digits, 0
    for at in range(len(tokens) - 1, -1, -1):
        token = tokens[at]
        if token.kind != "digit":
            out.append("" if token == Token("sign", ",") else token.text)
            continue
        taken = left if places and at == places[0] else left[-1:]
        left = left[: len(left) - len(taken)]
        if not taken:
            taken = "0" if token.text == "0" else ""
        for sign in reversed(taken):
            if grouped and written and written % 3 == 0:
                out.append(",")
            out.append(sign)
            written += 1
    if not places:
        out.append(digits[::-1])
    return "".join(reversed(out))


def _decimals(digits: str, tokens: Sequence[Token]) -> str:
    """The point and what follows it; places that may be empty lose their zeros at the end."""
    places = [token.text for token in tokens if token.kind == "digit"]
    shown_digits = list(digits)
    while shown_digits and shown_digits[-1] == "0" and places[len(shown_digits) - 1] != "0":
        shown_digits.pop()
    out, used = [], 0
    for token in tokens:
        if token == Token("sign", "."):
            out.append("." if shown_digits or not places else "")
        elif token.kind == "digit":
            out.append(shown_digits[used] if used < len(shown_digits) else "")
            used += 1
        elif token != Token("sign", ","):
            out.append(token.text)
    return "".join(out)


def _scientific(value: Decimal, tokens: Sequence[Token]) -> str:
    at = next(at for at, token in enumerate(tokens) if token.kind == "exponent")
    before = tokens[:at]
    point = next((at for at, token in enumerate(before) if token == Token("sign", ".")), len(before))
    decimals = sum(token.kind == "digit" for token in before[point:])
    digits = sum(token.kind == "digit" for token in tokens[at + 1 :])
    mantissa, _, exponent = f"{value:.{decimals}E}".partition("E")
    power = int(exponent)
    sign = "-" if power < 0 else "+" if tokens[at].text.endswith("+") else ""
    return f"{mantissa}E{sign}{abs(power):0{max(digits, 1)}d}"


def _fraction(value: Decimal, tokens: Sequence[Token]) -> str:
    at = next(at for at, token in enumerate(tokens) if token == Token("sign", "/"))
    below = "".join(token.text for token in tokens[at + 1 :] if token.kind == "digit" or token.text.isdecimal())
    # A denominator that is written out is fixed: `# ?/8`.
    fixed = int(below) if below.isdecimal() and int(below) else 0
    exact = Fraction(value)
    mixed = sum(token.kind == "text" and not token.text.strip() for token in tokens[:at]) > 0
    whole = int(exact) if mixed else 0
    rest = exact - whole
    if fixed:
        near = Fraction(round(rest * fixed), fixed)
        upper, lower = near.numerator * (fixed // near.denominator), fixed
    else:
        near = rest.limit_denominator(10 ** max(len(below), 1) - 1)
        upper, lower = near.numerator, near.denominator
    if upper == lower and mixed:
        whole, upper = whole + 1, 0
    if not upper:
        return str(whole)
    return f"{whole} {upper}/{lower}" if whole else f"{upper}/{lower}"
