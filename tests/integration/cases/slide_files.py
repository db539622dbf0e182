"""Charts of presentations and documents: their titles and numbers are text for whoever asks about them."""

import io

from pptx import Presentation
from pptx.chart.data import CategoryChartData
from pptx.enum.chart import XL_CHART_TYPE
from pptx.util import Inches

from tests.integration.cases.case import FileCase
from tests.integration.cases.word_files import paragraph, word

_CHARTS = "http://schemas.openxmlformats.org/drawingml/2006/chart"
_DRAWING = "http://schemas.openxmlformats.org/drawingml/2006/main"


def a_chart_on_a_slide() -> bytes:
    presentation = Presentation()
    slide = presentation.slides.add_slide(presentation.slide_layouts[5])
    slide.shapes.title.text = "The season in figures"
    data = CategoryChartData()  # type: ignore[no-untyped-call]  # the library tells no types
    data.categories = ["Horten", "Moss", "Larvik"]
    data.add_series("Guests 2025", (318, 92, 154))  # type: ignore[no-untyped-call]
    place = (Inches(1), Inches(2), Inches(6), Inches(4))
    chart = slide.shapes.add_chart(XL_CHART_TYPE.COLUMN_CLUSTERED, *place, data).chart
    chart.has_title = True
    chart.chart_title.text_frame.text = "Guest boats by harbour"
    buffer = io.BytesIO()
    presentation.save(buffer)
    return buffer.getvalue()


def a_chart_in_a_document() -> bytes:
    """A pie between two paragraphs of a Word document, whose numbers stand in the chart alone."""

    def points(kind: str, values: tuple[str, ...]) -> str:
        return f'<c:ptCount val="{len(values)}"/>' + "".join(
            f'<c:pt idx="{place}"><c:v>{one}</c:v></c:pt>' for place, one in enumerate(values)
        )

    names = points("str", ("Diesel", "Strom", "Segel"))
    numbers = points("num", ("58", "13", "29"))
    title = "<c:tx><c:rich><a:p><a:r><a:t>Antrieb der Gastboote</a:t></a:r></a:p></c:rich></c:tx>"
    chart = (
        f'<c:chartSpace xmlns:c="{_CHARTS}" xmlns:a="{_DRAWING}"><c:chart><c:title>{title}</c:title>'
        '<c:plotArea><c:pieChart><c:ser><c:idx val="0"/><c:tx><c:strRef><c:strCache>'
        f"{points('str', ('Anteil in Prozent',))}</c:strCache></c:strRef></c:tx>"
        f"<c:cat><c:strRef><c:strCache>{names}</c:strCache></c:strRef></c:cat>"
        f"<c:val><c:numRef><c:numCache><c:formatCode>General</c:formatCode>{numbers}</c:numCache></c:numRef></c:val>"
        "</c:ser></c:pieChart></c:plotArea></c:chart></c:chartSpace>"
    )
    drawn = (
        '<w:r><w:drawing><wp:inline><wp:extent cx="4000000" cy="3000000"/><wp:docPr id="1" name="Diagramm 1"/>'
        f'<a:graphic><a:graphicData uri="{_CHARTS}"><c:chart r:id="chart"/></a:graphicData></a:graphic>'
        "</wp:inline></w:drawing></w:r>"
    )
    body = paragraph("Im Juli wurde gezählt.") + paragraph(drawn) + paragraph("Im August nicht.")
    return word(body, {"chart": chart})


CASES = (
    FileCase(
        "PowerPoint: the title and the numbers of a chart",
        "season.pptx",
        a_chart_on_a_slide,
        shows=("Guest boats by harbour", "Guests 2025", r"Horten[^\n]*318", r"Larvik[^\n]*154"),
    ),
    FileCase(
        "Word: the title and the numbers of a chart, in its place",
        "antrieb.docx",
        a_chart_in_a_document,
        shows=(
            r"(?s)gezählt.*Antrieb der Gastboote.*Im August",
            r"Diesel[^\n]*58",
            r"Segel[^\n]*29",
            "Anteil in Prozent",
        ),
    ),
)
