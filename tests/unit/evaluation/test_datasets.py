"""Labelled folders are read as they are, and a broken one says where."""

import json
from pathlib import Path

import pytest

from backend.errors import InvalidInput
from backend.evaluation.datasets import load_collection


def write(folder: Path, corpus: str, qrels: str = "query-id\tcorpus-id\tscore\nq1\td1\t1\n") -> None:
    (folder / "corpus.jsonl").write_text(corpus, encoding="utf-8")
    queries = [json.dumps({"_id": "q1", "text": "who"}), json.dumps({"_id": "q2", "text": "not judged"})]
    (folder / "queries.jsonl").write_text("\n".join(queries), encoding="utf-8")
    (folder / "qrels.tsv").write_text(qrels, encoding="utf-8")


def test_reads_the_beir_layout_and_keeps_judged_queries(tmp_path: Path) -> None:
    write(tmp_path, json.dumps({"_id": "d1", "title": "T", "text": "x"}))
    collection = load_collection(tmp_path)
    assert collection.documents == (("d1", "T", "x"),)
    assert collection.queries == {"q1": "who"}
    assert collection.relevance == {"q1": {"d1": 1.0}}


def test_broken_line_is_named(tmp_path: Path) -> None:
    write(tmp_path, '{"_id": "d1", "text": "x"}\n{oops')
    with pytest.raises(InvalidInput, match="line 2"):
        load_collection(tmp_path)


def test_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match=r"corpus\.jsonl"):
        load_collection(tmp_path)
