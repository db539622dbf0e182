"""Reads the demo library with the product's own detection and extractors, in this process."""

from pathlib import Path

from backend.documents.models import Kind
from backend.extraction.content import Source
from backend.extraction.detect import detect
from backend.extraction.extractors import extractor_for
from backend.extraction.limits import Limits
from backend.settings import ProcessingSettings

DEMO = Path(__file__).parents[3] / "demo"
_LIMITS = Limits.of(ProcessingSettings(), max_text_chars=1_000_000)


def source_of(origin: bytes | Path, name: str, *, depth: int = 1) -> Source:
    return Source(origin, name, _LIMITS, depth=depth)


def kind_of(path: Path) -> Kind:
    return detect(source_of(path, path.name))


def read_texts(paths: list[str]) -> dict[str, str]:
    texts: dict[str, str] = {}
    for path in paths:
        _read(source_of(DEMO / path, Path(path).name), path, texts)
    return texts


def _read(source: Source, path: str, texts: dict[str, str]) -> None:
    kind = detect(source)
    content = extractor_for(kind)(source, kind)
    assert not source.warnings, f"{path}: {source.warnings}"
    texts[path] = content.text
    for child in content.children:
        _read(source_of(child.data, child.name, depth=source.depth + 1), f"{path}!/{child.name}", texts)
