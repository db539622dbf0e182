"""What is said to a person who says hello, thanks, asks for help or about the assistant: no document is asked for it.

Questions that are offered name documents of the caller's own library.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from backend.access import Caller
from backend.documents.models import DocumentStatus
from backend.documents.repository import DocumentQuery
from backend.llm.streaming import sanitise
from backend.rag.intent import Intent, Wish
from backend.rag.models import Offer
from backend.rag.next_questions import speakable
from backend.rag.ports import Shelf

_OFFERED = 3
_SHOWN_CHARS = 80

_GREETING = {
    "en": "Hello! Ask me about your documents: I answer with the sentences that say it, and show where they stand.",
    "de": "Hallo! Fragen Sie mich nach Ihren Dokumenten: Ich antworte mit den Sätzen, die es sagen, und zeige, wo.",
    "fr": "Bonjour ! Posez une question sur vos documents : je réponds avec les phrases qui le disent et montre où.",
    "es": "¡Hola! Pregunte por sus documentos: respondo con las frases que lo dicen y muestro dónde están.",
}
_THANKS = {
    "en": "You're welcome. Ask whenever there is something else.",
    "de": "Gern geschehen. Fragen Sie, wann immer noch etwas ist.",
    "fr": "Avec plaisir. N'hésitez pas s'il y a autre chose.",
    "es": "De nada. Pregunte cuando haya algo más.",
}
_HELP = {
    "en": (
        "I read the documents that you may see and answer from them. You can ask\n\n"
        "- for a fact, a date, a person, a number, or how something is done;\n"
        "- which documents there are;\n"
        "- and go on from an answer: “and in France?”, “why?”.\n\n"
        "Every answer shows the sentences that it rests on. Where the documents do not say it, I tell you so."
    ),
    "de": (
        "Ich lese die Dokumente, die Sie sehen dürfen, und antworte aus ihnen. Sie können fragen\n\n"
        "- nach einer Tatsache, einem Datum, einer Person, einer Zahl, oder wie etwas gemacht wird;\n"
        "- welche Dokumente es gibt;\n"
        "- und von einer Antwort aus weiter: „und in Frankreich?“, „warum?“.\n\n"
        "Jede Antwort zeigt die Sätze, auf denen sie beruht. Wo die Dokumente es nicht sagen, sage ich das."
    ),
    "fr": (
        "Je lis les documents que vous pouvez voir et je réponds à partir d'eux. Vous pouvez demander\n\n"
        "- un fait, une date, une personne, un chiffre, ou comment faire quelque chose ;\n"
        "- quels documents il y a ;\n"
        "- et poursuivre : « et en France ? », « pourquoi ? ».\n\n"
        "Chaque réponse montre les phrases sur lesquelles elle repose. Si les documents ne le disent pas, je le dis."
    ),
    "es": (
        "Leo los documentos que usted puede ver y respondo con ellos. Puede preguntar\n\n"
        "- por un hecho, una fecha, una persona, una cifra, o cómo se hace algo;\n"
        "- qué documentos hay;\n"
        "- y seguir desde una respuesta: «¿y en Francia?», «¿por qué?».\n\n"
        "Cada respuesta muestra las frases en que se basa. Si los documentos no lo dicen, lo digo."
    ),
}
_PRODUCT = {
    "en": (
        "I am BibliosAI, a program that answers from your documents. They stay on the server of this page, "
        "and nobody sees through me what they may not open themselves. {how}"
    ),
    "de": (
        "Ich bin BibliosAI, ein Programm, das aus Ihren Dokumenten antwortet. Sie bleiben auf dem Server, von dem "
        "diese Seite kommt, und niemand sieht durch mich, was er nicht selbst öffnen darf. {how}"
    ),
    "fr": (
        "Je suis BibliosAI, un programme qui répond à partir de vos documents. Ils restent sur le serveur d'où vient "
        "cette page, et personne ne voit à travers moi ce qu'il ne peut pas ouvrir. {how}"
    ),
    "es": (
        "Soy BibliosAI, un programa que responde con sus documentos. Se quedan en el servidor del que viene esta "
        "página, y nadie ve a través de mí lo que no puede abrir. {how}"
    ),
}
_BY_QUOTES = {
    "en": "Answers are quotes: no language model is set up here, so nothing is sent anywhere to be answered.",
    "de": "Antworten sind Zitate: Hier ist kein Sprachmodell eingerichtet, zum Antworten wird also nichts verschickt.",
    "fr": "Les réponses sont des citations : aucun modèle de langage n'est configuré, rien n'est donc envoyé.",
    "es": "Las respuestas son citas: no hay ningún modelo de lenguaje configurado, así que no se envía nada.",
}
_BY_MODEL = {
    "en": "The language model “{model}” writes the answers; it is sent your question and the passages that fit it.",
    "de": "Antworten schreibt das Sprachmodell „{model}“; es bekommt Ihre Frage und die Stellen, die zu ihr passen.",
    "fr": "Les réponses sont écrites par le modèle « {model} », qui reçoit votre question et les passages utiles.",
    "es": "Las respuestas las escribe el modelo «{model}», que recibe su pregunta y los pasajes que le corresponden.",
}
_OFFER = {
    "en": ("You could ask, for example:", "What does “{title}” say?"),
    "de": ("Sie könnten zum Beispiel fragen:", "Was steht in „{title}“?"),
    "fr": ("Vous pourriez demander, par exemple :", "Que dit « {title} » ?"),
    "es": ("Podría preguntar, por ejemplo:", "¿Qué dice «{title}»?"),
}
_NOTHING_YET = {
    "en": "There is nothing in your library yet: add documents first.",
    "de": "In Ihrer Bibliothek ist noch nichts: Fügen Sie zuerst Dokumente hinzu.",
    "fr": "Votre bibliothèque est encore vide : ajoutez d'abord des documents.",
    "es": "Su biblioteca aún está vacía: añada primero documentos.",
}


@dataclass(frozen=True, slots=True)
class Reply:
    """A reply as Markdown, and the questions that it offers."""

    text: str
    suggestions: tuple[Offer, ...] = ()


async def reply_to(wish: Wish, caller: Caller, shelf: Shelf, *, model: str | None) -> Reply:
    """`model`: the name of the language model that answers; None where answers are quotes."""
    language = wish.language
    if wish.intent is Intent.thanks:
        return Reply(_THANKS[language])
    said = _said(wish, model)
    rows, _ = await shelf.page(caller, DocumentQuery(status=DocumentStatus.indexed), before=None, limit=_OFFERED)
    titles = [sanitise(" ".join(row["title"].split()), ())[:_SHOWN_CHARS].strip() for row in rows]
    offered = [
        Offer(_OFFER[language][1].format(title=title), row["id"])
        for row, title in zip(rows, titles, strict=True)
        if title and speakable(title)
    ]
    return Reply(f"{said}\n\n{_offer([title for title in titles if title], language)}", tuple(offered))


def _said(wish: Wish, model: str | None) -> str:
    match wish.intent:
        case Intent.help:
            return _HELP[wish.language]
        case Intent.product:
            how = _BY_MODEL[wish.language].format(model=sanitise(model, ())) if model else _BY_QUOTES[wish.language]
            return _PRODUCT[wish.language].format(how=how)
        case _:
            return _GREETING[wish.language]


def _offer(titles: Sequence[str], language: str) -> str:
    if not titles:
        return _NOTHING_YET[language]
    head, question = _OFFER[language]
    return "\n".join((f"{head}\n", *(f"- {question.format(title=title)}" for title in titles)))
