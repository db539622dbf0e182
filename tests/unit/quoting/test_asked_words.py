import pytest

from backend.quoting.asked_words import language_asked_in, matter


@pytest.mark.parametrize(
    ("question", "left"),
    [
        ("is it ok to bring dogs", "bring dogs"),
        ("May I bring my own food?", "I bring my own food?"),
        ("how come the shed didn't get painted", "the shed get painted"),
        ("can you tell me who's got the key", "who the key"),
        ("darf man hier grillen", "grillen"),
        ("Wie hoch ist denn der Beitrag für Jugendliche?", "hoch Beitrag Jugendliche?"),
        ("¿cuándo abre la piscina?", "¿ abre piscina?"),
        ("combien coûte la caution", "coûte caution"),
    ],
)
def test_the_frame_of_a_question_is_left_out(question: str, left: str) -> None:
    assert matter(question).split() == left.split()


@pytest.mark.parametrize(
    "question", ["When did the war in Gaul end?", "what is a hat", "is the bin full", "who was Die Brücke"]
)
def test_words_that_english_has_too_tell_no_other_language(question: str) -> None:
    assert language_asked_in(question) is None


def test_a_question_that_is_all_frame_stays() -> None:
    assert matter("wer war das denn") == "wer war das denn"
