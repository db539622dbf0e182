from hypothesis import given
from hypothesis import strategies as st

from backend.documents.citations import blanked_text


@given(st.text(min_size=1, max_size=200), st.data())
def test_every_cited_stretch_stands_at_its_place_and_nothing_else_is_left(text: str, data: st.DataObject) -> None:
    stretches = []
    for _ in range(data.draw(st.integers(1, 5))):
        start = data.draw(st.integers(0, len(text) - 1))
        end = data.draw(st.integers(start + 1, len(text)))
        stretches.append((start, end, text[start:end]))
    blanked = blanked_text("d", 1, stretches)
    covered = {place for start, end, _ in stretches for place in range(start, end)}
    assert all(blanked.text[start:end] == quote for start, end, quote in stretches)
    assert all(char == " " for place, char in enumerate(blanked.text) if place not in covered)
    assert blanked.excerpt
