"""How people greet, thank, ask for help, and ask about the assistant and its library, in four languages.

A line is one way to say it, as a pattern over a whole message without marks at its ends; ``*name*`` stands for a set.
"""

_SETS = {
    "you": r"(?:you|it|this|biblios(?:ai)?)",
    "your": r"(?:my|our|the|your)",
    "papers": r"(?:documents?|files?|papers?)",
    "thing": r"([^\W\d_][\w-]*(?: (?!(?:please|pls|plz|here|now|then|bitte|mal|hier)\b)[\w-]+)?)",
    "things": r"(?:data|files?|documents?|questions?)",
    "dinge": r"(?:unterlagen|dokumente|dateien|akten)",
    "are there": r"(?:have (?:you|we|i) (?:got|read)|do (?:you|we|i) (?:have|know)|are (?:there|here))",
    "there": r"(?:gibt es|kennst du|hast du|habe ich|haben wir|sind (?:da|hier|drin))",
    "whom": r"(?: (?:there|all|everyone|everybody|team|again|biblios(?:ai)?|zusammen|nochmal|à tous|a todos))?",
    "name": r"(?:,? (?-i:[A-ZÀ-Þ])\w+)?",
}


def _one_of(lines: str) -> str:
    for name, pattern in _SETS.items():
        lines = lines.replace(f"*{name}*", pattern)
    return "|".join(filter(None, map(str.strip, lines.splitlines())))


def _lines(lines: dict[str, str]) -> dict[str, str]:
    return {language: _one_of(text) for language, text in lines.items()}


HELLO = _lines(
    {
        "en": """
            (?:hi+|hello+|hey+|hiya|howdy|yo|greetings|morning)*whom**name*
            good (?:morning|afternoon|evening|day)*whom**name*
        """,
        "de": """
            (?:hallo|hallöchen|moin(?: moin)?|servus|grüezi|tag)*whom**name*
            gr(?:ü|ue)(?:ß|ss)(?: ?gott| dich| sie)?*whom**name*
            guten? (?:tag|morgen|abend)*whom**name*
        """,
        "fr": "(?:bonjour|bonsoir|salut|coucou)*whom**name*",
        "es": "(?:hola|buen(?:os|as) (?:d(?:í|i)as|tardes|noches)|buenas)*whom**name*",
    }
)

HOW_ARE_YOU = _lines(
    {
        "en": """
            how(?: are|'s| is) (?:you|it going|things)(?: doing)?(?: today)?
            what's up
            nice to meet you
        """,
        "de": "wie geht(?:'s| es)?(?: (?:dir|ihnen|euch))?(?: heute)?",
        "fr": """
            (?:comment )?(?:ç|c)a va
            comment (?:allez[- ]vous|vas[- ]tu)
        """,
        "es": """
            c(?:ó|o)mo est(?:á|a)s?
            qu(?:é|e) tal
        """,
    }
)

THANKS = _lines(
    {
        "en": """
            (?:many )?thank(?:s| you)(?: a lot| so much| very much| again)?(?: for (?:the|your|all your) \\w+)?
            (?:thx|ty|ta|cheers|much appreciated)
            (?:ok(?:ay)?|great|perfect|nice|cool|super|awesome|brilliant|lovely|excellent|wonderful|got it|no)
            that helps(?: a lot)?
            that(?:'s| is) all
            (?:bye+|goodbye|see you(?: later)?|good night|well done|good job)
        """,
        "de": """
            (?:vielen |herzlichen |lieben |besten )?dank(?: dir| ihnen)?(?: für (?:die|deine|ihre) \\w+)?
            danke(?: (?:schön|sehr|dir|ihnen|euch|nochmal))?(?: für (?:die|deine|ihre) \\w+)?
            (?:alles klar|passt|verstanden|prima|perfekt|das war(?:'s| es| alles)|nein)
            (?:tsch(?:ü|ue)ss?|auf wiedersehen|bis (?:bald|dann))
        """,
        "fr": """
            merci(?: (?:beaucoup|bien|infiniment|à toi|à vous))?
            (?:d'accord|parfait|au revoir|à bientôt|c'est tout|non)
        """,
        "es": """
            (?:muchas |mil )?gracias(?: por (?:la|tu|su) ayuda)?
            (?:de acuerdo|perfecto|vale|adi(?:ó|o)s|hasta luego|eso es todo)
        """,
    }
)

