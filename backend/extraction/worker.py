"""The extraction process: reads requests from standard input, answers on standard output, one at a time.

It starts without the server's environment (no secrets) and ends when its input closes or the server dies. While it
parses a file it can write no large files; the memory limit is relative to what it has when the file arrives.
"""

import contextlib
import ctypes
import json
import os
import resource
import signal
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import IO

from backend.errors import ExtractionFailed
from backend.extraction.content import Source
from backend.extraction.detect import is_pdf
from backend.extraction.failures import failure
from backend.extraction.limits import Limits
from backend.extraction.ocr.lines import PicturesToRead
from backend.extraction.ocr.shown import pages_of, pixels_of, shown
from backend.extraction.protocol import ACCEPTED, LENGTH, PREFIX, Frame, lengths_in, pack_extracted, start_of
from backend.extraction.reading import describe, read_content

_PR_SET_PDEATHSIG = 1
_MEBIBYTE = 1024 * 1024
_NICENESS = 5
#: Of the time of a page: what recognition uses of it at the most, and one run of another program.
_OWN_SHARE, _RUN_SHARE = 0.9, 0.5
_MAX_WRITTEN_BYTES = 16 * _MEBIBYTE  # libraries probe their temporary folder; no file may fill the disk


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
    """Ends with the server, leaves no core files, and lets the server go first on the processor."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    os.nice(_NICENESS)
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def _answer(request: Frame, limits: Limits) -> Frame:
    header = request.header
    origin = request.blobs[0] if request.blobs else Path(header["path"])
    try:
        match header["operation"]:
            case "extract":
                recognised = header.get("recognised")
                source = Source(
                    origin,
                    header["filename"],
                    limits,
                    header["mime"],
                    recognised=None if recognised is None else pages_of(recognised),
                )
                with _limited(limits.max_memory_bytes):
                    content = read_content(source)
                # The language model is ours and its input is short: it does not count as the file's memory.
                return _with_memory(pack_extracted(describe(content, source)))
            case "render":
                with _limited(limits.max_memory_bytes):
                    picture = shown(_bytes(origin), limits, page=header["page"], width=header["width"])
                return _with_memory(Frame({}, (picture,)))
            case "recognise":
                from backend.extraction.ocr.engine import recogniser
                from backend.extraction.ocr.second import SecondReader
                from backend.extraction.ocr.tesseract import found

                # Before the time of the page is over the server ends this process, and what was read is lost.
                until = time.monotonic() + limits.page_seconds * _OWN_SHARE
                models = recogniser(limits.ocr_threads)  # ours, so no part of what the file may take
                with _limited(limits.max_memory_bytes):
                    pixels = pixels_of(_bytes(origin), limits, page=header["page"])
                tesseract = found(limits.tesseract) if header["second"] else None
                second = SecondReader(tesseract, until=until, run_seconds=limits.page_seconds * _RUN_SHARE)
                page = replace(models.read(pixels, second.read), unread=second.unread)
                return _with_memory(Frame({"lines": page.as_dict(), "stopped": second.stopped}))
            case "locate":
                with _limited(limits.max_memory_bytes):
                    from backend.extraction.pdf.pages import locate

                    boxes = locate(_pdf(origin), page=header["page"], quote=header["quote"])
                return _with_memory(Frame({"rectangles": boxes}))
            case operation:
                raise ValueError(f"unknown operation {operation}")
    except PicturesToRead as asked:
        return _with_memory(Frame({"pictures": asked.pages}))
    except ExtractionFailed as error:
        return Frame({"code": error.code, "message": error.message})
    except MemoryError:
        told = failure("out_of_memory", f"{limits.max_memory_bytes // _MEBIBYTE} MiB")
        return Frame({"code": told.code, "message": told.message})
    except OSError as error:
        # The file's bytes are in memory or on our own disk: this is the machine's trouble, not the file's.
        told = failure("crashed", type(error).__name__)
        return Frame({"code": told.code, "message": told.message, "exception": _place(error)})
    except Exception as error:  # noqa: BLE001 - a parser's bug on one file is that file's failure; the server logs it
        told = failure("corrupt", "its content breaks the rules of its format")
        return Frame({"code": told.code, "message": told.message, "exception": _place(error)})


def _bytes(origin: bytes | Path) -> bytes:
    return origin if isinstance(origin, bytes) else origin.read_bytes()


def _pdf(origin: bytes | Path) -> bytes:
    data = _bytes(origin)
    if not is_pdf(data):
        raise failure("unsupported_type", "only PDFs have places of words")
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
def _limited(more_bytes: int) -> Iterator[None]:
    """Around the parsing of one file: the address space grows by `more_bytes` at the most, no large file is written.

    Only Linux counts the address space reliably; elsewhere the time limit alone protects.
    """
    size, _ = _statm()
    memory = (resource.RLIMIT_AS, size + more_bytes if size else resource.RLIM_INFINITY)
    before = []
    for kind, soft in (memory, (resource.RLIMIT_FSIZE, _MAX_WRITTEN_BYTES)):
        limits = resource.getrlimit(kind)
        before.append((kind, limits))
        hard = limits[1]
        resource.setrlimit(kind, (soft if hard == resource.RLIM_INFINITY else min(soft, hard), hard))
    try:
        yield
    finally:
        for kind, limits in before:
            resource.setrlimit(kind, limits)


def _receive(stream: IO[bytes]) -> Frame:
    """The next frame; `EOFError` when the server has closed its end."""
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
