"""RapidOCR's models (PP-OCRv6) over pictures as arrays; the only place that knows them.

The models come in its wheel and are opened from there, so that nothing is ever downloaded. Which lines there are is
found on the picture at a bounded size, which bounds memory; what they say is read from the picture at its full size.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from backend.extraction.ocr.lines import Point, RecognisedLine, RecognisedPage, RecognisedWord
from backend.extraction.ocr.strips import strips_of

type Pixels = npt.NDArray[np.uint8]

#: Lines are looked for at this size: seven points in an A4 page are still found, and the process stays below 900 MB.
_DETECTION_PIXELS = 1_600_000
_MIN_CONFIDENCE = 0.5
_UPRIGHT_SAMPLE = 12
_UPRIGHT_CHARS = 3  # a crop so many times as wide as high has enough letters to tell which way up it is
_TALL = 1.5
_WIDE = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")


def is_installed() -> bool:
    """Whether text recognition came with the installation (the extra `ocr`)."""
    return all(find_spec(name) is not None for name in ("rapidocr", "PIL"))


@dataclass(frozen=True, slots=True)
class CroppedLine:
    """A line as it was read, with its picture, which runs from the start of the text. Its text may be empty."""

    line: RecognisedLine
    crop: Pixels


#: Says what lines say better than was recognised; None: it was recognised well enough.
type Second = Callable[[Sequence[CroppedLine]], list[RecognisedLine] | None]


@lru_cache(maxsize=1)
def recogniser(threads: int) -> "Recogniser":
    """The one of this process, loaded when first asked for (a second, 150 MB)."""
    return Recogniser(threads)


class Recogniser:
    """Pictures to lines. Not for more than one thread at a time."""

    def __init__(self, threads: int) -> None:
        import rapidocr
        from omegaconf import flag_override

        self._engine: Any = rapidocr.RapidOCR(
            params={
                "Global.log_level": "critical",
                "Global.max_side_len": 1_000_000,
                "Det.limit_type": "max",
                # One line at a time: lines of a batch are padded to the longest, which costs time and memory.
                "Rec.rec_batch_num": 1,
            }
        )
        models = Path(rapidocr.__file__).parent / "models"
        settings = self._engine.cfg
        with flag_override(settings, "allow_objects", True):
            settings.Det.session = _session(models / "PP-OCRv6_det_small.onnx", threads)
            settings.Cls.session = _session(models / "ch_ppocr_mobile_v2.0_cls_mobile.onnx", threads)
            settings.Rec.session = _session(models / "PP-OCRv6_rec_small.onnx", threads)
        self._engine.return_word_box = True

    def read(self, picture: Pixels, second: Second | None = None) -> RecognisedPage:
        """The lines of a picture (height × width × 3, whichever way up it is), in no certain order.

        `second` is asked about all lines that stand the same way up.
        """
        height, width = picture.shape[:2]
        lines = []
        for strip in strips_of(width, height):
            part = np.ascontiguousarray(picture[strip.top : strip.top + strip.height])
            cropped = list(self._read_turned(part))
            better = second(cropped) if second is not None else None
            for line in _legible(cropped) if better is None else better:
                corners = [(x, y + strip.top) for x, y in line.corners]
                middle = sum(y for _, y in corners) / 4
                if strip.first <= middle < strip.last:
                    one, two, three, four = corners
                    kept = (one, two, three, four)
                    lines.append(RecognisedLine(line.text, line.confidence, kept, line.words))
        return RecognisedPage(width, height, tuple(lines))

    def _read_turned(self, picture: Pixels) -> Iterator[CroppedLine]:
        """Turns the picture until its text runs to the right. By all its lines: a single one misleads too often."""
        crops, boxes = self._detect(picture)
        turns = 0
        if len(crops) and sum(_is_tall(box) for box in boxes) > len(boxes) / 2:
            turns = 1
            crops, boxes = self._detect(np.ascontiguousarray(np.rot90(picture, turns)))
        if len(crops) and self._is_upside_down(crops):
            turns += 2
            crops, boxes = self._detect(np.ascontiguousarray(np.rot90(picture, turns)))
        if not len(crops):
            return
        height, width = picture.shape[:2]
        found = self._engine.recognize_txt(crops)
        read = zip(crops, found.txts, found.scores, found.word_results, boxes, strict=True)
        for crop, text, confidence, info, box in read:
            one, two, three, four = (_turned_back(x, y, turns, width, height) for x, y in box.tolist())
            words = tuple(_words(info)) if text.strip() and confidence >= _MIN_CONFIDENCE else ()
            line = RecognisedLine(text.strip(), float(confidence), (one, two, three, four), words)
            yield CroppedLine(line, crop)

    def _detect(self, picture: Pixels) -> tuple[list[Pixels], npt.NDArray[np.float32]]:
        """A crop of each line and its corners."""
        from rapidocr.main import RapidOCRError

        height, width = picture.shape[:2]
        limit = max(32, int((_DETECTION_PIXELS * max(width, height) / min(width, height)) ** 0.5))
        if self._engine.text_det is not None:
            self._engine.text_det.limit_side_len = limit
        else:
            self._engine.cfg.Det.limit_side_len = limit
        record: dict[str, dict[str, int]] = {}
        try:
            crops, found = self._engine.detect_and_crop(picture, record)
        except RapidOCRError:  # no line was found
            return [], np.zeros((0, 4, 2), np.float32)
        boxes = found.boxes.copy()
        boxes[:, :, 0] -= record["padding_1"]["left"]
        boxes[:, :, 1] -= record["padding_1"]["top"]
        return crops, boxes

    def _is_upside_down(self, crops: Sequence[Pixels]) -> bool:
        wide = [crop for crop in crops if crop.shape[1] >= _UPRIGHT_CHARS * crop.shape[0]]
        sample = sorted(wide, key=lambda crop: crop.shape[1])[-_UPRIGHT_SAMPLE:]
        if not sample:
            return False
        _, told = self._engine.cls_and_rotate(list(sample))
        turned = [label for label, _ in told.cls_res].count("180")
        return bool(turned * 2 > len(sample))


def _legible(cropped: Sequence[CroppedLine]) -> list[RecognisedLine]:
    return [one.line for one in cropped if one.line.confidence >= _MIN_CONFIDENCE and one.line.text]


def _session(model: Path, threads: int) -> Any:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.log_severity_level = 4
    options.enable_cpu_mem_arena = False  # it would keep what the largest picture needed
    options.intra_op_num_threads = threads
    # Threads that spin while they wait take the server's time: on two busy cores twice the processor time for nothing.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    return onnxruntime.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])


def _is_tall(box: npt.NDArray[np.float32]) -> bool:
    across = float(np.linalg.norm(box[0] - box[1]))
    down = float(np.linalg.norm(box[0] - box[3]))
    return down > _TALL * across


def _turned_back(x: float, y: float, turns: int, width: int, height: int) -> Point:
    """A point of a picture that was turned by quarters (counter-clockwise) on the one of before (width × height)."""
    match turns % 4:
        case 1:
            return width - y, x
        case 2:
            return width - x, height - y
        case 3:
            return y, height - x
        case _:
            return x, y


def _words(info: Any) -> Iterator[RecognisedWord]:
    """The words of a line from the columns at which its letters were recognised. Wide signs are words of their own."""
    columns = info.line_txt_len
    for letters, places in zip(info.words, info.word_cols, strict=True):
        step = (places[-1] - places[0]) / (len(places) - 1) if len(places) > 1 else 2.0
        groups = [(letters, places)]
        if _WIDE.search("".join(letters)):
            groups = [([letter], [place]) for letter, place in zip(letters, places, strict=True)]
        for signs, at in groups:
            start, end = (at[0] - step / 2 + 0.5) / columns, (at[-1] + step / 2 + 0.5) / columns
            yield RecognisedWord("".join(signs), round(max(0.0, start), 4), round(min(1.0, end), 4))
