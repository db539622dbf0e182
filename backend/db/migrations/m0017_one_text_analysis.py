"""Other terms in the word index: one analysis of texts for search, quotes and support."""

from backend.db.migrations.word_index import WordIndexAnew


class OneTextAnalysis(WordIndexAnew):
    name = "0017_one_text_analysis"
