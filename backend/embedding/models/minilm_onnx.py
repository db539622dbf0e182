"""Writes all-MiniLM-L6-v2 as a quantised ONNX file straight from its safetensors weights, without torch.

Runs as a program of its own (`python minilm_onnx.py WEIGHTS_FOLDER OUT.onnx`), because `onnx` and the full weights
take some 500 MB for a few seconds, which would otherwise stay with the server. It therefore imports nothing of the
product. Errors end it with a traceback and a status other than 0.

The graph is BERT (Devlin et al. 2019) as sentence-transformers runs it: encoder, mean over the tokens, unit length.
Inputs ``input_ids`` and ``attention_mask``, int64 [batch, tokens]; output ``embedding``, float32 [batch, hidden].
"""

import json
import logging
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper
from onnxruntime.quantization import QuantType, quantize_dynamic
from safetensors.numpy import load_file

_OPSET = 20  # the first with Gelu
_IR_VERSION = 9
_MASKED = -1e9  # added to the attention score of padding


class _Graph:
    """Collects nodes and weights. Each method returns the name of the value that it made."""

    def __init__(self) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.weights: list[onnx.TensorProto] = []

    def constant(self, value: NDArray[Any]) -> str:
        name = f"w{len(self.weights)}"
        self.weights.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def integers(self, *values: int) -> str:
        return self.constant(np.array(values, dtype=np.int64))

    def number(self, value: float) -> str:
        return self.constant(np.array(value, dtype=np.float32))

    def node(self, kind: str, *inputs: str, **attributes: Any) -> str:
        name = f"v{len(self.nodes)}"
        self.nodes.append(helper.make_node(kind, list(inputs), [name], **attributes))
        return name


