"""BERT encoders (Devlin et al. 2019) as ONNX graphs, as sentence-transformers runs them, without torch.

Encoder, mean over the tokens, unit length. Inputs ``input_ids`` and ``attention_mask``, int64 [batch, tokens]; output
``embedding``, float32 [batch, hidden]. Only the programs that build a model import this: `onnx` and the full weights
take hundreds of megabytes.
"""

import logging
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper
from onnxruntime.quantization import QuantType, quantize_dynamic

_OPSET = 20  # the first with Gelu
_IR_VERSION = 9
_MASKED = -1e9  # added to the attention score of padding


@dataclass(frozen=True, slots=True)
class Size:
    """The numbers that a BERT model's configuration names."""

    hidden: int
    heads: int
    layers: int
    epsilon: float


class Graph:
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


class Bert:
    """The encoder's parts over one set of weights; `weights` is keyed by the names of sentence-transformers' files."""

    def __init__(self, weights: Mapping[str, NDArray[np.float32]], size: Size) -> None:
        self.weights = weights
        self.hidden, self.heads, self.layers, self.epsilon = size.hidden, size.heads, size.layers, size.epsilon
        self.graph = Graph()

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
            helper.make_graph(graph.nodes, "bert", inputs, [output], graph.weights),
            opset_imports=[helper.make_opsetid("", _OPSET)],
            ir_version=_IR_VERSION,
        )

    def words(self) -> str:
        """The word embedding of each token, [batch, tokens, hidden]."""
        return self.graph.node(
            "Gather", self.graph.constant(self.weights["embeddings.word_embeddings.weight"]), "input_ids"
        )

    def _embeddings(self) -> str:
        """Word plus position. A single text has token type 0 throughout, so that row is folded into the positions."""
        graph = self.graph
        positions = graph.constant(
            self.weights["embeddings.position_embeddings.weight"]
            + self.weights["embeddings.token_type_embeddings.weight"][0]
        )
        length = graph.node("Shape", "input_ids", start=1, end=2)
        used = graph.node("Slice", positions, graph.integers(0), length, graph.integers(0))
        return self._norm(graph.node("Add", self.words(), used), "embeddings.LayerNorm")

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


def quantise(model: onnx.ModelProto, target: Path, *, operators: Sequence[str]) -> None:
    """Writes the model to `target` with these operators' weights as int8, per channel, ranges found at run time."""
    # The quantiser advises a shape-inference pass that changes nothing for this graph.
    logging.getLogger().setLevel(logging.ERROR)
    with tempfile.TemporaryDirectory(dir=target.parent) as scratch:
        float_path = Path(scratch) / "float.onnx"
        onnx.save(model, float_path)
        quantize_dynamic(
            float_path,
            target,
            weight_type=QuantType.QInt8,
            per_channel=True,
            op_types_to_quantize=list(operators),
            extra_options={"DefaultTensorType": TensorProto.FLOAT},
        )
