"""Labelled collections: the demo, and any folder with `corpus.jsonl`, `queries.jsonl`, `qrels.tsv` (BEIR layout)."""

import csv
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from backend.errors import InvalidInput


@dataclass(frozen=True, slots=True)
class Collection:
    """`documents` as (id, title, text), `queries` by id, `relevance[query][document]`; only judged queries are kept."""

    documents: tuple[tuple[str, str, str], ...]
    queries: dict[str, str]
    relevance: dict[str, dict[str, float]]


@dataclass(frozen=True, slots=True)
class DemoQuestion:
    id: str
    question: str
    answerable: bool
    documents: tuple[str, ...]
    answer_span: str
    kind: str = ""


def read_lines(file: Path) -> Iterator[dict[str, Any]]:
    """The objects of a JSON-lines file. Errors: `InvalidInput` naming file and line."""
    try:
        with file.open(encoding="utf-8") as lines:
            for number, line in enumerate(lines, 1):
                if line.strip():
                    try:
                        yield json.loads(line)
                    except ValueError as error:
                        raise InvalidInput(f"{file}, line {number}: not JSON ({error})", code="bad_dataset") from error
    except FileNotFoundError as error:
        raise InvalidInput(f"{file} is missing.", code="bad_dataset") from error


def load_collection(folder: Path) -> Collection:
    """Reads a folder in the BEIR layout. Errors: `InvalidInput`."""
    documents = tuple(
        (str(row["_id"]), str(row.get("title") or ""), str(row["text"])) for row in read_lines(folder / "corpus.jsonl")
    )
    relevance: dict[str, dict[str, float]] = {}
    qrels = folder / "qrels.tsv"
    if not qrels.exists():
        raise InvalidInput(f"{qrels} is missing.", code="bad_dataset")
    with qrels.open(encoding="utf-8", newline="") as rows:
        for row in csv.DictReader(rows, delimiter="\t"):
            relevance.setdefault(row["query-id"], {})[row["corpus-id"]] = float(row["score"])
    queries = {
        str(row["_id"]): str(row["text"])
        for row in read_lines(folder / "queries.jsonl")
        if any(score > 0 for score in relevance.get(str(row["_id"]), {}).values())
    }
    return Collection(documents, queries, relevance)


def load_demo_questions(demo: Path) -> tuple[DemoQuestion, ...]:
    """The demo's labelled questions. Errors: `InvalidInput`."""
    return tuple(
        DemoQuestion(
            id=str(row["id"]),
            question=str(row["question"]),
            answerable=bool(row["answerable"]),
            documents=tuple(item for item in [row.get("document"), *row.get("also_accept", [])] if item),
            answer_span=str(row.get("answer_span") or ""),
            kind=str(row.get("kind") or ""),
        )
        for row in read_lines(demo / "questions.jsonl")
    )
