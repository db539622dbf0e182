"""Small papers of different worlds, written for tests of answers that are a whole list or all of the steps.

They hold the shapes that people's lists have: marks of all kinds, numbers, letters in brackets, nested items, lines
that go on, plain lines below a line that announces them, and what looks like a list and is none.
"""

PANCAKES = """# Pancakes with apples

Grandma's, for four people.

## Ingredients

- 250 g flour
- 3 eggs
- 400 ml milk
- 2 apples, not too sweet,
  peeled and cut thin
- a pinch of salt

## Method

1. Whisk flour, milk and salt until smooth.
2. Beat in the eggs and let the batter rest for 20 minutes.
3. Melt butter in a pan:
   - medium heat, never high
   - a new piece for each pancake
4. Pour in batter, lay apples on it, turn once.

## Keeping

They keep for two days in the fridge. Reheat them in a dry pan.
"""

LENTIL_SOUP = """# Lentil soup

## Ingredients

- 200 g red lentils
- 1 onion
- 1 l vegetable stock

## Method

1. Fry the onion.
2. Add lentils and stock and cook for 15 minutes.
"""

LEASE = """MIETVERTRAG über die Wohnung Lindenweg 4

§ 1 Mietsache
Vermietet wird die Wohnung im zweiten Obergeschoss links mit 64 Quadratmetern.

§ 2 Pflichten des Mieters
(1) Der Mieter lüftet und heizt die Räume ausreichend.
(2) Schäden meldet er unverzüglich der Hausverwaltung.
(3) Der Mieter darf ohne Zustimmung des Vermieters nicht
a) untervermieten,
b) Wände versetzen,
c) Hunde halten.

§ 3 Betriebskosten
Der Mieter trägt folgende Betriebskosten:
- Grundsteuer
- Wasser und Abwasser
- Müllabfuhr
- Hausreinigung

§ 4 Kaution
Die Kaution beträgt drei Monatsmieten. Sie wird spätestens sechs Monate nach Auszug abgerechnet.
"""

STATUTES = """# Satzung des Rudervereins Ahoi

## § 5 Organe des Vereins

Organe des Vereins sind:

1. die Mitgliederversammlung
2. der Vorstand
3. der Ältestenrat

## § 6 Vorstand

Der Vorstand besteht aus:

- dem Vorsitzenden
- der Kassenwartin
- dem Bootswart

Er wird für zwei Jahre gewählt.

## § 7 Austritt

Der Austritt wird dem Vorstand schriftlich erklärt. Er wirkt zum Ende des Quartals; die Frist beträgt vier Wochen.

## § 8 Ein neues Boot anmelden

1. Formular beim Bootswart holen.
2. Versicherung nachweisen.
3. Liegeplatz bezahlen.
"""

RUNBOOK = """Runbook: the queue is stuck

Owner: platform team

Symptoms

* Jobs wait longer than ten minutes
* The board "Queue age" is red

Restarting the worker

1) Drain the node:

   ```sh
   gearctl drain worker-1
   ```

2) Restart the worker and wait for "ready".
3) Undrain the node.

Rolling back

Deploy the previous tag with gearctl deploy --previous. Tell the channel #ops before and after.

Escalation

First call: the person on duty
Second call: Noor Haddad
Third call: the vendor's hotline
"""

MINUTES = """# Minutes of the parents' evening, 3 March

Present: Ms Okafor, Mr Lindt, 14 parents

## Decisions

1. The class trip goes to the sea.
2. Phones stay in the bag.
3. The fund pays 20 euros per child.

## To do

- Mr Lindt books the coach
- Ms Okafor writes to the hostel

## Talked about

The canteen was discussed for a long time. Nothing was decided. Some parents would like more vegetables.
"""

SCHOOL_LETTER = """Dear parents,

our class goes to the sea from 4 to 8 May. We meet at 7:30 in front of the gym.

Your child needs:

Rain jacket
Swimming things
Sleeping bag
A signed health form

Phones, game consoles and knives stay at home.

The following teachers come along:
• Ms Okafor
• Mr Lindt

Yours, Ms Okafor
"""

BEACH_PRICES = """# Beach hut: prices and hours

| Thing | Per day |
|---|---|
| Canoe | 25 € |
| Board | 15 € |

## Opening hours

Monday to Friday: 10 to 18
Saturday: 9 to 20
Sunday: closed

## House rules

- No glass on the beach
- Dogs on a lead
- Life jackets for everyone under 12

### For boats

- Return them by 17:30
- Nobody rows beyond the buoys
"""

MAIL = """From: Tom Reyes
To: Ines Falk
Subject: New laptop, what now

Hi Ines,

welcome! Before you can log in to the accounting system you have to do three things:

1. Ask Petra for a token.
2. Install the company certificate.
3. Send me the number on the back of the laptop.

Anything else can wait. The canteen has soup today, coffee is free and the printer is broken again.

> Could you tell me how I get in?
> - I have no token
> - I have no certificate

Tom
"""

FAQ = """# Questions about the library card

## How do I renew a book?

Log in, open "My loans" and press Renew. A book can be renewed twice.

## What does a card cost?

Adults pay 18 euros a year. Children pay nothing.

## Which media can I borrow?

- Books and comics
- Board games
- Films

Up to ten at a time.

## What happens if I lose a book?

You pay the price of the book and 5 euros.
"""

REGLEMENT = """# Règlement de la piscine

## Objets interdits

- les bouteilles en verre
- les ballons
- la nourriture

## Inscription aux cours

1. Remplir le formulaire à l'accueil.
2. Fournir un certificat médical.
3. Payer la cotisation.
"""

GUIA = """# Guía del piso compartido

## Tareas semanales

- limpiar el baño
- sacar la basura
- regar las plantas

## Cómo usar la lavadora

1. Abrir el agua.
2. Poner el jabón en el cajón izquierdo.
3. Elegir el programa corto.
"""

GARDEN = """Allotment 17, notes

What grows where this year. The beans are next to the shed, tomatoes in the glass house. Carrots failed.

Tools in the shed: spade, rake, two watering cans

Watering is done by Mira on Mondays and by Kofi on Thursdays. The tap is turned off from November to March.
"""

PAPERS = {
    "pancakes": ("Pancakes with apples", PANCAKES, "en"),
    "lentils": ("Lentil soup", LENTIL_SOUP, "en"),
    "lease": ("Mietvertrag Lindenweg 4", LEASE, "de"),
    "statutes": ("Satzung des Rudervereins Ahoi", STATUTES, "de"),
    "runbook": ("Runbook: the queue is stuck", RUNBOOK, "en"),
    "minutes": ("Minutes of the parents' evening, 3 March", MINUTES, "en"),
    "trip": ("Letter about the class trip to the sea", SCHOOL_LETTER, "en"),
    "beach": ("Beach hut: prices and hours", BEACH_PRICES, "en"),
    "mail": ("New laptop, what now", MAIL, "en"),
    "faq": ("Questions about the library card", FAQ, "en"),
    "piscine": ("Règlement de la piscine", REGLEMENT, "fr"),
    "piso": ("Guía del piso compartido", GUIA, "es"),
    "garden": ("Allotment 17, notes", GARDEN, "en"),
}