class _Bert:
    """The encoder's parts over one set of weights; `weights` is keyed by the safetensors names."""

    def __init__(self, weights: dict[str, NDArray[np.float32]], config: dict[str, Any]) -> None:
        self.weights = weights
        self.hidden: int = config["hidden_size"]
        self.heads: int = config["num_attention_heads"]
        self.layers: int = config["num_hidden_layers"]
        self.epsilon: float = config["layer_norm_eps"]
        self.graph = _Graph()

    def model(self) -> onnx.ModelProto:
        graph = self.graph
        mask = graph.node("Cast", "attention_mask", to=TensorProto.FLOAT)
        penalty = graph.node(
            "Mul",
            graph.node("Sub", graph.number(1.0), mask),
            graph.number(_MASKED),
        )
        bias = graph.node("Unsqueeze", penalty, graph.integers(1, 2))  # [batch, 1, 1, tokens]
        states = self._embeddings()
        for layer in range(self.layers):
            states = self._layer(states, bias, f"encoder.layer.{layer}.")
        pooled = self._mean(states, mask)
        graph.nodes.append(helper.make_node("LpNormalization", [pooled], ["embedding"], axis=-1, p=2))
        inputs = [
            helper.make_tensor_value_info(name, TensorProto.INT64, ["batch", "tokens"])
            for name in ("input_ids", "attention_mask")
        ]
        output = helper.make_tensor_value_info("embedding", TensorProto.FLOAT, ["batch", self.hidden])
        return helper.make_model(
            helper.make_graph(graph.nodes, "minilm", inputs, [output], graph.weights),
            opset_imports=[helper.make_opsetid("", _OPSET)],
            ir_version=_IR_VERSION,
        )

    def _embeddings(self) -> str:
        """Word plus position. A single text has token type 0 throughout, so that row is folded into the positions."""
        graph = self.graph
        words = graph.constant(self.weights["embeddings.word_embeddings.weight"])
        positions = graph.constant(
            self.weights["embeddings.position_embeddings.weight"]
            + self.weights["embeddings.token_type_embeddings.weight"][0]
        )
        length = graph.node("Shape", "input_ids", start=1, end=2)
        used = graph.node("Slice", positions, graph.integers(0), length, graph.integers(0))
        return self._norm(graph.node("Add", graph.node("Gather", words, "input_ids"), used), "embeddings.LayerNorm")

    def _layer(self, states: str, bias: str, prefix: str) -> str:
        graph = self.graph
        attended = self._linear(self._attention(states, bias, prefix), f"{prefix}attention.output.dense")
        states = self._norm(graph.node("Add", attended, states), f"{prefix}attention.output.LayerNorm")
        inner = graph.node("Gelu", self._linear(states, f"{prefix}intermediate.dense"))
        return self._norm(
            graph.node("Add", self._linear(inner, f"{prefix}output.dense"), states), f"{prefix}output.LayerNorm"
        )

    def _attention(self, states: str, bias: str, prefix: str) -> str:
        """Scaled dot-product attention over all heads, [batch, tokens, hidden]."""
        graph = self.graph
        width = self.hidden // self.heads
        split = graph.integers(0, 0, self.heads, width)

        def heads(part: str, order: list[int]) -> str:
            projected = self._linear(states, f"{prefix}attention.self.{part}")
            return graph.node("Transpose", graph.node("Reshape", projected, split), perm=order)

        query, key, value = heads("query", [0, 2, 1, 3]), heads("key", [0, 2, 3, 1]), heads("value", [0, 2, 1, 3])
        scores = graph.node("Mul", graph.node("MatMul", query, key), graph.number(width**-0.5))
        weights = graph.node("Softmax", graph.node("Add", scores, bias), axis=-1)
        merged = graph.node("Transpose", graph.node("MatMul", weights, value), perm=[0, 2, 1, 3])
        return graph.node("Reshape", merged, graph.integers(0, 0, self.hidden))

    def _mean(self, states: str, mask: str) -> str:
        """The mean of the states of the real tokens, [batch, hidden]."""
        graph = self.graph
        weight = graph.node("Unsqueeze", mask, graph.integers(-1))
        total = graph.node("ReduceSum", graph.node("Mul", states, weight), graph.integers(1), keepdims=0)
        return graph.node("Div", total, graph.node("ReduceSum", mask, graph.integers(1), keepdims=1))

    def _linear(self, states: str, name: str) -> str:
        product = self.graph.node("MatMul", states, self.graph.constant(self.weights[f"{name}.weight"].T))
        return self.graph.node("Add", product, self.graph.constant(self.weights[f"{name}.bias"]))

    def _norm(self, states: str, name: str) -> str:
        scale, shift = (self.graph.constant(self.weights[f"{name}.{part}"]) for part in ("weight", "bias"))
        return self.graph.node("LayerNormalization", states, scale, shift, axis=-1, epsilon=self.epsilon)


def build_float(weights_folder: Path) -> onnx.ModelProto:
    """The float32 graph from ``model.safetensors`` and ``config.json`` in a folder."""
    config = json.loads((weights_folder / "config.json").read_text(encoding="utf-8"))
    return _Bert(load_file(weights_folder / "model.safetensors"), config).model()


def build_int8(weights_folder: Path, target: Path) -> None:
    """Writes the quantised model (dynamic, int8 per channel) to `target`, about 23 MB."""
    # The quantiser advises a shape-inference pass that changes nothing for this graph.
    logging.getLogger().setLevel(logging.ERROR)
    with tempfile.TemporaryDirectory(dir=target.parent) as scratch:
        float_path = Path(scratch) / "float.onnx"
        onnx.save(build_float(weights_folder), float_path)
        quantize_dynamic(
            float_path,
            target,
            weight_type=QuantType.QInt8,
            per_channel=True,
            op_types_to_quantize=["MatMul", "Gather"],
            extra_options={"DefaultTensorType": TensorProto.FLOAT},
        )


if __name__ == "__main__":
    build_int8(Path(sys.argv[1]), Path(sys.argv[2]))
