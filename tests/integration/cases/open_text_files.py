"""Texts of OpenDocument: numbers that stand nowhere as words, what stands at the margins, nothing that is hidden."""

from tests.integration.cases.case import FileCase, value
from tests.support.open_document import (
    cell,
    comment,
    heading,
    item,
    list_style,
    listed,
    margin,
    master_page,
    note,
    outline,
    paragraph,
    row,
    style_part,
    table,
    text_document,
)

_COUNTED = 'style:num-format="1"'


def rules_of_a_club() -> bytes:
    """Chapters are numbered by the outline, clauses by a list that a table interrupts."""
    clauses = list_style("L1", f'{_COUNTED} style:num-prefix="(" style:num-suffix=")"', "")
    return text_document(
        heading("Mitgliedschaft"),
        listed("Mitglied wird, wer ein Boot hat.", style="L1", attributes='xml:id="a"'),
        heading("Beiträge"),
        listed(
            "Der Beitrag gilt für ein Jahr.",
            item("Er ist fällig", listed("am 1. März oder", "bei der Aufnahme.")),
            style="L1",
            attributes='xml:id="b"',
        ),
        table(
            f"<table:table-header-rows>{row('Klasse', 'Hafen', 'Beitrag')}</table:table-header-rows>",
            row(cell("Jolle", number_rows_spanned=2), "Nord", "80 Euro"),
            row(None, "Süd", "95 Euro"),
            row(cell("Gäste zahlen nichts", number_columns_spanned=2), None, "0 Euro"),
        ),
        listed("Der Vorstand kann ihn erlassen.", style="L1", attributes='text:continue-list="b"'),
        automatic=clauses,
        styles=style_part(outline(f'{_COUNTED} style:num-prefix="§ "')),
    )


def a_contract_with_changes() -> bytes:
    """Written with changes being tracked, with a remark, a footnote and a section that is not shown."""
    changes = (
        '<text:tracked-changes><text:changed-region text:id="c1"><text:deletion>'
        "<text:p>1&#160;450</text:p></text:deletion></text:changed-region></text:tracked-changes>"
    )
    page = master_page(
        "Standard",
        margin("header", "Contrat de mouillage n° 2031/B")
        + margin("footer", paragraph("Capitainerie de Sanary, page <text:page-number>7</text:page-number>")),
    )
    return text_document(
        changes,
        paragraph(
            'La redevance est de <text:change text:change-id="c1"/>1<text:s/>620 euros',
            note("Hors taxe de séjour."),
            " par an.",
            comment("à vérifier", "Inès Roux"),
        ),
        '<text:section text:display="none"><text:p>Prix plancher interne : 900</text:p></text:section>',
        styles=style_part(pages=page),
    )


CASES = (
    FileCase(
        "OpenDocument: the numbers of chapters and clauses, and each row of a table under its names",
        "vereinssatzung.odt",
        rules_of_a_club,
        shows=(
            r"^§ 2 Beiträge$",
            r"^\(1\) Mitglied wird",
            r"^\(2\) Er ist fällig\n- am 1\. März oder\n- bei der Aufnahme",
            r"^\(3\) Der Vorstand kann",
            r"Klasse: Jolle \| Hafen: Süd \| Beitrag: 95 Euro",
            value("Beitrag", "0 Euro"),
        ),
        hides=("Hafen: 0 Euro", r"\(4\)"),
    ),
    FileCase(
        "OpenDocument: what stands at the margins, below and beside the text, and not what is deleted or hidden",
        "mouillage.odt",
        a_contract_with_changes,
        shows=(
            r"n° 2031/B",
            "Capitainerie de Sanary",
            r"est de 1 620 euros par an\.",
            r"Hors taxe de séjour\.",
            "Comment by Inès Roux: à vérifier",
        ),
        hides=("450", "plancher", "page 7"),
    ),
)
