"""Classes of words that greetings, thanks and questions about the assistant are made of, by language, without accents.

A message is one of these only if every word of it is known here (`small_talk`): so the classes may be wide, and the
name of any thing in a document ends it. Words that name things which documents are about have no place in them.
"""

type Words = dict[str, frozenset[str]]


def _words(**by_language: str) -> Words:
    return {language: frozenset(text.split()) for language, text in by_language.items()}


def _set(text: str) -> frozenset[str]:
    return frozenset(text.split())


#: Written without their apostrophe.
CONTRACTED = _set("thats whats whos hows im ive dont doesnt didnt isnt arent youre youve theres")
HELLO = _words(
    en="hi hello hey hiya heya hullo howdy yo sup greetings morning mornin evening afternoon gday",
    de="hallo hallochen hallole moin moinsen servus gruezi huhu tach gruss grussdich",
    fr="bonjour bonsoir salut coucou",
    es="hola buenas",
)
#: With one of `GOOD` before them they greet: "guten Abend".
DAYTIME = _words(
    en="day morning afternoon evening", de="tag morgen abend mittag", fr="jour soir", es="dias tardes noches"
)
GOOD = _words(en="good", de="guten schonen", fr="bon", es="buenos buenas")
THANKS = _words(
    en="thanks thank thx thanx thnx tx ty tysm tyvm thankyou ta cheers appreciated appreciate",
    de="danke dank dankeschon dankesehr",
    fr="merci mercis remercie",
    es="gracias",
)
BYE = _words(
    en="bye goodbye byebye ciao cya later seeya goodnight",
    de="tschuss tschuess tschau wiedersehen spater",
    fr="adieu revoir bientot",
    es="adios hasta luego",
)
PRAISE = _words(
    en="great good nice perfect awesome cool super brilliant excellent lovely wonderful amazing helpful fantastic neat "
    "helped helps exactly best legend star clever smart",
    de="toll klasse prima perfekt genial hilfreich hilft geholfen wunderbar spitze super gut",
    fr="parfait genial bravo super utile",
    es="perfecto genial amable util",
)
#: Whom a greeting or thanks are for.
ADDRESSED = _words(
    en="there all everyone everybody team folks guys mate buddy friend friends bot assistant robot dude dear biblios "
    "bibliosai",
    de="zusammen allerseits leute mitanand freund freunde",
    fr="ami amis tous",
    es="amigo amigos todos",
)
ABOUT_A_GREETING = _words(
    en="you u r are is it how going things doing today nice to meet see again my dear and a the s m i am here what up "
    "hope well fine anyone anybody somebody home around still available awake",
    de="wie geht s es dir ihnen euch mir einen schonen wunderschonen dich sie sind gott na du ist bist jemand "
    "da hier zuhause noch wach alle alles gut",
    fr="ca va comment l mon allez vous a quelqu un il y",
    es="que tal como estas esta mi alguien hay",
)
SOMEBODY = _words(en="anyone anybody somebody", de="jemand", fr="quelqu", es="alguien")
PRESENT = _words(en="there here home around", de="da hier zuhause", fr="la ici", es="ahi")
ABOUT_THANKS = _words(
    en="a an the to for so very much many lot lots really just again of it is was that this you u your ur i me "
    "my we us our am are re s ve m do did and oh ah ok okay alright yes yeah no well now then please today "
    "see ya have had what got all million tons times quick answer answers help reply information info job work "
    "one day evening weekend "
    "needed need wanted want looking done know by on in advance effort time more some nothing else for now saved "
    "enough sorted",
    de="dir ihnen euch du ich mir uns sehr recht vielen herzlichen besten lieben schon schonen auch noch mal "
    "nochmal das die der den dein deine deiner ihre fur war ist es einen tag abend wochenende bis bald dann "
    "spater antwort hilfe auskunft tausend 1000 alles ja nein ok hat genau was brauchte wollte so mich weiter klar auf "
    "brauche mehr heute nicht nichts reicht vorerst erstmal super liebe lieb gemacht",
    fr="beaucoup bien mille fois bcp infiniment a toi vous pour votre ton aide tres c est de l au tout je te cela ca m",
    es="muchas mil muy por tu su ayuda la le todo",
)
#: Beside praise alone: of what was said, and not of a thing.
PRAISED = _words(
    en="you u re are that this was is s it answer job work so very really the well done one a ok okay oh",
    de="du bist das war ist die antwort arbeit sehr wirklich eine",
    fr="tu es c est la reponse tres vraiment",
    es="eres la respuesta muy",
)
#: By which praise alone is known to be of what was said.
OF_WHAT_WAS_SAID = _set("you u that this job answer work du das antwort arbeit tu c eres respuesta reponse")

