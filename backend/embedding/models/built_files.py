"""The files of local models: where their weights are installed, and what is built from them once.

What is built lies in ``models/`` of the data folder with its sha256 beside it. A file that does not match (corrupt,
half written, of another version) is built again, and the log says why. Nothing is downloaded.
"""

import hashlib
import importlib.metadata
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import structlog

import backend
from backend.errors import Unavailable

log = structlog.get_logger(__name__)

_BUILD_SECONDS = 300
_SHA256 = ".sha256"


@dataclass(frozen=True, slots=True)
class Recipe:
    """How one model's files come about.

    Attributes:
        model_id: names model, quantisation and revision, which grows with every change of the graph or its
            quantisation; it names the built files and keys the cache and the index.
        package, weights: the installed package, which is never imported, and the file in it that holds the weights.
        sha256: of that file, where another version of the package could bring another model; empty for any.
        builder: the module that is run with the weights and the place of the new model.
        beside: suffixes of what it writes beside the model.
        hint: what to do when the package is missing.
    """

    model_id: str
    package: str
    weights: str
    builder: str
    hint: str
    sha256: str = ""
    beside: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ModelFiles:
    """What encoder and tokenizer load: the quantised graph, and the weights' file that it was built from."""

    model: Path
    weights: Path


def prepare(recipe: Recipe, data_dir: Path) -> ModelFiles:
    """Returns the model's files, building them when they are missing or damaged. Blocks for seconds then.

    Errors: `Unavailable` when the weights are not installed or the build fails.
    """
    weights = _installed(recipe)
    model = data_dir / "models" / f"{recipe.model_id}.onnx"
    damage = _damage(_built(recipe, model))
    if damage is not None:
        log.info("local_model_build", reason=damage, model=recipe.model_id)
        started = time.perf_counter()
        _check_weights(recipe, weights)
        _build(recipe, weights, model)
        log.info("local_model_built", model=recipe.model_id, seconds=round(time.perf_counter() - started, 2))
    return ModelFiles(model=model, weights=weights)


def _built(recipe: Recipe, model: Path) -> list[Path]:
    return [model, *(model.with_suffix(suffix) for suffix in recipe.beside)]


def _installed(recipe: Recipe) -> Path:
    """The file of weights in the installed package."""
    try:
        files = importlib.metadata.files(recipe.package) or []
    except importlib.metadata.PackageNotFoundError as error:
        raise _not_installed(recipe) from error
    for file in files:
        if file.name == recipe.weights:
            path = Path(str(file.locate()))
            if path.is_file():
                return path
    raise _not_installed(recipe)


def _not_installed(recipe: Recipe) -> Unavailable:
    return Unavailable(
        "The local embedding model is not installed. Tell your operator.",
        hint=f"{recipe.hint}, or set BIBLIOS_EMBEDDING_BACKEND=openai.",
        dependency="embedding",
    )


def _check_weights(recipe: Recipe, weights: Path) -> None:
    if recipe.sha256 and _digest([weights]) != recipe.sha256:
        raise _build_failed(f"{weights.name} of the package {recipe.package} is not the file that this release knows")


def _digest(files: list[Path]) -> str:
    """One sha256 over the files' bytes, one after another."""
    found = hashlib.sha256()
    for path in files:
        with path.open("rb") as opened:
            while block := opened.read(1 << 20):
                found.update(block)
    return found.hexdigest()


def _damage(files: list[Path]) -> str | None:
    """Why the built files cannot be used, or None."""
    written = files[0].with_suffix(_SHA256)
    if not all(path.is_file() for path in (*files, written)):
        return "missing"
    kept = written.read_text(encoding="ascii", errors="replace").strip()
    return None if _digest(files) == kept else "checksum_mismatch"


def _build(recipe: Recipe, weights: Path, model: Path) -> None:
    model.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=model.parent, prefix="build-") as scratch:
        target = Path(scratch) / model.name
        # -P keeps the folder that the server was started in off the import path; this product is put on it instead.
        command = [sys.executable, "-P", "-m", recipe.builder, str(weights), str(target)]
        environment = os.environ | {"PYTHONPATH": str(Path(backend.__file__).parents[1])}
        try:
            done = subprocess.run(  # noqa: S603 - fixed program, own paths
                command, capture_output=True, text=True, timeout=_BUILD_SECONDS, check=False, env=environment
            )
        except subprocess.TimeoutExpired as error:
            raise _build_failed(f"it took longer than {_BUILD_SECONDS} s") from error
        if done.returncode != 0:
            log.error("local_model_build_failed", status=done.returncode, stderr=done.stderr[-2000:])
            raise _build_failed(done.stderr.strip().rsplit("\n", 1)[-1] or f"status {done.returncode}")
        built = _built(recipe, target)
        digest = _digest(built)
        # The model before its digest: a crash in between leaves a mismatch, never a wrong file that passes.
        for path in built:
            path.replace(model.with_name(path.name))
        written = target.with_suffix(_SHA256)
        written.write_text(digest, encoding="ascii")
        written.replace(model.with_suffix(_SHA256))


def _build_failed(reason: str) -> Unavailable:
    return Unavailable(
        f"The local embedding model could not be built: {reason}. Check that the data folder is writable and has "
        "300 MB free, and that 1 GB of memory is free.",
        dependency="embedding",
    )
