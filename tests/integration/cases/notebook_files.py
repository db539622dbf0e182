"""Notebooks are their cells: words, code with its lines, and what was printed, without pictures or bookkeeping."""

import base64
import json

from tests.integration.cases.case import FileCase

_PICTURE = base64.b64encode(bytes(place * 31 % 253 for place in range(5000))).decode()


def a_notebook() -> bytes:
    drawn = {
        "output_type": "display_data",
        "metadata": {},
        "data": {"image/png": _PICTURE, "text/plain": ["<Figure size 432x288>"]},
    }
    printed = {"output_type": "stream", "name": "stdout", "text": ["mean drift: 0.214\n"]}
    cells = [
        {"cell_type": "markdown", "metadata": {}, "source": ["# Drift of the buoys\n", "\n", "Winds of April."]},
        {
            "cell_type": "code",
            "execution_count": 3,
            "metadata": {},
            "source": ["limit = 0.45\n", "print(f'mean drift: {drift.mean():.3f}')"],
            "outputs": [printed, drawn],
        },
    ]
    return json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}).encode()


def a_notebook_of_the_third_format() -> bytes:
    """As IPython wrote it until 2014: worksheets, code under `input`, pictures and results beside each other."""
    cells = [
        {"cell_type": "heading", "level": 2, "metadata": {}, "source": ["Salz im Hafenbecken"]},
        {
            "cell_type": "code",
            "collapsed": False,
            "language": "python",
            "metadata": {},
            "input": ["grenze = 3.75\n", "messung.max()"],
            "prompt_number": 8,
            "outputs": [
                {"output_type": "pyout", "metadata": {}, "prompt_number": 8, "text": ["3.982"], "png": _PICTURE},
                {"output_type": "stream", "stream": "stdout", "text": ["Werte geladen: 1204\n"]},
            ],
        },
    ]
    sheets = [{"cells": cells, "metadata": {}}]
    return json.dumps({"metadata": {"name": "salz"}, "nbformat": 3, "nbformat_minor": 0, "worksheets": sheets}).encode()


CASES = (
    FileCase(
        "notebook: its cells and what they printed, without picture data",
        "drift.ipynb",
        a_notebook,
        shows=("Drift of the buoys", r"limit = 0\.45\n", r"mean drift: 0\.214"),
        hides=(r"[A-Za-z0-9+/]{100,}", "nbformat", r"^, "),
    ),
    FileCase(
        "notebook of the third format: its cells and results, without picture data",
        "salz.ipynb",
        a_notebook_of_the_third_format,
        shows=("Salz im Hafenbecken", r"grenze = 3\.75\n", r"3\.982", "Werte geladen: 1204"),
        hides=(r"[A-Za-z0-9+/]{100,}", "nbformat", "prompt_number"),
    ),
)
