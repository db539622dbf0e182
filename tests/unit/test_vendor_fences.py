"""A vendor's SDK is imported by its gateway alone, so that exchanging it touches that gateway alone."""

import ast
from pathlib import Path

import pytest

BACKEND = Path(__file__).parents[2] / "backend"

#: Package → the files that may import it. A new file here is a decision; one that no longer imports it goes.
GATEWAYS: dict[str, set[str]] = {
    "PIL": {"extraction/ocr/pictures.py", "extraction/ocr/line_pictures.py"},
    "aiosmtplib": {"mail/smtp.py", "actions/channels/smtp.py"},
    "bson": {"db/mongo_errors.py"},
    "chromadb": {"embedding/vector_store/chroma.py"},
    "faiss": {f"embedding/vector_store/{name}.py" for name in ("faiss", "cells", "codes")},
    "kreuzberg": {"extraction/extractors/legacy.py"},
    "nh3": {"actions/services/mail_html.py"},
    "onnxruntime": {"embedding/models/encoder.py", "embedding/models/bert_onnx.py", "extraction/ocr/engine.py"},
    "openai": {"llm/openai.py", "llm/failures.py", "embedding/models/openai.py"},
    "pwdlib": {"auth/security.py"},
    "py3langid": {"text/language_id.py"},
    "pymongo": {"db/mongo.py", "db/mongo_errors.py", "embedding/search/lexical_mongodb.py"},
    "pypdfium2": {"extraction/pdf/pages.py", "extraction/pdf/pieces.py"},
    "tantivy": {
        "text/analysis.py",
        "text/word_forms.py",
        "embedding/search/lexical_tantivy.py",
        *(f"embedding/search/tantivy_{name}.py" for name in ("purge", "reader", "schema")),
    },
    "rapidocr": {"extraction/ocr/engine.py"},
    "sentencepiece": {"embedding/models/sentence_pieces.py"},
    "taskiq": {f"jobs/{name}.py" for name in ("broker", "lane", "memory", "redis_queue")},
    "tokenizers": {"embedding/models/word_pieces.py"},
    "yaml": {"extraction/extractors/yaml_tree.py"},
    "zxcvbn": {"auth/password_policy.py", "extraction/pdf/hyphens.py"},
}


def importers() -> dict[str, set[str]]:
    """Every top-level package that the backend imports, with the files that do."""
    found: dict[str, set[str]] = {}
    for path in BACKEND.rglob("*.py"):
        name = path.relative_to(BACKEND).as_posix()
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Import):
                packages = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                packages = [node.module]
            else:
                continue
            for package in packages:
                found.setdefault(package.split(".")[0], set()).add(name)
    return found


IMPORTERS = importers()


@pytest.mark.parametrize("package", sorted(GATEWAYS))
def test_only_the_gateway_imports_the_package(package: str) -> None:
    assert IMPORTERS.get(package, set()) == GATEWAYS[package]
