"""The words of a question for a whole that a list must have, and whether a text has them, in any form."""

import re
from collections.abc import Mapping

from backend.text.analysis import clean, stem
from backend.text.folding import fold, reduced
from backend.text.function_words import RELATING
from backend.text.terms import content_words, other_spellings
from backend.text.word_forms import form_terms

#: What carries such a question and says nothing of its subject, in lower case without accents.
_SAYING_NOTHING = """
able actually add all allow along also anyone anything apply available become begin belong bring built call can come
complete comprise consider consist contain cover current currently different done entire every everyone everything
exactly exist follow full general give go got have help here include included inside instructions item items keep kind
kinds let like list look made make many must need needed needs new next offer one order ought own people person please
possible prepare procedure process properly provide put require required right set shall should show someone something
sort start step steps stuff take tell there thing things type types us use used valid want was way wear whole within
without work again anyway basically just mr mrs ms really still whats whos wheres hows dont doesnt wont cant im ive
id now try tried happen happens
aber alle allem allen aller alles als am an ans auch auf aus bei beim bekommt bestehen besteht bitte brauch brauche
brauchen braucht da dafur damit darf das dass davon dazu dein deine denn denen dir doch du durch durfen ein einem einen
einer eines enthalt er erforderlich es etwas euch eure fur gab geben gehe gehen gehoren gehort geht gelten gemacht genau
gerne gibt gilt habe haben hat hier ich ihm ihn ihr ihre im in ins ist jede jeder jemand kann kein keine konnen
lass lasst lauten liste machen mache macht mal man mein meine meinem meinen meiner mich mir mitbringen mitnehmen muss
mussen nach nenn nenne nennen noch notig nur ob oder sagen samtliche schritt schritte sein seine sich sie sind so soll
sollen sollte sonst tun tue uber um umfasst und uns unser unsere unserem unseren unserer unter verwendet vom von vor
vorgehen vorhanden was welche welchen welcher welches wem wen wenn werde werden wie wir wird wirklich wo zahl zeig zeige
zu zum zur anleitung ablauf benotige benotigen benotigt bloss denn eben echt eigentlich frau gerade halt herr herrn
jetzt nochmal uberhaupt wohl
ai ainsi apporter au aux avec avoir besoin ce ces cette chez comment comprend contient dans demarche dois doit doivent
donc elle elles en est etapes etre existe existent faire fait falloir faut il ils je leur les liste lors ma mes moi mon
nos notre nous on ont ou par pour prendre peut peux procedure puis quel quelle quelles quels quoi sa se selon ses si son
sont sous sur ta tes ton tous tout toute toutes tu un une votre vos vous
al algo alguna algunas cada como con conmigo cosas cual cuales cuando de debe deben debo del dime donde el ella ellos en
es esta estan este esto estos existen forman fue ha hace hacen hacer hago han hasta hay la las le les lista llevar lo
los me mi mis muy necesario necesita necesitan necesito no nos nuestra nuestras nuestro nuestros o para pasos por
procedimiento
puede pueden puedo que quien quienes se ser si sin sobre son su sus te tengo tiene tienen todas todo todos traer
tu tus
un una usa usan usar y ya
"""
_GENERIC = frozenset(reduced(stem(word)) for word in _SAYING_NOTHING.split()) | frozenset(map(stem, RELATING))

#: What a list of needs is headed or announced with, and one of steps: beginnings of words without accents.
NEEDED = re.compile(
    r"\b(?:document|dokument|papers|papier|"
    r"ingredi|need|requir|prerequisit|pack|bring|equipment|material|supplies|checklist|what to take|"
    r"tools|zutat|"
    r"brauch|benotig|mitbring|mitzubring|mitnehm|packlist|voraussetzung|ausrustung|werkzeug|unterlagen|erforderlich|notig|"
    r"equipement|besoin|necess?[ai]|fournitur|a apporter|apport|ingrédient|necesit|requisit|llevar|traer)"
)
STEPWISE = re.compile(
    r"\b(?:how to|how do|steps?\b|method|procedure|instruction|preparation|directions|process|what to do|guide|"
    r"zubereitung|anleitung|vorgeh|schritt|ablauf|verfahren|so geht|wie |etape|demarche|marche a suivre|comment |"
    r"pasos?\b|como |procedimiento|preparacion|elaboracion)"
)

_PARTICLE_WORDS = "ab an auf aus bei ein fest her hin los mit nach um vor weg zu"
_ALIKE_CHARS = 6
_ALIKE = 0.75
_PARTICLES = tuple(_PARTICLE_WORDS.split())
_PARTICIPLE = re.compile(rf"({'|'.join(_PARTICLES)})ge(\w{{3,}}?)(?:t|en)")


def question_words(question: str) -> dict[str, tuple[str, ...]]:
    """The terms that say what is asked of what, each with its word and the other forms that stand for the same."""
    found = {
        term: (word, *_whole_verbs(word))
        for term, word in content_words(question).items()
        if term not in _GENERIC and (len(word) > 1 or word.isdigit())
    }
    # "Wie melde ich ein Boot an?" asks for what is headed "Ein Boot anmelden".
    words = question.strip(" ?!.").casefold().split()
    if words and fold(words[-1]) in _PARTICLES:
        for term, forms in found.items():
            found[term] = (*forms, words[-1] + forms[0])
    return found


def said(
    wanted: Mapping[str, tuple[str, ...]], text: str, language: str | None, *, kindred: bool = False
) -> frozenset[str]:
    """Those of the wanted terms that a text has, as they are, in another form, or as a part of a compound.

    `kindred`: or as a word that begins so far alike that it is made of the same one ("register", "registration").
    """
    if not wanted or not text:
        return frozenset()
    spoken = content_words(text)
    here = spoken.keys() | other_spellings(text)
    forms = frozenset(form_terms(clean(text), language))
    found = set()
    for term, words in wanted.items():
        if (
            term in here
            or any(not forms.isdisjoint(form_terms(clean(word), language)) for word in words)
            or (kindred and any(_kindred(fold(words[0]), fold(word)) for word in spoken.values()))
        ):
            found.add(term)
    return frozenset(found)


def _kindred(one: str, other: str) -> bool:
    alike = next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    return alike >= _ALIKE_CHARS and alike >= _ALIKE * min(len(one), len(other))


def _whole_verbs(word: str) -> tuple[str, ...]:
    """ "angemeldet" is a form of "anmelden"."""
    match = _PARTICIPLE.fullmatch(fold(word))
    return (f"{match[1]}{match[2]}",) if match else ()