#: The assistant, as the second person or by its name.
YOU = _words(
    en="you u ya yourself your biblios bibliosai",
    de="du dich dir dein deine bist kannst speicherst lernst merkst heisst kennst",
    fr="tu te toi vous t peux sais",
    es="tu te usted eres puedes sabes guardas usas ti llamas",
)
#: The same behind "this".
APPS = _set("app thing tool bot chatbot assistant program software programm assistent ki")
THIS = _set("this diese dieser dieses dies cette ce esta este")
ASKING = _words(
    en="what which who how can could do does did are r is will would should am s m d t don not",
    de="was wer wie welche welches welcher wo wobei womit kann konnen soll muss ist sind wird werden hat haben",
    fr="que qui quoi comment quel quelle quelles est es peut a ou",
    es="que quien como cual cuales donde estan esta es",
)
DO = _words(
    en="do help able answer assist offer",
    de="machen tun helfen beantworten hilfst machst",
    fr="faire aider repondre",
    es="hacer ayudar ayudarme responder",
)
CAN = _words(en="can could able what", de="kannst konnen was wobei womit", fr="peux sais pouvez", es="puedes sabes")
USE = _words(
    en="use ask work talk operate type enter write",
    de="benutzen nutzen verwenden bedienen fragen stellen funktionierst eingeben tippen",
    fr="utiliser demander marches fonctionnes",
    es="usar preguntar funcionas usarte",
)
ABOUT_HELP = _words(
    en="i we me us to for with all so here kind kinds sort sorts type types of question questions things stuff "
    "give show tell "
    "an a some example examples please pls plz know get started start begin understand the exactly everything "
    "sure type typing enter write in here really supposed new this put into",
    de="ich mir uns man alles denn so hier fragen frage beispiel beispiele beispielfrage zeig gib brauche hilfe bitte "
    "eigentlich mal genau fur die eine einem mit am besten sie ihnen stelle weiss nicht eingeben schreiben "
    "tippen neu ganz richtig",
    fr="me m moi je questions question pour des un exemple on ici",
    es="me puedo preguntas pregunta hago para un ejemplo aqui hacerte",
)
#: To be able to, of the second person: "was kannst du".
CANST = _words(de="kannst", fr="peux", es="puedes")
#: What is wanted without the assistant being named: "i need some help".
PLEA = _words(en="help", de="hilfe", fr="aide", es="ayuda")
NEED = _words(en="need want require give me", de="brauche benotige", fr="besoin", es="necesito")
EXAMPLES = _words(en="example examples", de="beispiel beispiele beispielfrage", fr="exemple exemples", es="ejemplo")

MADE = _words(
    en="made make makes created creates create built build builds developed develops develop programmed wrote owns own "
    "invented trained designed behind",
    de="gemacht gebaut entwickelt programmiert erschaffen erstellt erfunden trainiert hinter steckt",
    fr="cree fait developpe concu programme",
    es="creo hizo desarrollo programo creado",
)
NATURE = _words(
    en="ai bot chatbot robot human person machine real chatgpt gpt claude gemini copilot llm llms model language alive "
    "computer program openai engine",
    de="ki mensch roboter maschine sprachmodell echt echter echte person computer modell suchmaschine",
    fr="ia robot humain machine humaine personne",
    es="ia robot humano humana maquina persona",
)
MINE = _words(en="my our mine", de="meine unsere meinen unseren", fr="mes nos", es="mis nuestros nuestras")
DATA = _words(
    en="data files file documents document questions question chats chat messages conversation conversations papers "
    "information stuff things texts input inputs",
    de="daten dateien dokumente fragen unterlagen nachrichten eingaben gesprache akten texte anfragen sachen",
    fr="donnees documents fichiers questions",
    es="datos documentos archivos preguntas",
)
KEEP = _words(
    en="store stored save saved keep kept remember log logged sell sold share shared send sent use used train "
    "learn leak "
    "see read access upload safe secure private confidential encrypted go goes leave leaves forward pass passed "
    "uploaded "
    "visible recorded tracked",
    de="speichern speicherst gespeichert merken merkst behalten verkauft geteilt gesendet gelesen sehen lesen lernst "
    "lernen sicher privat vertraulich verschlusselt weitergegeben gehen "
    "geht landen landet verschickt schickst weitergeleitet hochgeladen ubertragen mitgelesen sichtbar",
    fr="stocker stockees garder gardes partagees securisees confidentielles voir lire apprends",
    es="guardar guardas guardados compartir seguros privados ver leer aprendes",
)
ABOUT_THE_PRODUCT = _words(
    en="the a an to on in with by from of anyone anybody somebody others else kind sort company based using run "
    "running "
    "exactly actually really or and it here openai google cloud internet server us me i we been any all actual name "
    "called tell about introduce some somewhere anywhere outside ask type write enter more like just only search box "
    "engine get gets end up when what i give",
    de="ein eine einer der die das du sie dich mit von an andere anderen jemand hier eigentlich denn oder und "
    "auf server "
    "cloud firma basierst name genau stell vor mir internet ins netz irgendwo irgendwohin irgendjemand ich hier "
    "eintippe "
    "tippe eingebe frage schreibe was alles dritte nur suchmaschine suche etwa raus nach aussen",
    fr="un une le la les avec par sont sur ou appelles ton nom il elle etes",
    es="un una los las con por son nombre te",
)
TYPE = _words(en="type typing enter write ask", de="eingeben tippen schreiben fragen", fr="taper ecrire", es="escribir")
TELLING = _set("type ask write enter give eintippe tippe eingebe frage schreibe")
WE = _set("we wir nous nosotros")
WITH_EXAMPLES = _set("question questions show give fragen beispielfrage zeig gib preguntas")
INTRODUCING = _set("tell me us about introduce stell exactly so denn sie")
WISHING = _set("have schonen bonne")
NAME = _words(
    en="name yourself who what called", de="wer heisst name dich vor", fr="qui appelles nom", es="quien llamas nombre"
)
