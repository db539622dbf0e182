"""Reads the mixed files once in this process and says how many a second of processor time."""

import json
import time

from backend.errors import ExtractionFailed
from backend.extraction.limits import Limits
from backend.extraction.reading import read_file
from scripts.bench.measure_extraction import mixed_files
from tests.support.mutated_files import sound_files

LIMITS = Limits(2_000_000, 2**30, 2**26, 200, 1000, 2)


def _read(name: str, data: bytes) -> None:
    try:
        read_file(data, filename=name, mime=None, limits=LIMITS)
    except ExtractionFailed as failed:
        raise SystemExit(f"{name}: {failed.message}") from failed


def main() -> None:
    files = mixed_files()
    for name, data in sound_files().items():  # loads what each kind needs
        _read(name, data)
    began = time.process_time()
    for name, data in files:
        _read(name, data)
    print(json.dumps({"files": len(files), "files_per_second": len(files) / (time.process_time() - began)}))


if __name__ == "__main__":
    main()
