"""Words for kinds of documents that people take for one another: the rules for a policy, the minutes for a protocol."""

from backend.text.folding import fold

_KINDS = (
    """policy policies rule rules ruleset guideline guidelines regulation regulations richtlinie richtlinien regel
    regeln regelung regelungen vorschrift vorschriften reglement politique politica reglas normas""",
    "minutes protocol protokoll notes niederschrift besprechungsnotiz acta",
    "contract contracts agreement agreements vertrag vertrage contrat contrato",
    "invoice invoices bill bills rechnung rechnungen facture factura",
    "handbook manual guide handbuch leitfaden anleitung manuel guia",
    "judgment judgement ruling verdict urteil jugement sentencia",
    "timetable schedule rota roster dienstplan stundenplan horario",
    "offer quote quotation estimate angebot kostenvoranschlag devis presupuesto",
)
_OF = {fold(word): number for number, words in enumerate(_KINDS) for word in words.split()}


def same_kind(one: str, other: str) -> bool:
    """Whether two folded words name the same kind of document."""
    kind = _OF.get(one)
    return kind is not None and kind == _OF.get(other)
