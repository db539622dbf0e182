"""Questions as people ask them, each with what a right answer holds: the demo's, and of three small libraries.

A set is a folder of `questions/`: its documents in `library/` (the demo has its own), two thirds of its questions in
`work.jsonl`, one third in `held.jsonl`. What is tuned is tuned on the first; the second is only measured.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

from backend.documents.demo import DEMO_DIR
from backend.errors import InvalidInput
from backend.evaluation.datasets import read_lines

QUESTIONS_DIR = Path(__file__).parents[2] / "questions"
LIBRARY = "library"

type Kind = Literal[
    "greeting",
    "thanks",
    "help",
    "about_library",
    "about_product",
    "fact",
    "yes_no",
    "list",
    "count",
    "comparison",
    "superlative",
    "summary",
    "how_to",
    "why",
    "when",
    "who",
    "conflict",
    "superseded",
    "sum",
    "identifier",
    "title",
    "one_word",
    "misspelt",
    "compound",
    "other_language",
    "follow_up",
    "two_questions",
    "near_miss",
    "far_miss",
    "hostile",
]
type Outcome = Literal["answer", "abstain", "reply", "catalogue", "ask_back", "partial"]

KINDS: frozenset[str] = frozenset(get_args(Kind.__value__))
OUTCOMES: frozenset[str] = frozenset(get_args(Outcome.__value__))


@dataclass(frozen=True, slots=True)
class AskedQuestion:
    """One question, after those `before` it in its conversation.

    `outcome`: ``answer`` from documents, ``abstain``, ``reply`` as the product, ``catalogue`` (which documents there
    are), ``ask_back``, ``partial`` (a part is answered, of the other it is said that it is not). A right answer holds,
    of each group of `holds`, at least one spelling (case and line breaks aside), or of at least `at_least` groups; none
    of `lacks`; and it cites each file of `cites` and none of `cites_not`. `computed`: what it holds stands in no file.
    """

    id: str
    kind: str
    question: str
    outcome: str
    before: tuple[str, ...] = ()
    holds: tuple[tuple[str, ...], ...] = ()
    at_least: int | None = None
    lacks: tuple[str, ...] = ()
    cites: tuple[str, ...] = ()
    cites_not: tuple[str, ...] = ()
    computed: bool = False


@dataclass(frozen=True, slots=True)
class QuestionSet:
    name: str
    library: Path
    work: tuple[AskedQuestion, ...]
    held: tuple[AskedQuestion, ...]


def load_sets(folder: Path = QUESTIONS_DIR) -> tuple[QuestionSet, ...]:
    """All sets by name. Errors: `InvalidInput` naming file and line."""
    return tuple(_load(one) for one in sorted(folder.iterdir()) if one.is_dir())


def _load(folder: Path) -> QuestionSet:
    own = folder / LIBRARY
    library = own if own.is_dir() else DEMO_DIR / LIBRARY
    work, held = (_questions(folder / f"{name}.jsonl") for name in ("work", "held"))
    return QuestionSet(folder.name, library, work, held)


def _questions(file: Path) -> tuple[AskedQuestion, ...]:
    found = []
    for row in read_lines(file):
        try:
            found.append(
                AskedQuestion(
                    id=str(row["id"]),
                    kind=row["kind"],
                    question=str(row["question"]),
                    outcome=row["outcome"],
                    before=tuple(row.get("before", ())),
                    holds=tuple(tuple(group) for group in row.get("holds", ())),
                    at_least=row.get("at_least"),
                    lacks=tuple(row.get("lacks", ())),
                    cites=tuple(row.get("cites", ())),
                    cites_not=tuple(row.get("cites_not", ())),
                    computed=bool(row.get("computed", False)),
                )
            )
        except KeyError as error:
            raise InvalidInput(f"{file}: {row.get('id', 'a question')} has no {error}.", code="bad_dataset") from error
    return tuple(found)
