"""What a citation tells once its source is closed to the reader."""

from backend.conversation.events import Citation, SourceConnection


def test_a_closed_citation_says_nothing_of_the_connection_that_held_its_source() -> None:
    connection = SourceConnection(id="c1", name="Board mail", type="gmail")
    citation = Citation(
        index=1,
        document_id="d1",
        version=1,
        start=0,
        end=4,
        quote="word",
        title="Layoffs",
        source="gmail",
        kind="xlsx",
        connection=connection,
        heading="Redundancies",
        support="matched",
    )
    told = citation.without_words().model_dump_json()
    assert all(word not in told for word in ("Board mail", "c1", "Layoffs", "Redundancies", "xlsx", "word"))
