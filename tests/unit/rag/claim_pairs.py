"""What a document says, what somebody makes of it, and whether the two can both be true. Written before the rules.

Recipes, a lease, statutes of a club, a runbook, minutes, price lists, letters of a school, leaflets, an FAQ.
"""

#: (what the source says, what is claimed)
OTHERWISE = [
    # negation on one side
    (
        "The key for the boiler room is kept at the porter's desk.",
        "The boiler room key is not kept at the porter's desk.",
    ),
    ("Pets are not allowed in the common garden.", "Pets are allowed in the common garden."),
    (
        "The backup job never deletes snapshots younger than a week.",
        "The backup job deletes snapshots younger than a week.",
    ),
    ("The restart requires no approval by the duty manager.", "The restart requires approval by the duty manager."),
    ("Bake the base without the filling for ten minutes.", "Bake the base with the filling for ten minutes."),
    (
        "The migration failed to copy the invoices of customers abroad.",
        "The migration copied the invoices of customers abroad.",
    ),
    ("Members may vote by proxy.", "Members cannot vote by proxy."),
    (
        "The landlord doesn't have to repaint the flat before handing it over.",
        "The landlord has to repaint the flat before handing it over.",
    ),
    ("Der Mieter darf die Wohnung untervermieten.", "Der Mieter darf die Wohnung nicht untervermieten."),
    ("Ehrenmitglieder zahlen keinen Beitrag.", "Ehrenmitglieder zahlen einen Beitrag."),
    ("Das Protokoll wurde von der Versammlung nie genehmigt.", "Das Protokoll wurde von der Versammlung genehmigt."),
    ("Die Anmeldung ist ohne ärztliches Attest möglich.", "Die Anmeldung ist nur mit ärztlichem Attest möglich."),
    (
        "Les élèves ne doivent pas apporter de téléphone en classe verte.",
        "Les élèves doivent apporter un téléphone en classe verte.",
    ),
    ("La fianza no se devuelve antes de la inspección.", "La fianza se devuelve antes de la inspección."),
    ("The tablets are safe during pregnancy.", "The tablets are unsafe during pregnancy."),
    ("The old certificate is invalid since the merger.", "The old certificate is valid since the merger."),
    (
        "Neither the pump nor the valve was replaced during the visit.",
        "The pump and the valve were replaced during the visit.",
    ),
    ("Die Kündigung ist unwirksam.", "Die Kündigung ist wirksam."),
    # numbers, dates, times
    ("Everyone has 28 days of paid holiday a year.", "Everyone has 30 days of paid holiday a year."),
    ("The deposit is three months' rent.", "The deposit is two months' rent."),
    ("Simmer the sauce for 45 minutes on low heat.", "Simmer the sauce for 25 minutes on low heat."),
    ("The annual fee for families is 120 €.", "The annual fee for families is 150 euros."),
    ("Der Jahresbeitrag für Erwachsene beträgt 84 Euro.", "Der Jahresbeitrag für Erwachsene beträgt 96 Euro."),
    ("The lease begins on 1 March 2024.", "The lease begins on 1 May 2024."),
    (
        "Die Mitgliederversammlung findet am 12.04.2025 statt.",
        "Die Mitgliederversammlung findet am 14. April 2025 statt.",
    ),
    ("Doors open at 18:30 on the evening of the concert.", "Doors open at 19:30 on the evening of the concert."),
    ("The bins are collected on Tuesday.", "The bins are collected on Thursday."),
    ("Il faut 200 g de farine pour la pâte.", "Il faut 300 g de farine pour la pâte."),
    ("About 12 % of the parcels arrived late in autumn.", "About 40 % of the parcels arrived late in autumn."),
    ("Up to 5 guests may stay in the flat overnight.", "Up to 9 guests may stay in the flat overnight."),
    ("The queue holds more than 500 jobs before it alerts.", "The queue holds 300 jobs before it alerts."),
    ("| Hall A | 40 € per hour |", "Hall A costs 55 € per hour."),
    # opposite quantities and relations
    (
        "A longer rest makes the dough rise and increases the volume of the loaf.",
        "A longer rest decreases the volume of the loaf.",
    ),
    ("The new cache reduced the load on the database.", "The new cache increased the load on the database."),
    (
        "The results of the swimming team were higher than last season.",
        "The results of the swimming team were lower than last season.",
    ),
    ("Send the form before the medical check.", "Send the form after the medical check."),
    ("Die Nachfrage ist im Winter gestiegen.", "Die Nachfrage ist im Winter gesunken."),
    (
        "Im zweiten Quartal wurden mehr Fahrräder verkauft als im ersten.",
        "Im zweiten Quartal wurden weniger Fahrräder verkauft als im ersten.",
    ),
    ("The test for the bacterium was positive.", "The test for the bacterium was negative."),
    ("The treasurer was absent at the meeting of the board.", "The treasurer was present at the meeting of the board."),
    ("All rooms on the second floor have heating.", "None of the rooms on the second floor have heating."),
    (
        "The committee rejected the proposal of the youth section.",
        "The committee accepted the proposal of the youth section.",
    ),
    ("Exercise protects against falls in old age.", "Exercise leads to falls in old age."),
    ("Der Antrag des Vorstands wurde abgelehnt.", "Der Antrag des Vorstands wurde angenommen."),
    ("Stir in the cream after the soup has cooled.", "Stir in the cream before the soup has cooled."),
    ("Large orders have a shorter delivery time.", "Large orders have a longer delivery time."),
    ("The minimum age for the climbing course is twelve.", "The maximum age for the climbing course is twelve."),
    # another name in the same place
    ("The keys were handed over by Ann Lee.", "The keys were handed over by Ben Ode."),
    ("The server stands in the data centre in Lyon.", "The server stands in the data centre in Madrid."),
]