HELP = _lines(
    {
        "en": """
            (?:please )?help(?: me)?(?: please)?
            (?:i need|can you) help(?: me)?(?: please)?
            (?:so )?what can (?:you|i|we|this)(?: all)? (?:do|ask|help)(?: you)?(?: here| with| for me| me with)?
            how (?:do|can|should) (?:i|we) (?:use|work with|talk to|ask) *you*
            how (?:does|do) *you*(?: thing| app| tool)? work
            what (?:should|could) i ask(?: you)?
            what (?:sorts?|kinds?) of (?:stuff|things|questions?) can (?:i|we) ask(?: you)?
            what are you (?:good )?for
            (?:give|show) me (?:some |an )?examples?(?: questions?)?
        """,
        "de": """
            hilfe(?: bitte)?
            (?:kannst du|können sie) mir helfen
            was (?:kannst du|können sie)(?: alles| so| hier)*(?: machen| tun)?
            was kann (?:ich|man)(?: dich| sie| hier| alles)* (?:fragen|machen|tun)
            wie funktioniert (?:das|du|dies|biblios(?:ai)?)(?: hier)?
            wie (?:benutze|nutze|bediene) ich (?:dich|das|sie|es)
        """,
        "fr": """
            (?:à l')?aide(?:z-moi|-moi)?
            que (?:peux-tu|pouvez-vous) faire
            comment (?:ça|cela) (?:marche|fonctionne)
        """,
        "es": """
            ay(?:u|ú)da(?:me)?
            qué puedes hacer
            cómo funciona(?: esto)?
        """,
    }
)

PRODUCT = _lines(
    {
        "en": """
            (?:who|what)(?:'s| is| are) *you*(?: exactly| actually)?
            what(?:'s| is) your name
            are you (?:an? )?(?:ai|bot|chat ?bot|robot|human|person|real|chatgpt|gpt|claude|gemini)(?: person)?
            who (?:made|built|created|develops?) *you*
            (?:what|which) (?:ai |language )?model (?:do|are) you(?: us(?:e|ing)| run(?:ning)?)?(?: on)?
            (?:do|does) *you* (?:send|share|upload|store|keep|use|train on) *your* *things*(?: \\w+){0,5}
            (?:where|how) (?:is|are) *your* *things* (?:stored|kept|saved|processed)
            (?:is|are) *your* *things* (?:safe|private|secure|confidential)(?: here| with you)?
            who (?:can|may) (?:see|read) *your* *things*
            where do(?:es)? (?:you|the|your)(?: answers?)? (?:get|come)(?: your| the)?(?: answers?| information)? from
        """,
        "de": """
            (?:wer|was) (?:bist du|sind sie)
            was ist (?:das|biblios(?:ai)?)(?: hier)?
            wie hei(?:ß|ss)(?:t du|en sie)
            bist du (?:eine? )?(?:ki|bot|roboter|mensch|chatgpt)
            wer hat (?:dich|das) (?:gemacht|gebaut|entwickelt)
            welches (?:sprach)?modell (?:nutzt|benutzt|verwendest) du
            wo (?:sind|werden|liegen) (?:meine|unsere) (?:daten|*dinge*)(?: (?:gespeichert|verarbeitet))?
            sind (?:meine|unsere) (?:daten|*dinge*) (?:hier )?(?:sicher|privat|vertraulich)
            wer (?:kann|darf) (?:meine|unsere) (?:daten|fragen|*dinge*) (?:sehen|lesen)
        """,
        "fr": """
            qu(?:i |')(?:es-tu|êtes-vous)
            où sont (?:stockées )?mes données(?: stockées)?
            mes données sont-elles (?:sûres|privées)
        """,
        "es": """
            (?:quién|qué) eres
            dónde están mis datos
            mis datos están seguros
        """,
    }
)

#: What stands before and behind the same words without saying anything.
FILLERS_BEFORE = (
    r"(?:(?:oh|ah|ok(?:ay)?|so|well|right|now|hm+|um+|also|äh|na|also|alors|bueno|pues|please|bitte)[ ,.!]{1,3}){0,3}"
)
FILLERS_BEHIND = (
    r"(?:[ ,.!?-]{1,3}(?:then|or what|please|pls|plz|for now|for today|mate|really|exactly|btw|now|again|here|"
    r"denn|eigentlich|bitte|mal|erstmal|fürs erste|alors|pues)){0,3}"
)

