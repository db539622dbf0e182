"""The extraction process: reads requests from standard input, answers on standard output, one at a time.

It starts without the server's environment (no secrets), writes no files, and ends when its input closes or the
server dies. The memory limit is relative to what the process has when a file arrives.
"""

import contextlib
import ctypes
import os
import resource
import signal
import sys
from pathlib import Path
from typing import IO, Any

from backend.embedding.processors.content import Source
from backend.embedding.processors.failures import failure
from backend.embedding.processors.limits import Limits
from backend.embedding.processors.protocol import ACCEPTED, LENGTH, PREFIX, Frame, lengths_in, pack_extracted, start_of
from backend.embedding.processors.reading import describe, read_content
from backend.errors import ExtractionFailed

_PR_SET_PDEATHSIG = 1
_MEBIBYTE = 1024 * 1024
_NICENESS = 5


def main() -> None:
    answers = os.fdopen(os.dup(1), "wb", buffering=1024 * 1024)
    # Libraries that print must not break the frames.
    os.dup2(2, 1)
    requests = sys.stdin.buffer
    limits = Limits(**_receive(requests).header)
    _settle()
    answers.write(ACCEPTED)
    answers.flush()
    while True:
        try:
            request = _receive(requests)
        except EOFError:
            return
        answers.write(ACCEPTED)
        answers.flush()
        answer = _answer(request, limits)
        answers.write(start_of(answer))
        for blob in answer.blobs:
            answers.write(blob)
        answers.flush()
        if answer.header.get("code") == "out_of_memory":
            # What is left of the heap is no good ground for the next file.
            return


def _settle() -> None:
    """Ends with the server, leaves no core files, writes no files, and lets the server go first on the processor."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    os.nice(_NICENESS)
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def _answer(request: Frame, limits: Limits) -> Frame:
    header = request.header
    origin = request.blobs[0] if request.blobs else Path(header["path"])
    try:
        match header["operation"]:
            case "extract":
                source = Source(origin, header["filename"], limits, header["mime"])
                with _memory_limit(limits.max_memory_bytes):
                    content = read_content(source)
                # The language model is ours and its input is short: it does not count as the file's memory.
                return _with_memory(pack_extracted(describe(content, source)))
            case "render":
                with _memory_limit(limits.max_memory_bytes):
                    from backend.embedding.processors.pdf_pages import render_page

                    picture = render_page(_pdf(origin), page=header["page"], width=header["width"])
                return _with_memory(Frame({}, (picture,)))
            case "locate":
                with _memory_limit(limits.max_memory_bytes):
                    from backend.embedding.processors.pdf_pages import locate

                    boxes = locate(_pdf(origin), page=header["page"], quote=header["quote"])
                return _with_memory(Frame({"rectangles": boxes}))
            case operation:
                raise ValueError(f"unknown operation {operation}")
    except ExtractionFailed as error:
        return Frame({"code": error.code, "message": error.message})
    except MemoryError:
        told = failure("out_of_memory", f"{limits.max_memory_bytes // _MEBIBYTE} MiB")
        return Frame({"code": told.code, "message": told.message})
    except Exception as error:  # noqa: BLE001 - a parser's bug on one file is that file's failure; the server logs it
        told = failure("corrupt", "its content breaks the rules of its format")
        return Frame({"code": told.code, "message": told.message, "exception": _place(error)})


def _pdf(origin: bytes | Path) -> bytes:
    data = origin if isinstance(origin, bytes) else origin.read_bytes()
    if b"%PDF-" not in data[:1024]:
        raise failure("unsupported_type", "only PDFs have pages to show")
    return data


def _place(error: Exception) -> str:
    """Type and place of an unexpected error. Not its message: that may quote the file."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    if trace is None:
        return type(error).__name__
    return f"{type(error).__name__} at {Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}"


def _with_memory(frame: Frame) -> Frame:
    """Tells the server what the process holds by now, so that it can be replaced when that is much."""
    return Frame({**frame.header, "resident_bytes": _statm()[1]}, frame.blobs)


def _statm() -> tuple[int, int]:
    """Address space and resident memory in bytes; zeros where there is no /proc."""
    try:
        size, resident = Path("/proc/self/statm").read_text().split()[:2]
    except OSError:
        return 0, 0
    page = resource.getpagesize()
    return int(size) * page, int(resident) * page


@contextlib.contextmanager
def _memory_limit(more_bytes: int) -> Any:
    """Lets the address space grow by `more_bytes` at the most. Only Linux counts it reliably."""
    size, _ = _statm()
    if not size:
        yield
        return
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (size + more_bytes, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, (hard, hard))


def _receive(stream: IO[bytes]) -> Frame:
    """The next frame; `EOFError` when the server has closed its end."""
    import json

    header_length, blob_count = PREFIX.unpack(_exactly(stream, PREFIX.size))
    lengths = lengths_in(_exactly(stream, LENGTH.size * blob_count))
    header = json.loads(_exactly(stream, header_length))
    return Frame(header, tuple(_exactly(stream, length) for length in lengths))


def _exactly(stream: IO[bytes], count: int) -> bytes:
    data = stream.read(count)
    if len(data) < count:
        raise EOFError
    return data


if __name__ == "__main__":
    main()