#: Both can be true, and the claim follows from the source: no difference may be found.
AGREES = [
    ("Pets are not allowed in the common garden.", "You can't bring pets: they are not allowed in the common garden."),
    ("The tablets are not safe during pregnancy.", "The tablets are unsafe during pregnancy."),
    ("Die Kündigung ist nicht wirksam.", "Die Kündigung ist unwirksam."),
    (
        "The restart requires no approval by the duty manager.",
        "The restart does not require approval by the duty manager.",
    ),
    ("The price did not increase in the third year, it even fell a little.", "The price fell in the third year."),
    (
        "Everyone has 28 days of paid holiday a year, of which 5 days may be carried over.",
        "5 days of paid holiday may be carried over.",
    ),
    (
        "Everyone has 28 days of paid holiday a year, of which 5 days may be carried over.",
        "Everyone has 28 days of paid holiday a year.",
    ),
    ("The notice period is two weeks.", "The notice period is 14 days."),
    ("The film lasts 2 hours.", "The film lasts 120 minutes."),
    ("More than 500 people signed the petition.", "Over 500 people signed the petition."),
    ("612 people signed the petition for the pool.", "More than 600 people signed the petition for the pool."),
    ("29.8 % of the parcels arrived late in autumn.", "About 30 % of the parcels arrived late in autumn."),
    ("The annual fee for families is 1,200 €.", "The annual fee for families is 1200 euros."),
    ("Der Beitrag beträgt 1.200,00 Euro.", "Der Beitrag beträgt 1200 Euro."),
    ("The lease begins on 1 March 2024.", "The lease begins on 2024-03-01."),
    ("The lease begins on 1 March 2024.", "The lease begins in March 2024."),
    ("Die Versammlung ist am 12.04.2025 um 19 Uhr.", "Die Versammlung ist am 12. April 2025 um 19:00 Uhr."),
    ("Doors open at 6:30 pm on the evening of the concert.", "Doors open at 18:30 on the evening of the concert."),
    (
        "If you do not pay within a month, a reminder is sent.",
        "A reminder is sent if the bill is not paid within a month.",
    ),
    ("The cache reduced the load on the database and increased throughput.", "The cache increased throughput."),
    (
        "Warm water increases the activity of the yeast, while salt reduces it.",
        "Salt reduces the activity of the yeast.",
    ),
    ("The pool is closed on Monday and opens at nine on Tuesday.", "The pool opens at nine on Tuesday."),
    ("Not only members but also guests may use the hall.", "Members and guests may use the hall."),
    ("Members who have not paid may not vote.", "Members who have not paid may not vote at the meeting."),
    ("Les inscriptions ne sont ouvertes qu'en septembre.", "Les inscriptions sont ouvertes en septembre."),
    ("The keys were handed over by Ann Lee of Korrin Homes.", "Ann Lee handed over the keys."),
    ("The restaurant serves no meat.", "The restaurant serves no meat or fish."),
    ("The union advises its members on contracts.", "The union advises members on contracts."),
    ("The international team meets online.", "The team meets online."),
    ("The notes are under the desk in room 12, chairs are in room 14.", "The chairs are in room 14."),
    (
        "There is no difference between the two tariffs except for the price, which is lower at night.",
        "The price is lower at night.",
    ),
    (
        "Fewer accidents happened after the speed limit was lowered.",
        "Accidents became fewer after the speed limit was lowered.",
    ),
]

#: They agree, in two turns of sense at once, or of another clause: too much for rules, so nothing certain may be said.
TURNED_TWICE = [
    ("Without a helmet nobody may enter the hall.", "A helmet is needed to enter the hall."),
    ("Do not add the salt before the beans are soft.", "Add the salt after the beans are soft."),
    ("Ehrenmitglieder zahlen keinen Beitrag, alle anderen 84 Euro.", "Alle anderen zahlen einen Beitrag von 84 Euro."),
]

#: They say different things of different things: nobody may call that a contradiction, though it is no support either.
BESIDE = [
    ("The deposit is 900 euros.", "The rent is 700 euros a month."),
    ("Children under 6 pay nothing.", "The course has 12 places."),
    ("Salt lowers the freezing point of water.", "Sugar raises the price of the cake."),
    ("The treasurer did not attend the meeting in May.", "The chair attended the conference in Oslo."),
    ("The lift is out of order until Friday.", "The laundry is open on Monday."),
    ("Version 2 was released in 2021.", "The company was founded in 1998."),
    ("Der Vorstand besteht aus 5 Personen.", "Die Satzung hat 14 Paragraphen."),
    ("The kitchen is on the second floor.", "The library has two floors."),
    ("The oven must not be opened during the first 20 minutes.", "The cake rests for 10 minutes in the tin."),
    ("Hunde sind im Hof nicht erlaubt.", "Fahrräder sind im Keller erlaubt."),
    ("The first shift starts at 6:00.", "The second shift starts at 14:00."),
    ("The red button stops the belt.", "The green button starts the fan."),
    ("Ann Lee leads the support team.", "Ben Ode writes the handbook for guests."),
]