#: What follows is what the documents are to be about.
ABOUT = _lines(
    {
        "en": """
            what(?: else)? (?:have you got|do (?:you|we|i) have|is there) (?:on|about)
            (?:which|what) *papers* (?:do (?:you|we|i) have |are there |are )?(?:on|about|mention(?:ing)?)
            (?:which|what) *papers* (?:talk about|deal with)
            (?:list|show|find|give)(?: me)?(?: all| every)?(?: the| my| our)? *papers* (?:on|about|mentioning)
            (?:list|show|find|give)(?: me)? everything (?:on|about|mentioning)
        """,
        "de": """
            (?:was|welche *dinge*) (?:hast du|haben wir|habe ich|gibt es)(?: alles)? (?:über|zum thema|zu[mr]?)
            (?:zeig|zeige|nenne|liste)(?: mir)?(?: alle)? *dinge* (?:über|zum thema|zu[mr]?)
        """,
    }
)
#: Around a kind of document, of which all are wanted: "list all …", "which … do we have".
ALL_OF = _lines(
    {
        "en": """
            (?:list|show|name|give)(?: me)? (?:all|every)(?: of)?(?: the| my| our)? *thing*
            (?:list|show)(?: me)? (?:the|my|our) *thing*
            (?:(?:what|which) |how many )*thing* (?:do (?:i|we|you) have|are there|have (?:i|we|you)(?: got)?)(?: here)?
            (?:do (?:i|we|you) have|have (?:i|we|you) got|are there) any *thing*(?: here)?
            (?:all|any) (?:of )?(?:the |my |our )?*thing*
        """,
        "de": """
            (?:zeig|zeige|nenne|liste)(?: mir)? (?:alle|sämtliche) *thing*(?: auf)?
            (?:welche |wie ?viele )*thing* (?:gibt es|haben wir|habe ich|hast du|liegen vor|sind da)(?: hier)?
            (?:alle|sämtliche) (?:unsere |meine )?*thing*
            (?:haben wir|gibt es|hast du) (?:noch |auch )?(?:irgendwelche )*thing*
        """,
        "fr": """
            (?:quels|quelles|combien de) *thing* (?:avons-nous|ai-je|as-tu|y a-t-il)
            (?:montre-moi |liste )?(?:tous les|toutes les) *thing*
        """,
        "es": """
            (?:qué|cuáles|cuántos|cuántas) *thing* (?:hay|tenemos|tengo|tienes)
            (?:muéstrame |lista )?(?:todos los|todas las|todos mis|todas mis) *thing*
        """,
    }
)

DOCUMENTS = _lines(
    {
        "en": """
            what(?: all| else)? (?:do you (?:know|have)|have you got|can you (?:see|read|access|search))(?: here)?
            what(?:'s| is)(?: all)? in (?:here|(?:my|the|our|your|this) library)
            what(?:'s| is) there(?: to know)?
            (?:what|which) (?:topics|subjects|kinds? of \\w+) (?:do you (?:know|cover|have)|are (?:there|here))
            show me (?:everything|all)(?: you (?:have|know))?
            how (?:big|large) is *your* library
            how many (?:documents|docs|files)(?: *are there*)?
            how many (?:documents|docs|files)(?: *are there*)? (?:in (?:here|total|*your* library)|here|altogether)
        """,
        "de": """
            was (?:wei(?:ß|ss)t|kennst|hast) du(?: alles| so| hier| denn)*
            was (?:ist|gibt es|gibt's|liegt) hier(?: alles| so| drin)*
            welche (?:*dinge*|themen)(?: *there*)?(?: hier)?
            wie ?viele *dinge*(?: *there*)?(?: hier)?
            (?:zeig|zeige|nenne|liste)(?: mir)? (?:alle|meine|alle meine) *dinge*(?: auf)?
        """,
        "fr": """
            que (?:sais-tu|savez-vous|connais-tu)
            (?:combien de|quels) (?:documents|fichiers)(?: (?:y a-t-il|as-tu|ai-je|avons-nous))?
        """,
        "es": """
            qué sabes
            (?:cuántos|qué) (?:documentos|archivos)(?: (?:hay|tienes|tengo|tenemos))?
        """,
    }
)
