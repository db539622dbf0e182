"""The own sentence before the rows: what was computed, over how many rows of what."""

from backend.rag.rows.computing import Computed
from backend.rag.rows.wish import Wish

_WORDS = {
    "en": {
        "row": ("row", "rows"),
        "item": ("item", "items"),
        "in": "in “{place}”",
        "of": "of",
        "sum": "the sum of {column} is {value}",
        "average": "the average of {column} is {value}",
        "most": "The highest {column} of {counted} is {value}:",
        "least": "The lowest {column} of {counted} is {value}:",
        "late": "The latest {column} of {counted} is {value}:",
        "early": "The earliest {column} of {counted} is {value}:",
        "distinct": "{value} different values of {column}",
        "stated": "{column}, as the table sums it up: {value}",
        "more": "And {count} more.",
    },
    "de": {
        "row": ("Zeile", "Zeilen"),
        "item": ("Punkt", "Punkte"),
        "in": "in „{place}“",
        "of": "von",
        "sum": "die Summe von {column} ist {value}",
        "average": "der Durchschnitt von {column} ist {value}",
        "most": "Der höchste Wert von {column} unter {counted} ist {value}:",
        "least": "Der niedrigste Wert von {column} unter {counted} ist {value}:",
        "late": "Der späteste Wert von {column} unter {counted} ist {value}:",
        "early": "Der früheste Wert von {column} unter {counted} ist {value}:",
        "distinct": "{value} verschiedene Werte von {column}",
        "stated": "{column} laut der Summenzeile der Tabelle: {value}",
        "more": "Und {count} weitere.",
    },
}


def sentence(wish: Wish, computed: Computed) -> str:
    """Without an end mark where a row follows that says the same in its own words."""
    words = _WORDS[wish.language]
    grid = computed.grid
    name = computed.column.name if computed.column else ""
    value = computed.value.strip("*_` ")
    if computed.stated:
        return _told(words["stated"], column=name, value=value)
    if computed.operation == "lookup":
        row = computed.rows[0].cells[0].strip("*_` ")
        return f"{name} ({row}): {value}" if value and row else f"{name}:"
    unit = words["item" if grid.table.is_list else "row"]
    total, count = len(grid.rows), len(computed.rows)
    where = _told(words["in"], place=(grid.table.headings or (grid.title,))[-1])
    if computed.operation == "most":
        up = wish.grade is None or wish.grade.up
        timely = computed.column is not None and computed.column.dimension in {"date", "month", "clock"}
        kind = ("late" if up else "early") if timely else ("most" if up else "least")
        counted = f"{computed.considered} {unit[1]} {where}"
        return _told(words[kind], column=name, value=value, counted=counted)
    counted = f"{count} {unit[count != 1]}" if count == total else f"{count} {words['of']} {total} {unit[1]}"
    if computed.operation in {"sum", "average"}:
        return f"{counted} {where}; {_told(words[computed.operation], column=name, value=value)}:"
    distinct = f"; {_told(words['distinct'], column=name, value=value)}" if name else ""
    return f"{counted} {where}{distinct}:"


def header(computed: Computed) -> str:
    """The names of the columns, where the rows do not say them themselves."""
    table = computed.grid.table
    return "" if table.named or table.is_list else " | ".join(name for name in table.columns if name)


def more_rows(wish: Wish, count: int) -> str:
    return str(_WORDS[wish.language]["more"]).format(count=count)


def _told(pattern: object, **values: str) -> str:
    return str(pattern).format(**values)
