"""Words of opposite sense: increase and decrease, before and after, positive and negative; mostly English and German.

A word stands on one or more axes, on one of two sides of each. A listed stem with ``*`` stands for every word that
begins with it. Pairs that are made with a prefix or an ending (Einfahrt and Ausfahrt, useful and useless) are found by
how they are made.
"""

from functools import lru_cache

type Side = tuple[str, int]

_SIGNS = {"+": 1, "-": -1}
# An axis, then the words of its sides; folded (`folding.fold`).
_AXES = """
amount
+ increas* rais* rise rises rising rose risen grow grows growing grew grown growth more higher greater larger
+ bigger enhanc* elevat* boost* improv* strengthen* promot* stimulat* accelerat* gain gains gained augment* steig*
+ stieg* gestieg* anstieg* erhoh* mehr hoher* grosser* wachs* wuchs* gewachs* verstark* verbesser* forder* hausse
+ aument*
- decreas* reduc* lower lowers lowered lowering less fewer declin* drop drops dropped fell fallen diminish*
- smaller abolish* eliminat* alleviat* ameliorat* mitigat* halv* inhibit* suppress* impair* attenuat* weaken*
- lessen* prevent* shrink* shrank worsen* slow slows slowed sink* sank gesunk* senk* gesenk* weniger niedriger*
- geringer* kleiner* fiel gefallen verringer* reduzier* verminder* verschlechter* hemm* diminu* baiss* moins menos
- disminu*
effect
+ effect effects affect* influenc* impact* associat* related relates correlat* difference* change*
+ wirkung* auswirk* einfluss* beeinfluss* unterschied* zusammenhang* zusammenhangen effet* efecto* influy*
- unrelated independent* unaffected unchanged unabhangig* unverandert*
level
+ high higher highest hoch hohe* hoch* elevated
- low lower lowest niedrig* gering* tief*
cause
+ cause causes caused causing induc* trigger* leads led provok* verursach* bewirk* provoqu* fuhrt fuhrte fuhren
- prevent* protect* avoid* verhinder* schutzt* verhut* vermeid* evit*
order
+ before prior vor vorher bevor avant antes
- after following nach nachher nachdem apres despues
sign
+ positiv*
- negativ*
presence
+ present presence anwesen* vorhanden
- absent absence lack lacks lacked lacking abwesen* fehl*
consent
+ accept* approv* agreed grant* angenommen* genehmig* bewillig* zugestimmt* accord* aprob*
- reject* refus* denied deny denies declined abgelehn* ablehn* verweiger* rechaz*
leave
+ allow* permit* erlaub* gestatt* zulassig* autoris* permis*
- forbid* forbad* prohibit* banned verbot* untersag* interdit* prohib*
length
+ long longer longest lang lange langer* langst*
- short shorter shortest kurz* kurzer*
time
+ early earlier earliest fruh*
- late later latest spat*
speed
+ fast faster fastest quick* rapid* schnell*
- slow slower slowest slowly langsam*
limit
+ maximum maximal* most hochst* meist* maxim*
- minimum minimal* least mindest* wenigst* minim*
worth
+ better best good gut besser* beneficial favo* best*
- worse worst bad poor* poorer schlecht* harmful
state
+ open opens opened opening geoffnet* offen* offn* ouvert* abiert*
- closed closes close shut geschloss*
duty
+ mandatory compulsory required obligatory pflicht* verpflicht*
- optional voluntary freiwillig*
likeness
+ same identical equal gleich*
- different differ differs verschieden*
set
+ includ* enthalt* inklusiv* einschliess*
- exclud* exklusiv* ausschliess* ausgenommen
place
+ above oberhalb uber
- below beneath underneath unterhalb unter
side
+ left links
- right rechts
trade
+ buy buys bought kauf* gekauft*
- sell sells sold verkauf*
outcome
+ win wins won gewann gewonnen
- lose loses lost verlor* verloren
switch
+ enabl* activat* aktivier*
- disabl* deactivat* deaktivier*
course
+ begin begins began start starts started beginn* begann
- end ends ended endet endete enden
reach
+ sensitiv* suscept* vulnerab* anfallig* empfindlich*
- resistan* immun* unempfindlich* widerstandsfahig*
charge
+ free gratis kostenlos* kostenfrei*
- chargeable kostenpflichtig*
"""
#: Axes of words that put one thing to another: "not opened before noon" denies the opening.
RELATIONS = frozenset({"order", "place", "side", "time", "limit", "length"})
# Made with these before the same rest: upstream and downstream, Eingang and Ausgang.
_PREFIXES = (
    *(("up", "down"), ("hyper", "hypo"), ("over", "under"), ("pre", "post"), ("in", "out"), ("in", "ex")),
    *(("im", "ex"), ("macro", "micro"), ("in", "de"), ("auf", "ab"), ("ein", "aus"), ("an", "ab"), ("vor", "nach")),
    *(("zu", "ab"), ("ober", "unter"), ("hin", "ruck"), ("pro", "anti"), ("inter", "intra")),
)
_ENDINGS = (("ful", "less"), ("voll", "los"), ("reich", "arm"))
_DENYING = ("un", "in", "im", "ir", "il", "non", "dis")
_LACKING = ("less", "los", "free", "frei")
_LEAST_REST = 4
_SHORTEST_STEM = 3


def _listed() -> tuple[dict[str, tuple[Side, ...]], dict[str, tuple[Side, ...]]]:
    words: dict[str, tuple[Side, ...]] = {}
    stems: dict[str, tuple[Side, ...]] = {}
    axis = ""
    for line in _AXES.splitlines():
        sign, _, entries = line.partition(" ")
        if sign not in _SIGNS:
            axis = line
            continue
        for entry in entries.split():
            into = stems if entry.endswith("*") else words
            known = into.get(entry.rstrip("*"), ())
            into[entry.rstrip("*")] = (*known, (axis, _SIGNS[sign]))
    return words, stems


_WORDS, _STEMS = _listed()


@lru_cache(maxsize=8192)
def sides_of(word: str) -> tuple[Side, ...]:
    """The axes of a folded word, each with the side (1 or -1) that it stands on; most words have none."""
    if (found := _WORDS.get(word)) is not None:
        return found
    for length in range(len(word), _SHORTEST_STEM - 1, -1):
        if (found := _STEMS.get(word[:length])) is not None:
            return found
    return ()


@lru_cache(maxsize=8192)
def opposites_made_of(word: str) -> tuple[str, ...]:
    """What a folded word's opposite would be if it is made with the opposite prefix or ending; mostly no words."""
    found = []
    for pair in _PREFIXES:
        for one, other in (pair, pair[::-1]):
            if word.startswith(one) and len(word) - len(one) >= _LEAST_REST:
                found.append(other + word[len(one) :])
    for pair in _ENDINGS:
        for one, other in (pair, pair[::-1]):
            if word.endswith(one) and len(word) - len(one) >= _SHORTEST_STEM:
                found.append(word[: -len(one)] + other)
    return tuple(found)


@lru_cache(maxsize=8192)
def denied_by(word: str) -> tuple[str, ...]:
    """The words that a folded word may deny by how it is made: safe of unsafe, harm of harmless; mostly no words."""
    found = [word[len(one) :] for one in _DENYING if word.startswith(one) and len(word) - len(one) >= _LEAST_REST]
    found += [word[: -len(one)] for one in _LACKING if word.endswith(one) and len(word) - len(one) >= _SHORTEST_STEM]
    return tuple(found)
