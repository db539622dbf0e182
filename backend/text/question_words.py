"""The closed classes of words that questions are built with, in English, German, French and Spanish, lower case.

They tell how a question is built, not what it is about: with them a place is known by its preposition, a thing by its
article, a question by its first word. All are small and whole classes of the languages, whatever is asked.
"""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


QUESTION_WORDS = {
    "en": _words("who whom whose what which when where why how who's what's where's when's how's whats wheres"),
    "de": _words(
        "wer wen wem wessen was wann wo wohin woher warum wieso weshalb wie wieviel welche welcher welches welchen "
        "welchem womit wofür wodurch wozu woran worüber worauf wovon"
    ),
    "fr": _words("qui que quoi quand où pourquoi comment combien quel quelle quels quelles"),
    "es": _words("quién quiénes qué cuándo dónde adónde cómo cuánto cuánta cuántos cuántas cuál cuáles"),
}
ANY_QUESTION_WORD = frozenset(word for words in QUESTION_WORDS.values() for word in words)

#: Those that stand alone for a whole question: "why?", "seit wann?".
ADVERBS = _words(
    "when where why how wann wo wohin woher warum wieso weshalb wie quand où pourquoi comment combien cuándo dónde cómo"
)
#: Those that ask for somebody.
WHO = _words("who whom whose who's wer wen wem wessen qui quién quiénes")
#: Those that ask for somebody or for one of a kind, so that the answer names it.
NAMING = WHO | _words("which what welche welcher welches welchen welchem quel quelle quels quelles qué cuál cuáles")
#: After which what follows is the thing itself and not something about a thing: "who is the treasurer".
LOCATING = WHO | _words("when where when's where's wann wo quand où cuándo dónde")

COPULAS = _words("is are was were am ist sind war waren est sont était étaient es son era está están 's")
_SUPPORTS = "do does did"
SUPPORTS = _words(_SUPPORTS)
#: Verbs with which a question may begin.
ASKING_VERBS = COPULAS | _words(
    f"{_SUPPORTS} don't doesn't didn't isn't aren't can could may might must shall should will would has have had "
    "hat haben hatte hatten habe gibt gab gibt's kann können konnte darf dürfen durfte muss müssen soll sollen sollte "
    "wird werden wurde wurden würde gilt gelten will wollen kannst "
    "est-ce y est-il est-elle a-t-il a-t-elle peut-on faut-il doit-on puis-je dois-je sont-ils "
    "hay puede pueden se tiene tienen tengo puedo debo hace"
)
DETERMINERS = _words(
    "the a an my our your his her its their every each any some no this that these those all both "
    "der die das den dem des ein eine einen einem einer eines mein meine meinen meinem meiner unser unsere unseren "
    "unserem unserer dein deine deinen deiner kein keine keinen jede jeder jedes jeden alle "
    "le la les l' un une des du mon ma mes notre nos votre vos ce cette ces chaque "
    "el los las una unos unas mi mis su sus nuestro nuestra nuestros nuestras este esta estos cada"
)
#: Articles and possessives: what they stand before is one thing that is known.
ARTICLES = DETERMINERS - _words("every each any some no this that these those all both kein keine keinen cada chaque")
PRONOUNS = _words(
    "i you he she it we they me him us them there one "
    "ich du er sie es wir ihr ihn ihm mich dich uns euch man sich "
    "je j' tu il elle on nous vous ils elles lui leur yo tú él ella nosotros ellos ellas usted se"
)

#: Each preposition under the one that it is a form of.
PREPOSITIONS = {
    form: base
    for base, forms in {
        "in": "in inside into im ins within",
        "at": "at",
        "on": "on",
        "for": "for",
        "from": "from",
        "to": "to",
        "with": "with",
        "by": "by",
        "of": "of",
        "per": "per",
        "during": "during",
        "under": "under",
        "since": "since",
        "until": "until till",
        "before": "before",
        "after": "after",
        "without": "without",
        "between": "between",
        "about": "about",
        "für": "für",
        "bei": "bei beim",
        "mit": "mit",
        "von": "von vom",
        "zu": "zu zum zur",
        "nach": "nach",
        "aus": "aus",
        "ab": "ab",
        "an": "an am",
        "auf": "auf",
        "bis": "bis",
        "seit": "seit",
        "vor": "vor",
        "über": "über",
        "ohne": "ohne",
        "unter": "unter",
        "pour": "pour",
        "à": "à au aux",
        "en": "en",
        "dans": "dans",
        "chez": "chez",
        "avec": "avec",
        "depuis": "depuis",
        "sur": "sur",
        "de": "de del d'",
        "para": "para",
        "con": "con",
        "por": "por",
        "desde": "desde",
        "hasta": "hasta",
    }.items()
    for form in forms.split()
}
#: Prepositions that say where or when: one may take the place of the other before a thing of the same form.
SITUATING = _words(
    "in at on from to during since until before after bei an auf nach vor seit bis ab aus à en dans chez"
)
#: What adds nothing to what is asked.
PARTICLES = _words(
    "and but or also then now please pls so too as well instead again just only still really exactly ok okay sorry no "
    "not yes if than up out off here more me tell anything else same "
    "und oder aber auch denn dann doch mal noch nur bitte jetzt genau eigentlich nicht nein ja wenn dass mehr "
    "et ou mais aussi alors donc non oui plus ne pas si y e o pero también entonces sí no más sino sondern"
)
#: Every word of these classes.
CLOSED = (
    ANY_QUESTION_WORD | ASKING_VERBS | DETERMINERS | PRONOUNS | frozenset(PREPOSITIONS) | PARTICLES | frozenset({"s"})
) - {"may"}
#: Of which one in a question says that it is German, where nouns are written with a capital.
GERMAN = _words(
    "der das den dem des ein eine einen einem einer ist sind und oder wird wurde hat haben für mit von vom zum zur "
    "beim im gibt nicht auch bei nach"
) | QUESTION_WORDS["de"] - {"was"}
