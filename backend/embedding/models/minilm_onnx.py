"""Writes all-MiniLM-L6-v2 as a quantised ONNX file straight from its safetensors weights, without torch.

Runs as a program of its own (`python -m … model.safetensors OUT.onnx`), because `onnx` and the full weights take some
500 MB for a few seconds, which would otherwise stay with the server. Errors end it with a traceback and a status other
than 0.
"""

import json
import sys
from pathlib import Path

import onnx
from safetensors.numpy import load_file

from backend.embedding.models.bert_onnx import Bert, Size, quantise


def build_float(weights_folder: Path) -> onnx.ModelProto:
    """The float32 graph from ``model.safetensors`` and ``config.json`` in a folder."""
    config = json.loads((weights_folder / "config.json").read_text(encoding="utf-8"))
    size = Size(
        hidden=config["hidden_size"],
        heads=config["num_attention_heads"],
        layers=config["num_hidden_layers"],
        epsilon=config["layer_norm_eps"],
    )
    return Bert(load_file(weights_folder / "model.safetensors"), size).model()


def build_int8(weights_folder: Path, target: Path) -> None:
    """Writes the quantised model (dynamic, int8 per channel) to `target`, about 23 MB."""
    quantise(build_float(weights_folder), target, operators=["MatMul", "Gather"])


if __name__ == "__main__":
    build_int8(Path(sys.argv[1]).parent, Path(sys.argv[2]))
