"""Notebooks: prose, code with its lines, outputs as text, and no data of pictures."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from backend.documents.models import Extracted, Kind
from backend.errors import ExtractionFailed

type Read = Callable[..., Extracted]


def notebook(*cells: dict[str, Any], **more: Any) -> bytes:
    return json.dumps({"cells": list(cells), "nbformat": 4, "nbformat_minor": 5, "metadata": {}, **more}).encode()


def cell(kind: str, source: str | list[str], *outputs: dict[str, Any]) -> dict[str, Any]:
    return {"cell_type": kind, "source": source, "outputs": list(outputs), "metadata": {}}


def test_cells_are_read_in_order_with_their_outputs(read: Read) -> None:
    frame = "<table><tr><th></th><th>name</th><th>count</th></tr><tr><th>0</th><td>ada</td><td>3</td></tr></table>"
    found = read(
        notebook(
            cell("markdown", ["# Leak detector\n", "\n", "Recall of the *detector*."]),
            cell(
                "code", ["threshold = 0.37\n", "run(threshold)"], {"output_type": "stream", "text": ["recall: 0.912\n"]}
            ),
            cell(
                "code",
                "plot()",
                {
                    "output_type": "display_data",
                    "data": {"image/png": "iVBOR" * 400, "text/plain": "<Figure size 640x480>"},
                },
            ),
            cell("code", "frame", {"output_type": "execute_result", "data": {"text/html": frame, "text/plain": "…"}}),
            cell("code", "1/0", {"output_type": "error", "ename": "ZeroDivisionError", "evalue": "division by zero"}),
        ),
        "leak.ipynb",
    )
    assert found.kind is Kind.notebook
    assert found.metadata.title == "Leak detector"
    assert found.text.split("\n\n") == [
        "# Leak detector",
        "Recall of the *detector*.",
        "threshold = 0.37\nrun(threshold)",
        "Output: recall: 0.912",
        "plot()",
        "frame",
        "Output:\nname | count\n0 | name: ada | count: 3",
        "1/0",
        "Output: ZeroDivisionError: division by zero",
    ]
    assert found.warnings == ("Pictures among the notebook's outputs were left out: 1.",)


def test_an_old_notebook_is_read_too(read: Read) -> None:
    old = {"nbformat": 3, "worksheets": [{"cells": [{"cell_type": "code", "input": ["x = 1"], "outputs": []}]}]}
    assert read(json.dumps(old).encode(), "old.ipynb").text == "x = 1"


@pytest.mark.parametrize(
    "data",
    [
        b'{"nbformat": 3, "worksheets": [{"cells": 7}]}',
        b'{"nbformat": 4, "cells": 5}',
        b'{"nbformat": 4, "cells": [1, null, {"cell_type": 7}]}',
        b'{"nbformat": 4',
    ],
)
def test_broken_notebooks_say_so(read: Read, data: bytes) -> None:
    with pytest.raises(ExtractionFailed):
        read(data, "a.ipynb")


@pytest.mark.parametrize("outputs", [5, [{"output_type": ["a"], "text": "b"}], [{"output_type": {}}]])
def test_outputs_that_are_none_cost_no_cell(read: Read, outputs: Any) -> None:
    found = read(notebook({"cell_type": "code", "source": "x = 1", "outputs": outputs}), "a.ipynb")
    assert found.text.startswith("x = 1")
