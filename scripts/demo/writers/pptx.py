"""Source → slides."""

import io

from pptx import Presentation

from scripts.demo.markup import Source
from scripts.demo.writers.repack import repack

_TITLE_AND_CONTENT = 1


def write_pptx(source: Source) -> bytes:
    """A deck with one slide per heading; bullets become its text and notes its speaker's notes."""
    deck = Presentation()
    properties = deck.core_properties
    properties.title, properties.author = source.title, source.author
    properties.last_modified_by = source.author
    slide = None
    for block in source.blocks:
        if block.type == "heading":
            slide = deck.slides.add_slide(deck.slide_layouts[_TITLE_AND_CONTENT])
            slide.shapes.title.text = block.text
            continue
        if slide is None:
            raise ValueError(f"{source.title}: a deck starts with a heading, not with {block.text!r}")
        frame = slide.notes_slide.notes_text_frame if block.type == "note" else slide.placeholders[1].text_frame
        paragraph = frame.paragraphs[0] if not frame.text else frame.add_paragraph()
        paragraph.text = block.text
    target = io.BytesIO()
    deck.save(target)
    return repack(target.getvalue(), source.modified_at)
