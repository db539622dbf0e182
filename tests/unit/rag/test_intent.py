"""What a message is taken for, before anything is searched."""

import pytest

from backend.rag.intent import Intent, wish_of, without_courtesy, without_scripts
from tests.support.cost import processor_seconds

TAKEN = {
    Intent.greeting: {
        "en": ["Hello", "hi!", "Hey there, how are you?", "hello Dana", "good morning team", "How's it going today?"],
        "de": ["Hallo zusammen", "Moin", "Guten Tag!", "grüß gott", "Gruess Gott", "wie geht's?"],
        "fr": ["Bonjour", "salut, ça va ?"],
        "es": ["¡Hola!", "buenos días, ¿qué tal?"],
    },
    Intent.thanks: {
        "en": ["thanks!", "Thank you so much for your help", "ok thanks", "perfect, thanks a lot", "bye", "cheers",
               "ta, that's all for now", "oh brilliant, thank you so much!!"],
        "de": ["danke schön", "Vielen Dank für die Auskunft!", "alles klar, danke", "Tschüs"],
        "fr": ["merci beaucoup"],
        "es": ["muchas gracias"],
    },
    Intent.help: {
        "en": ["help", "What can you do?", "hi, what can I ask?", "how does this work", "show me some examples",
               "how does this thing work then", "what sort of stuff can i ask you"],
        "de": ["Hilfe", "Was kannst du alles?", "wie funktioniert das hier", "Hallo, was kann ich dich fragen?"],
        "fr": ["comment ça marche ?"],
        "es": ["ayuda"],
    },
    Intent.product: {
        "en": ["Who are you?", "are you ChatGPT?", "what's this", "Where is my data stored?", "which model do you use?",
               "does it send my documents to openai", "who can see my questions?"],
        "de": ["Wer bist du?", "was ist BibliosAI", "Wo werden meine Dokumente gespeichert?", "Bist du eine KI?"],
        "fr": ["qui es-tu ?"],
        "es": ["¿quién eres?"],
    },
    Intent.documents: {
        "en": ["What do you know?", "hello, what's in here?", "How many documents are there?", "what have you got",
               "which topics do you cover?", "List all my documents."],
        "de": ["Was weißt du alles?", "Welche Unterlagen gibt es hier?", "Wie viele Akten habe ich?",
               "Zeig mir alle Dateien"],
        "fr": ["Quels documents avons-nous ?"],
        "es": ["¿Qué documentos tengo?"],
    },
}  # fmt: skip
CASES = [(text, intent, language) for intent, of in TAKEN.items() for language, texts in of.items() for text in texts]


@pytest.mark.parametrize(("text", "intent", "language"), CASES)
def test_what_is_said_to_the_assistant_is_known(text: str, intent: Intent, language: str) -> None:
    wish = wish_of(text)
    assert (wish.intent, wish.language) == (intent, language)


@pytest.mark.parametrize(
    ("text", "subject"),
    [
        ("what have you got on the dog", "dog"),
        ("So, which documents mention Dana?", "Dana"),
        ("show me everything about Brightwater please", "Brightwater"),
        ("Welche Unterlagen gibt es zum Mietvertrag?", "Mietvertrag"),
    ],
)
def test_documents_about_something_are_asked_for(text: str, subject: str) -> None:
    wish = wish_of(text)
    assert (wish.intent, wish.about) == (Intent.documents, subject)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("list all postmortems", "postmortems"),
        ("which insurance policies do we have here?", "insurance policies"),
        ("how many contracts are there", "contracts"),
        ("Welche Urteile haben wir?", "Urteile"),
        ("list the members of the board", ""),
        ("how many days", ""),
    ],
)
def test_all_documents_of_a_kind_are_asked_for(text: str, kind: str) -> None:
    wish = wish_of(text)
    assert (wish.intent, wish.called) == (Intent.passages, kind)


@pytest.mark.parametrize(
    "text",
    [
        "hello, what is the travel policy",
        "help desk number",
        "who is Dana?",
        "what do you know about Dana?",
        "how do I use the coffee machine",
        "hello world program",
        "morning shift",
        "thanks giving date",
        "What is this letter about?",
        "where is the data centre",
        "what can you tell me about the lease",
        "which model do you use for the boiler",
        "is my contract safe",
        "Was ist die Kündigungsfrist?",
        "Welche Unterlagen brauche ich für die Klage?",
        "good morning america",
        "",
        "hi " * 200,
    ],
)
def test_whatever_says_more_is_for_the_documents(text: str) -> None:
    assert wish_of(text).intent is Intent.passages


@pytest.mark.parametrize(
    ("message", "question"),
    [
        ("Hi! how many holidays do I get? Thanks!", "how many holidays do I get?"),
        ("Hallo zusammen, wann ist der Betriebsurlaub? Vielen Dank", "wann ist der Betriebsurlaub?"),
        ("good morning team, who is on call this week, cheers", "who is on call this week"),
        ("Hey, how are you? Where are the keys", "Where are the keys"),
        ("Hi-fi systems we sell", "Hi-fi systems we sell"),
        ("Hello, thanks", "thanks"),
        ("Tag der offenen Tür", "Tag der offenen Tür"),
        ("the ok, thanks", "the ok"),
        ("hello", "hello"),
        ("?!", "?!"),
    ],
)
def test_courtesies_around_a_question_are_left_out(message: str, question: str) -> None:
    assert without_courtesy(message) == question


def test_code_for_a_browser_is_no_part_of_a_question() -> None:
    assert without_scripts("<script>alert(1)</script> who has the keys?") == "who has the keys?"
    assert without_scripts("what does <title> hold?") == "what does <title> hold?"
    assert without_scripts("<script>alert(1)</script>") == "<script>alert(1)</script>"


@pytest.mark.parametrize("text", ["hi " * 53, "thanks " * 22, "hello,,,,,,,," * 12, "wie geht " * 17, "hi, " * 2000])
def test_crafted_messages_cost_little(text: str) -> None:
    assert processor_seconds(lambda: (wish_of(text), without_courtesy(text))) < 0.05
