"""A small library of different worlds, and what is asked of it as people type; written before any answer was seen."""

from dataclasses import dataclass

# Title, kind, language, text.
DOCUMENTS: tuple[tuple[str, str, str, str], ...] = (
    (
        "Recipes of the Hillside kitchen", "markdown", "en",
        ("# Recipes of the Hillside kitchen\n\n## Rye bread\n\n"
        "The rye bread needs 700 g of rye flour, 500 ml of warm water and 12 g of salt. "
        "It rests for fourteen hours at room temperature. Nothing is kneaded, because rye has little gluten.\n\n"
        "## Lentil soup\n\nThe soup serves six people. We cook it without stock. "
        "The reason is that two of our guests cannot have celery. It freezes well for three months.\n\n"
        "## Plum jam\n\nThe jam was invented by Odile Marchetti in 1998. She never wrote down the amount of sugar. "
        "Do not use frozen plums but fresh ones from the orchard."),
    ),
    (
        "Lease of Tannery Row 14", "pdf", "en",
        ("LEASE OF TANNERY ROW 14                                   Page 2 of 9\n\nCONFIDENTIAL\n\n"
        "4. Rent\n\nThe monthly rent is 1,140 pounds and falls due on the third working day. "
        "The deposit amounts to two months' rent. It is held by the Brightwater Deposit Scheme.\n\n"
        "5. Animals\n\nThe tenant may keep caged birds and fish. Dogs and cats are not allowed. "
        "This does not apply to assistance dogs.\n\n"
        "6. Repairs\n\nThe landlord, Mr Silvan Okafor, repairs the boiler and the roof. "
        "The tenant pays for small repairs up to 85 pounds each.\n\n"
        "7. Ending\n\nEither side may end the lease with nine weeks' notice in writing. An e-mail is not enough."),
    ),
    (
        "Satzung des Rudervereins Flussaue", "markdown", "de",
        ("# Satzung des Rudervereins Flussaue\n\n## § 4 Beiträge\n\n"
        "Der Jahresbeitrag beträgt 132 Euro für Erwachsene und 58 Euro für Jugendliche. "
        "Er wird am 15. Februar abgebucht. Ehrenmitglieder zahlen nichts.\n\n"
        "## § 6 Austritt\n\nDer Austritt ist nur zum Jahresende möglich. "
        "Die Kündigung muss dem Vorstand bis zum 30. September schriftlich vorliegen.\n\n"
        "## § 9 Vorstand\n\nDer Vorstand besteht aus drei Personen. "
        "Vorsitzende ist Hedwig Brandstetter, Kassenwart ist Jannis Kofler. "
        "Sie werden auf vier Jahre gewählt.\n\n"
        "## § 11 Bootshaus\n\nDas Bootshaus bleibt von November bis Februar geschlossen, "
        "weil die Wasserleitung nicht frostsicher ist. Rennboote dürfen Mitglieder nicht allein ausleihen, "
        "sondern nur mit einem Trainer. Das Grillen auf dem Steg ist verboten."),
    ),
    (
        "Runbook: mail relay", "markdown", "en",
        ("# Runbook: mail relay\n\nThe relay runs on host pigeon-02 and listens on port 2525. "
        "Queue size is checked every five minutes.\n\n## RLY-417\n\n"
        "RLY-417 means that the peer closed the connection too early. Restart the relay with `relayctl bounce`. "
        "Do not delete the queue.\n\n## RLY-422\n\nRLY-422 is raised when the certificate has expired. "
        "Renew it with `relayctl cert`. Dunja Petrov approves renewals.\n\n## Rate limit\n\n"
        "We lowered the rate limit to 40 mails per second in May. "
        "The provider had blocked us twice for sending too fast."),
    ),
    (
        "Minutes of the allotment association", "text", "en",
        ("Minutes of the allotment association, 7 October 2025\n\n"
        "Present: Noor Haddad (chair), Bertil Lindqvist (treasurer), Maeve Donnelly\n\n"
        "Bertil Lindqvist reported on the accounts. He has 3,412 euros in the current account. "
        "The water meter on plot 12 is broken. Maeve Donnelly will replace it by 1 November.\n\n"
        "The summer party was called off. A storm had been announced for that weekend. "
        "The new fence costs 890 euros. Therefore the purchase of a second mower was put off until spring.\n\n"
        "Next meeting: 4 December 2025 at 19:30 in the Sluice Inn."),
    ),
    (
        "Bike hire prices", "markdown", "en",
        ("# Bike hire prices\n\nPrices hold from April to October.\n\n"
        "| Bike | Half day | Day | Week |\n|---|---|---|---|\n"
        "| City bike | 9 € | 14 € | 70 € |\n| Tandem | 19 € | 31 € | 150 € |\n| Cargo bike | 22 € | 36 € | 180 € |\n\n"
        "A helmet is included. Child seats cost 4 € a day."),
    ),
    (
        "Elternbrief zum Wandertag", "text", "de",
        ("Liebe Eltern,\n\nam Donnerstag, dem 18. Juni, findet unser Wandertag zum Eulensee statt. "
        "Treffpunkt ist um 7:50 Uhr am Schultor. Die Fahrt kostet 6,50 Euro pro Kind. "
        "Bitte geben Sie das Geld bis zum 11. Juni bei Frau Sommerfeld ab. "
        "Smartphones bleiben zu Hause. Sie gehen sonst leicht verloren. "
        "Bei Dauerregen fällt der Ausflug aus.\n\nMit freundlichen Grüßen\nCarla Sommerfeld\nKlassenleitung 5b"),
    ),
    (
        "Re: New projector", "email", "en",
        ("From: Tilda Voss\nTo: Events\nDate: Mon, 3 Mar 2025 10:12:00\nSubject: Re: New projector\n\nHi all,\n\n"
        "I ordered the Lumora P3 on Friday. It arrives on 14 March. "
        "The old projector goes to the youth centre, not to the theatre group. They have their own.\n\n"
        "We chose Lumora so that the lamps of the hall can be used again.\n\nBest regards,\nTilda\n\n-- \n"
        "Tilda Voss | Events | Phone 0555 0199\nThis message is confidential and meant for the addressee only."),
    ),
    (
        "Questions about the Lido", "markdown", "en",
        ("# Questions about the Lido\n\n## Is there a changing room for families?\n\n"
        "Yes, next to the small pool. It has two showers.\n\n## May I bring my own food?\n\n"
        "Yes, but no glass bottles. The café is open from 10:00 to 17:30.\n\n"
        "## How warm is the water?\n\n26 degrees from May to August, and 24 degrees in September.\n\n"
        "## Can I pay by card?\n\nAt the entrance you can pay by card or in cash. The lockers only take coins."),
    ),
    (
        "Location de la grange", "text", "fr",
        ("La grange se loue du vendredi au dimanche. Le prix du week-end est de 420 euros, ménage compris. "
        "La caution est de 300 euros. Elle est rendue dans les dix jours. "
        "Le feu d'artifice est interdit parce que le toit est en chaume."),
    ),
    (
        "Normas de la piscina comunitaria", "text", "es",
        ("La piscina abre del 15 de junio al 10 de septiembre. Los niños menores de doce años deben ir acompañados. "
        "Está prohibido comer en el césped. La llave la tiene el portero, Anselmo Rivas."),
    ),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Case:
    """`holds`: each must stand in the answer; `lacks`: none may. No `holds`: the answer must be refused."""

    kind: str
    question: str
    holds: tuple[str, ...] = ()
    lacks: tuple[str, ...] = ()


CASES = (
    Case("fact", "how much salt goes in the rye bread", ("12 g of salt",), ("lentil", "Lease", "jam")),
    Case("fact", "what port does the mail relay listen on?", ("2525",), ("RLY-422",)),
    Case("fact", "how long does the rye dough rest", ("fourteen hours",), ("soup",)),
    Case("fact", "how many does the lentil soup feed", ("six people",), ("rye",)),
    Case("fact", "what does RLY-422 mean", ("certificate has expired",), ("peer closed",)),
    Case("fact", "price of a tandem for a week?", ("150 €", "Week"), ("Cargo",)),
    Case("fact", "what does a cargo bike cost for half a day", ("22 €", "Half day"), ("Tandem",)),
    Case("fact", "how much is the deposit on the flat", ("two months",), ("celery",)),
    Case("fact", "Wie hoch ist der Jahresbeitrag für Jugendliche?", ("58 Euro",), ("Eulensee",)),
    Case("fact", "was kostet der wandertag", ("6,50 Euro",), ("Bootshaus", "Grüßen")),
    Case("fact", "quel est le montant de la caution ?", ("300 euros",)),
    Case("fact", "how much money does the allotment association have in the account", ("3,412", "Bertil Lindqvist")),
    Case("yes_no", "are dogs allowed at tannery row?", ("not allowed", "assistance dogs"), ("CONFIDENTIAL", "Page 2")),
    Case("yes_no", "can i end the lease by email", ("e-mail is not enough",), ("CONFIDENTIAL",)),
    Case("yes_no", "is there a family changing room at the lido?", ("next to the small pool",), ("glass",)),
    Case("yes_no", "can you pay by card at the lido", ("by card or in cash",), ("26 degrees",)),
    Case("yes_no", "do the lockers take cards", ("only take coins",)),
    Case("yes_no", "Darf man auf dem Steg grillen?", ("verboten",), ("Jahresbeitrag",)),
    Case("yes_no", "darf ich ein rennboot alleine ausleihen", ("Trainer",)),
    Case("yes_no", "is a helmet included or extra?", ("helmet is included",)),
    Case("yes_no", "does the old projector go to the theatre group?", ("youth centre",), ("Best regards", "Hi all")),
    Case("yes_no", "¿se puede comer en el césped?", ("prohibido comer",)),
    Case("when", "when does the new projector arrive", ("14 March", "Lumora"), ("0555", "confidential")),
    Case("when", "wann ist der wandertag?", ("18. Juni",), ("Carla",)),
    Case("when", "bis wann muss ich kündigen beim ruderverein", ("30. September",)),
    Case("when", "when is the next allotment meeting", ("4 December 2025",)),
    Case("when", "Wann wird der Beitrag abgebucht?", ("15. Februar",)),
    Case("when", "¿cuándo abre la piscina?", ("15 de junio",)),
    Case("who", "who repairs the boiler", ("Okafor",), ("caged",)),
    Case("who", "who's fixing the water meter?", ("Maeve Donnelly",), ("fence",)),
    Case("who", "who invented the plum jam", ("Odile Marchetti",), ("rye",)),
    Case("who", "wer ist kassenwart", ("Jannis Kofler",), ("Sommerfeld",)),
    Case("who", "bei wem gebe ich das Geld für den Ausflug ab?", ("Frau Sommerfeld",), ("Mit freundlichen",)),
    Case("who", "who approves certificate renewals", ("Dunja Petrov",)),
    Case("who", "¿quién tiene la llave de la piscina?", ("Anselmo Rivas",)),
    Case("why", "why is there no stock in the soup", ("celery",), ("gluten",)),
    Case("why", "why was the summer party called off?", ("storm",)),
    Case("why", "why did you lower the rate limit", ("blocked us twice",)),
    Case("why", "why isnt the rye dough kneaded", ("little gluten",)),
    Case("why", "warum ist das Bootshaus im Winter zu?", ("frostsicher",)),
    Case("why", "wieso keine smartphones beim wandertag", ("verloren",)),
    Case("why", "why was the second mower put off", ("890 euros",)),
    Case("why", "pourquoi pas de feu d'artifice", ("chaume",)),
    Case("misspelt", "how long does the rye doug rest", ("fourteen hours",)),
    Case("misspelt", "who is the treasurrer of the alotment association", ("Bertil Lindqvist",)),
    Case("misspelt", "wann findet der wandertg statt", ("18. Juni",)),
    Case("misspelt", "what is the montly rent", ("1,140",)),
    Case("compound", "Wie viel kostet die Mitgliedschaft pro Jahr, also der Beitrag?", ("132 Euro",)),
    Case("compound", "Wann ist das Boots-Haus geschlossen?", ("November bis Februar",)),
    Case("compound", "Kündigungsfrist im Verein?", ("30. September",)),
    Case("near_miss", "what is the phone number of Silvan Okafor?"),
    Case("near_miss", "how many litres of milk go in the lentil soup"),
    Case("near_miss", "when was Noor Haddad born"),
    Case("near_miss", "how much does a mountain bike cost per day?"),
    Case("near_miss", "what is the salary of Dunja Petrov"),
    Case("near_miss", "Wie viele Parkplätze hat das Bootshaus?"),
    Case("near_miss", "Wie heißt der Hausmeister der Schule?"),
    Case("near_miss", "who painted the fence"),
    Case("far_miss", "what is the capital of Mongolia"),
    Case("far_miss", "who won the football world cup in 1990?"),
    Case("far_miss", "Wie weit ist der Mond entfernt?"),
    Case("far_miss", "how do i change a car tyre"),
    Case("far_miss", "explain photosynthesis"),
)
