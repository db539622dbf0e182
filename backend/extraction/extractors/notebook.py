"""Notebooks (.ipynb): cells in order, prose as it is, code with its lines, outputs as text; pictures left out."""

import json
import re
from collections.abc import Iterator
from typing import Any

from backend.documents.models import Kind, Metadata
from backend.extraction.content import Content, Source, TextBuilder
from backend.extraction.extractors.html import from_markup
from backend.extraction.extractors.markdown import headings
from backend.extraction.failures import failure
from backend.extraction.metadata import clean_title

_ANSI = re.compile(r"\x1b\[[0-9;?]{0,20}[A-Za-z]")
_MAX_OUTPUT_CHARS = 20_000


def is_notebook(value: Any) -> bool:
    """Whether a JSON value is a notebook, of any version since 3."""
    return (
        isinstance(value, dict)
        and "nbformat" in value
        and isinstance(value.get("cells", value.get("worksheets")), list)
    )


def extract(source: Source, kind: Kind) -> Content:
    """Raises `corrupt` for what is no notebook, `no_text` for an empty one."""
    try:
        value = json.loads(source.text())
    except (ValueError, RecursionError) as error:
        raise failure("corrupt", "its JSON cannot be read") from error
    if not is_notebook(value):
        raise failure("corrupt", "it has no cells")
    builder = TextBuilder(source.limits)
    pictures = 0
    for cell in _cells(value):
        text = _joined(cell.get("source", cell.get("input")))
        if cell.get("cell_type") == "markdown":
            _write_markdown(builder, text)
        elif cell.get("cell_type") == "heading":
            builder.heading(text, level=_whole(cell.get("level")))
        else:
            builder.block(text)
        for output in _listed(cell.get("outputs")):
            if isinstance(output, dict):
                shown, without = _output(output, source)
                pictures += without
                if shown.strip():
                    builder.block(f"Output:\n{shown}" if "\n" in shown.strip() else f"Output: {shown.strip()}")
    if pictures:
        source.warn(f"Pictures among the notebook's outputs were left out: {pictures}.")
    body, sections = builder.finish()
    if not body:
        raise failure("no_text", "the notebook's cells are empty")
    title = next((section.heading for section in sections if section.heading), None)
    return Content(kind, body, sections, Metadata(title=clean_title(title)))


def _cells(value: dict[str, Any]) -> Iterator[dict[str, Any]]:
    cells = value.get("cells")
    if not isinstance(cells, list):  # version 3
        sheets = [sheet for sheet in value["worksheets"] if isinstance(sheet, dict)]
        cells = [cell for sheet in sheets for cell in _listed(sheet.get("cells"))]
    for cell in cells:
        if isinstance(cell, dict):
            yield cell


def _write_markdown(builder: TextBuilder, text: str) -> None:
    """Prose in its source form, with its headings as sections."""
    found = headings(text)
    starts = [start for start, _, _ in found]
    if not starts or starts[0] > 0:
        builder.block(text[: starts[0]] if starts else text)
    for (start, heading, level), end in zip(found, [*starts[1:], len(text)], strict=True):
        builder.begin(heading, level=level)
        builder.block(text[start:end])


def _output(output: dict[str, Any], source: Source) -> tuple[str, int]:
    """The text of an output, and how many pictures it has that are left out."""
    kind = _joined(output.get("output_type"))
    if kind in {"stream", "pyout"} and "text" in output:
        return _cut(_joined(output["text"])), 0
    if kind in {"error", "pyerr"}:
        return f"{output.get('ename', 'Error')}: {output.get('evalue', '')}", 0
    data = output.get("data", output)
    if not isinstance(data, dict):
        return "", 0
    pictures = sum(str(name).startswith("image/") or name in {"png", "jpeg", "svg"} for name in data)
    if "text/html" in data and "<table" in (page := _joined(data["text/html"])):
        # A data frame: its HTML says which value stands under which name.
        return _cut(from_markup(page, source.limits, Kind.html).text), pictures
    for name in ("text/markdown", "text/plain", "text/latex", "text"):
        if name in data:
            text = _joined(data[name])
            # Of a picture the plain form is only its size: <Figure size 640x480 with 1 Axes>.
            return ("" if pictures and text.startswith("<") else _cut(text)), pictures
    return "", pictures


def _cut(text: str) -> str:
    text = _ANSI.sub("", text)
    return text if len(text) <= _MAX_OUTPUT_CHARS else text[:_MAX_OUTPUT_CHARS].rstrip() + "\n…"


def _joined(value: Any) -> str:
    if isinstance(value, list):
        return "".join(part for part in value if isinstance(part, str))
    return value if isinstance(value, str) else ""


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _whole(value: Any) -> int:
    return min(max(value, 1), 6) if isinstance(value, int) else 1
