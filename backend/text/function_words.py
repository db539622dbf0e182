"""The words that carry a sentence and say nothing of its subject; the one list that every part of the product uses.

Whatever compares texts by their words leaves them out: the word index and its highlights, the weighing of sentences
for quotes, the completing of a follow-up question.
"""

_CARRYING = """
a about am an and any are as at be because been being but by can could did do does doing each few for from had has have
having he her here him his how i if in into is it its just me might more most must my no nor not now of on or other our
own shall she should so some such than that the their them then there these they this those to too very was we were
what when where which while who whom why will with would you your
"""
_RELATING = """
above after again against all before below between both down during further off once only out over same through under
until up
"""
_ASKING = """
also called find get give know many me much name often please show tell us whose
"""
_EUROPEAN = """
der die das ein eine und oder ist sind war von zu mit auf im in wer wie was wann wo warum welche welcher den dem des
le la les un une et ou est sont de du des qui que quoi quand comment quel quelle où
el los las y es son del cuál cuándo cómo dónde quién qué
"""

#: Pronouns, articles, auxiliaries, prepositions, question words of English. Longer than tantivy's own list of 33, which
#: keeps "what", "how", "can": on SciFact and Cranfield the difference is 0.005–0.009 nDCG@10. "may" is left in for the
#: month. The word index leaves these out of English texts: a change needs a new index.
ENGLISH = frozenset(_CARRYING.split()) | frozenset(_RELATING.split())

#: Those that say in which relation: a passage is found without them, but "before the audit" is not "after the audit".
RELATING = frozenset(_RELATING.split())

#: Words that only a question has beside its subject: "tell me", "how many", "whose".
ASKING = frozenset(_ASKING.split())

#: The commonest of German, French and Spanish, for texts whose language nobody told.
EUROPEAN = frozenset(_EUROPEAN.split())

#: What a question in any of these languages may hold beside what it asks.
OF_QUESTIONS = (ENGLISH - RELATING) | ASKING | EUROPEAN
