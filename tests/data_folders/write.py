"""Keeps a data folder as the installed release writes it: ``python -m tests.data_folders.write 0.1``.

Run it once for each release, before the release that changes how data is kept; the archive is committed.
"""

import sys
import tarfile
import tempfile
from pathlib import Path

from tests.data_folders.contents import fill
from tests.support.server import serving

HERE = Path(__file__).parent
#: The model is the same for every folder and rebuilt where it is missing; locks belong to a process.
_LEFT_OUT = ("models", ".lock", ".lock-holder")


def keep(name: str) -> Path:
    """Writes `name`.tar.xz beside this file."""
    target = HERE / f"{name}.tar.xz"
    with tempfile.TemporaryDirectory() as folder:
        data_dir = Path(folder) / "data"
        with serving(data_dir) as server:
            fill(server.url)
        with tarfile.open(target, "w:xz") as archive:
            for path in sorted(data_dir.iterdir()):
                if path.name not in _LEFT_OUT:
                    archive.add(path, arcname=path.name)
    return target


if __name__ == "__main__":
    kept = keep(sys.argv[1])
    print(f"{kept} ({kept.stat().st_size // 1024} kB)")
