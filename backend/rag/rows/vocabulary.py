"""Words that ask for something computed, and those that only carry a question; all folded (`backend.text.folding`)."""

from typing import Literal

from backend.text.folding import fold
from backend.text.function_words import ASKING, ENGLISH, EUROPEAN

type Asked = Literal["count", "sum", "which", "lookup"]
_WHICH: Asked = "which"
_LOOKUP: Asked = "lookup"


def words_in(listed: str) -> frozenset[str]:
    """The words of a list, folded."""
    return frozenset(map(fold, listed.split()))


QUANTITY: dict[str, Asked] = {
    "how many": "count",
    "number of": "count",
    "count of": "count",
    "wie viele": "count",
    "wieviele": "count",
    "anzahl der": "count",
    "anzahl": "count",
    "combien de": "count",
    "combien d": "count",
    "cuantos": "count",
    "cuantas": "count",
    "how much": "lookup",
    "wie viel": "lookup",
    "wieviel": "lookup",
    "combien": "lookup",
    "cuanto": "lookup",
    "in total": "sum",
    "add up": "sum",
    "en total": "sum",
    "au total": "sum",
    "in summe": "sum",
    "in all": "sum",
    "all told": "sum",
    "all in": "sum",
}
TIMES = (("how", "often"), ("how", "many", "times"), ("wie", "oft"))
PAST = words_in("has have had did was were hat haben war waren wurde wurden wir ich")
INTERROGATIVE: dict[str, Asked] = dict.fromkeys(
    words_in(
        "which list show welche welcher welches welchen welchem quels quelles quelle quel cuales nenne zeige liste find"
    ),
    _WHICH,
) | dict.fromkeys(words_in("what whats was que cual who wer qui quien when wann quand cuando where wo"), _LOOKUP)
#: These ask for something only where they begin a question.
COMMANDS = words_in("list show find liste zeige nenne was")
SUMMING = words_in(
    "total totals sum altogether overall combined together insgesamt zusammen summe gesamt gesamtsumme gesamtbetrag"
    " suma somme zusammengerechnet totale"
)
AVERAGING = words_in(
    "average avg mean durchschnitt durchschnittlich durchschnittliche durchschnittlichen durchschnittlicher schnitt"
    " moyenne promedio"
)
#: The dimension that a verb or a noun tells of, where no column is called so.
DIMENSIONS = (
    dict.fromkeys(
        words_in(
            "cost costs price prices priced pricing pay pays paid paying spend spent spending charge charged amount"
            " worth value"
            " kosten kostet kostete preis preise zahlen zahlt zahle bezahlen bezahlt ausgegeben ausgeben betrag betrage"
            " coute coutent cout couts prix montant paye payer depense cuesta cuestan coste precio precios importe"
            " pagar paga gastado wert"
        ),
        "money",
    )
    | dict.fromkeys(
        words_in(
            "take takes took taking last lasts duration time dauer dauert dauern zeit dure durent duree dura duran"
            " tarda"
        ),
        "time",
    )
    | dict.fromkeys(words_in("weigh weighs weight wiegt wiegen gewicht pese pesa peso"), "mass")
    | dict.fromkeys(words_in("date dates datum"), "date")
)
#: What any row may be called.
ABOUT_ROWS = words_in(
    "item items stuff entry entries row rows line lines thing things one ones position positions people persons eintrag"
    " eintrage posten positionen zeilen dinge sachen leute personen"
)
NEGATIONS = words_in("not no without nicht kein keine keinen keiner ohne sans sin non never")
CONJUNCTIONS = words_in("and or und oder et ou y o sowie plus")
COURTESY = words_in(
    "please can could would you tell me bitte kannst konnen du sie mir sag sagen hi hello hey hallo ok okay i need want"
    " to know"
)
YES_OR_NO = words_in(
    "is are was were do does did has have had will should may must ist sind war hat haben gibt darf kann muss habe soll"
    " est sont es hay puede"
)
OPENING_OTHERS = frozenset(
    {("why",), ("warum",), ("wieso",), ("weshalb",), ("pourquoi",), ("por", "que")}
    | {("how", word) for word in words_in("do does did to can could should would is are was were come")}
    | {("wie", word) for word in words_in("kann konnen mache macht wird werden ist sind geht funktioniert muss")}
    | {("what", word) for word in words_in("if about happens")}
)
LEFT_TO_OTHERS = words_in(
    "compare comparison difference differences differ versus vs vergleich vergleiche unterschied unterschiede summarize"
    " summarise summary zusammenfassung why warum difference both beide"
)
_GERMAN = """
der die das den dem des ein eine einen einem einer eines und oder ist sind war waren wird werden wurde von vom zu zum
zur mit auf im in am an aus bei beim fur nach um uber unter durch pro je wer wie was wann wo welche welcher welches
welchen hat haben hatte ich wir ihr er sie es uns unser unsere unserer unseren mein meine mich mir man gibt noch alle
allen aller alles dieser diese dieses da dort hier denn so sich auch nur bitte kosten viele viel als macht ergibt
betragt betragen hoch steht stehen gerade aktuell zurzeit derzeit bisher schon momentan uberhaupt eigentlich
hatten hattet gab gaben
"""
_ROMANCE = """
le la les l un une des du de d et ou est sont a au aux en dans par pour sur que qui quel quelle quels quelles nous
avons vous avez ils elles il elle on ai as ont ce cette ces c y se notre nos mon ma mes
el los las lo una unos unas del al por para con sobre es son hay que cual cuales quien tiene tienen tenemos hemos ha
han se su sus nuestro nuestra mi mis
"""
#: Verbs that only say that something is there or belongs to it, and words that only narrow to now.
_LIGHT = """
contain contains include includes included including use uses used using need needs needed belong belongs stand exist
exists offer offers come comes make makes got get gets still currently now pls right there per each every given listed
list lists table tabelle liste enthalt enthalten brauchen braucht gehoren gehort umfasst nutzt verwendet bietet
contient figure stehen steht gliedert add up actually exactly genau ca so far count counted mitgezahlt
inbegriffen eingeschlossen laut today our ours theirs go goes run
"""
GERMAN = (words_in(_GERMAN) - ENGLISH) | {"insgesamt", "zusammen", "wieviel", "wieviele", "anzahl"}
FRENCH_OR_SPANISH = words_in(_ROMANCE) | {"combien", "cuantos", "cuantas"}
_RELATIONS = words_in("before after until between during above below without")
CARRYING = (
    frozenset(map(fold, (ENGLISH - _RELATIONS) | ASKING | EUROPEAN)) | words_in(f"{_GERMAN} {_ROMANCE} {_LIGHT}")
) - frozenset({"kosten"})
NUMBERS = {
    name: number
    for number, names in enumerate(
        (
            "one ein eine einen un une uno una",
            "two zwei deux dos",
            "three drei trois tres",
            "four vier quatre cuatro",
            "five funf cinq cinco",
            "six sechs seis",
            "seven sieben sept siete",
            "eight acht huit ocho",
            "nine neun neuf nueve",
            "ten zehn dix diez",
            "eleven elf onze once",
            "twelve zwolf douze doce",
        ),
        1,
    )
    for name in names.split()
}
