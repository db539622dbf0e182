"""Ports of the loopback address for servers that must know their address before they start.

Whoever can binds port 0 and asks what it got. For the others a port is chosen that nobody takes in between: below those
that the system gives to outgoing connections, and reserved against other test processes until this one ends.
"""

import fcntl
import os
import random
import socket
import tempfile
from pathlib import Path
from typing import IO

_RANGE = range(20_000, 32_000)
_TRIES = 1_000
#: Open files hold the locks.
_reserved: list[IO[bytes]] = []


def free_port() -> int:
    folder = Path(tempfile.gettempdir()) / f"biblios-test-ports-{os.getuid()}"
    folder.mkdir(exist_ok=True)
    for _ in range(_TRIES):
        port = random.choice(_RANGE)
        lock = (folder / str(port)).open("wb")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            with socket.socket() as probe:
                probe.bind(("127.0.0.1", port))
        except OSError:  # another process has it reserved, or something listens there
            lock.close()
            continue
        _reserved.append(lock)
        return port
    raise RuntimeError(f"no free port in {_RANGE}")
