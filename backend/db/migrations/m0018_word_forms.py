"""Other terms in the word index: what the forms of a word share, and the parts of German compounds."""

from backend.db.migrations.word_index import WordIndexAnew


class WordForms(WordIndexAnew):
    name = "0018_word_forms"
