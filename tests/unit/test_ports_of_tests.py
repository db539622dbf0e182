"""A port that was chosen for a server is still free when the server starts, whatever other test processes do."""

import socket
import subprocess
import sys
from pathlib import Path

from tests.support.ports import free_port

CHOOSES = "from tests.support.ports import free_port; print(*(free_port() for _ in range(100)))"


def test_processes_that_choose_at_the_same_time_choose_other_ports() -> None:
    repository = Path(__file__).parents[2]
    processes = [
        subprocess.Popen([sys.executable, "-c", f"{CHOOSES}; input()"], cwd=repository, stdin=-1, stdout=-1, text=True)
        for _ in range(3)
    ]
    try:
        chosen = [process.stdout.readline().split() for process in processes if process.stdout is not None]
        mine = {str(free_port()) for _ in range(100)}
    finally:
        for process in processes:
            process.communicate("\n")
    assert [len(ports) for ports in chosen] == [100] * 3
    assert len(mine.union(*chosen)) == 400


def test_a_port_that_something_listens_on_is_not_chosen() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", free_port()))
        taken.listen()
        assert taken.getsockname()[1] not in {free_port() for _ in range(50)}
