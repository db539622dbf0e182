"""The folder of the tantivy index: opened only when every file is whole, and how far the index has come."""

import os
import shutil
import zlib
from dataclasses import asdict, dataclass
from pathlib import Path

import orjson

_STATE = "biblios-state.json"
# Every data file of tantivy ends with a JSON footer holding the checksum of what is before it, the footer's length
# and this number, both as 32 bits, little-endian (tantivy's `directory/footer.rs`).
_FOOTER_MAGIC = (1337).to_bytes(4, "little")
_DATA_SUFFIXES = {".store", ".term", ".idx", ".pos", ".fast", ".fieldnorm", ".del"}


class IndexFilesUnusable(Exception):
    """The folder holds something else than what was written. The message says what is wrong."""


@dataclass(frozen=True, slots=True)
class State:
    """What is certain to be on disk: the sequence number, and the document log up to `log_bytes`."""

    format: int
    last_seq: int
    log_number: int
    log_bytes: int


def read_state(folder: Path, *, format: int) -> State:
    """Errors: `FileNotFoundError`; `IndexFilesUnusable`, also for a state of another format."""
    try:
        state = orjson.loads((folder / _STATE).read_bytes())
        if int(state["format"]) != format:
            raise IndexFilesUnusable("it has an older format")
        return State(format, int(state["last_seq"]), int(state["log_number"]), int(state["log_bytes"]))
    except (ValueError, KeyError, TypeError) as error:
        raise IndexFilesUnusable(f"{_STATE} cannot be read") from error


def write_state(folder: Path, state: State) -> None:
    """Whole or not at all."""
    draft = folder / f"{_STATE}.draft"
    with draft.open("wb") as file:
        file.write(orjson.dumps(asdict(state)))
        file.flush()
        os.fsync(file.fileno())
    draft.replace(folder / _STATE)


def verify(folder: Path) -> None:
    """Compares every file that the index names with its checksum; about 1 GB per second.

    Errors: `IndexFilesUnusable`.
    """
    try:
        meta = orjson.loads((folder / "meta.json").read_bytes())
        segments = {segment["segment_id"].replace("-", "") for segment in meta["segments"]}
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise IndexFilesUnusable("meta.json cannot be read") from error
    files = [path for path in folder.iterdir() if path.suffix in _DATA_SUFFIXES]
    missing = segments - {path.name.partition(".")[0] for path in files}
    if missing:
        raise IndexFilesUnusable("files of a segment are missing")
    for path in files:
        if path.name.partition(".")[0] in segments and not _whole(path.read_bytes()):
            raise IndexFilesUnusable(f"the checksum of {path.name} does not match")


def start_over(folder: Path) -> None:
    """An empty folder in place of whatever is there."""
    if folder.exists():
        shutil.rmtree(folder)
    folder.mkdir(parents=True)


def _whole(data: bytes) -> bool:
    if data[-4:] != _FOOTER_MAGIC:
        return False
    footer_bytes = int.from_bytes(data[-8:-4], "little")
    try:
        footer = orjson.loads(data[-8 - footer_bytes : -8])
        return bool(zlib.crc32(memoryview(data)[: -8 - footer_bytes]) == footer["crc"])
    except (ValueError, KeyError, TypeError):
        return False
