"""Web pages: what a reader of the page sees, in its order, each value of a table under its own name."""

from collections.abc import Callable

import pytest

from backend.documents.models import Extracted
from backend.errors import ExtractionFailed
from tests.support.cost import processor_seconds

type Read = Callable[..., Extracted]


def text_of(read: Read, body: str) -> str:
    return read(f"<html><body>{body}</body></html>".encode(), "a.html").text


def test_a_name_over_two_columns_names_both(read: Read) -> None:
    text = text_of(
        read,
        "<table><tr><th>Name<th colspan=2>Phones<th>Room<tr><td>Ada<td>4410<td>4411<td>B12"
        "<tr><td>Bo<td>4520<td><td>C07</table>",
    )
    assert text.split("\n")[1:] == [
        "Name: Ada | Phones: 4410 | Phones: 4411 | Room: B12",
        "Name: Bo | Phones: 4520 | Room: C07",
    ]


@pytest.mark.parametrize("down", ["0", "9"])
def test_no_value_reaches_into_another_group_of_rows(read: Read, down: str) -> None:
    text = text_of(
        read,
        f"<table><thead><tr><th rowspan=3>Pier<th>Day<th>Guard</thead><tbody><tr><td rowspan={down}>East<td>Mon<td>Ada"
        "<tr><td>Tue<td>Bo</tbody><tr><td>West<td>Mon<td>Cy<tbody><tr><td>South<td>Mon<td>Di</table>",
    )
    assert text.split("\n")[1:] == [
        "Pier: East | Day: Mon | Guard: Ada",
        "Pier: East | Day: Tue | Guard: Bo",
        "Pier: West | Day: Mon | Guard: Cy",
        "Pier: South | Day: Mon | Guard: Di",
    ]


def test_a_value_over_several_rows_is_in_each(read: Read) -> None:
    text = text_of(
        read,
        "<table><tr><th>Range<th>Town<th>Beds<tr><td rowspan=2>Alps<td>Chur<td>40<tr><td>Sion<td>25"
        "<tr><td>Jura<td>Delle<td>1</table>",
    )
    assert text.split("\n")[1:] == [
        "Range: Alps | Town: Chur | Beds: 40",
        "Range: Alps | Town: Sion | Beds: 25",
        "Range: Jura | Town: Delle | Beds: 1",
    ]


def test_a_table_within_a_table_is_read_once(read: Read) -> None:
    inner = "<table><tr><th>Role<th>Count<tr><td>Deck<td>12</table>"
    text = text_of(read, f"<table><tr><th>Ship<th>Crew<th>Port<tr><td>Gannet<td>{inner}<td>Hven</table>")
    assert text.split("\n")[1:] == ["Ship: Gannet | Crew: Role | Count; Role: Deck | Count: 12 | Port: Hven"]


def test_a_table_that_frames_the_page_is_layout(read: Read) -> None:
    inner = "<table><tr><th>Day<th>Open<tr><td>Mon<td>9</table>"
    text = text_of(read, f"<table><tr><td><p>Menu of the day</p><td><p>Welcome</p>{inner}<tr><td>Below<td>End</table>")
    assert text == "Menu of the day\n\nWelcome\n\nDay | Open\nDay: Mon | Open: 9\n\nBelow\n\nEnd"


def test_what_a_button_opens_is_content_and_other_buttons_are_not(read: Read) -> None:
    text = text_of(
        read,
        "<h3><button aria-expanded=false aria-controls=a>How long is the warranty?</button></h3>"
        "<div id=a hidden><p>Five years.</p></div>"
        "<button>Add to cart</button><div id=b hidden>never shown</div>"
        "<details><summary>Who pays?</summary><p>The shop.</p></details>",
    )
    assert text == "How long is the warranty?\n\nFive years.\n\nWho pays?\n\nThe shop."


@pytest.mark.parametrize("label", ["iso-8859-1", "latin1", "us-ascii", "windows-1252", "'iso-8859-1' "])
def test_old_western_labels_are_read_as_browsers_read_them(read: Read, label: str) -> None:
    page = f'<html><head><meta charset="{label}"></head><body><p>€45 – “flat rate”</p></body></html>'
    assert read(page.encode("cp1252"), "a.html").text == "€45 – “flat rate”"


@pytest.mark.parametrize(
    ("label", "encoding", "words"),
    [
        ("x-sjis", "cp932", "港の規則①"),
        ("gb2312", "gb18030", "港口規則"),
        ("iso-8859-8-i", "iso-8859-8", "כללי הנמל"),
        ("ks_c_5601-1987", "cp949", "항구 규칙"),
        ("x-mac-roman", "mac_roman", "café"),
        ("iso-8859-9", "cp1254", "İstanbul €5"),
        ("cp-850", "cp850", "déjà"),
    ],
)
def test_labels_of_the_web_are_known(read: Read, label: str, encoding: str, words: str) -> None:
    page = f"<html><head><meta charset={label}></head><body><p>{words}</p></body></html>"
    assert read(page.encode(encoding), "a.html").text == words


def test_a_page_that_is_utf_8_is_so_whatever_it_says(read: Read) -> None:
    page = "<html><head><meta charset=iso-8859-1></head><body><p>Müller – 45 €</p></body></html>"
    assert read(page.encode(), "a.html").text == "Müller – 45 €"


@pytest.mark.parametrize(
    "page",
    [
        "<table>" * 3_000,
        "<table><tr><td>" * 800 + "deep",
        "<td>a<td colspan=99999999>b<tr rowspan=9>",
        "<table><td rowspan=0>x</table>",
    ],
)
def test_broken_and_endless_tables_are_survived(read: Read, page: str) -> None:
    assert isinstance(read(f"<p>words {page}".encode(), "a.html").text, str)


@pytest.mark.parametrize(
    ("table", "shown"),
    [
        (
            "<tr><th>Name<th>City<tr><td><font>Ann<td>Oslo<tr><td><a href=x>Bo<td>Rome",
            "Name | City\nName: Ann | City: Oslo\nName: Bo | City: Rome",
        ),
        ("<tr><td><p>One<td><p>Two", "One | Two"),
        ("<thead><tr><th>A<th>B<tbody><tr><td>1<td>2", "A | B\nA: 1 | B: 2"),
    ],
    ids=["inline tags", "paragraphs", "parts of the table"],
)
def test_what_is_left_open_in_a_cell_ends_with_it(read: Read, table: str, shown: str) -> None:
    assert text_of(read, f"<table>{table}</table>") == shown


@pytest.mark.parametrize(
    ("table", "shown"),
    [
        (
            "<tr><th>Item<th>Mon<th>Tue<tr><th>Ann<td><td><tr><th>Bo<td>on<td>off",
            "Item | Mon | Tue\nAnn\nItem: Bo | Mon: on | Tue: off",
        ),
        (
            "<tr><th>Item<th>EUR<tr><th colspan=2>Fruit<tr><td>Apple<td>1<tr><td>Pear<td>2",
            "Item | EUR\nFruit\nItem: Apple | EUR: 1\nItem: Pear | EUR: 2",
        ),
    ],
    ids=["a row without values", "a group"],
)
def test_heads_of_rows_name_no_columns(read: Read, table: str, shown: str) -> None:
    assert text_of(read, f"<table>{table}</table>") == shown


@pytest.mark.parametrize(
    ("page", "shown"),
    [
        ("<p>hi</p><table><tr><td>a<td>b", "hi\n\na | b"),
        ("<html><head><title>T</title><p>text</p>", "text"),
    ],
    ids=["a table without its end", "no body"],
)
def test_a_page_that_is_cut_off_or_has_no_body_is_read(read: Read, page: str, shown: str) -> None:
    assert read(page.encode(), "a.html").text == shown


def test_a_span_that_is_no_number_is_none(read: Read) -> None:
    assert text_of(read, "<table><tr><td colspan=²>a<td rowspan=³>b<tr><td>c<td>d</table>") == "a | b\nc | d"


def test_spans_that_ask_for_millions_of_cells_are_refused(read: Read) -> None:
    row = "<tr>" + "<td rowspan=65000 colspan=1000>x" * 16
    with pytest.raises(ExtractionFailed) as refused:
        text_of(read, f"<table>{row}{'<tr>' * 300}</table>")
    assert refused.value.code == "too_large"
    assert "2,000,000 table cells" in str(refused.value)


@pytest.mark.parametrize(
    ("page", "shown"),
    [
        ("<p>words</p>" + "<!--" * 40_000, "words"),
        ("<p>words</p><!-- a --><script>x = '<!--'</script><p>more</p><!-- cut", "words\n\nmore"),
    ],
    ids=["many", "in a script"],
)
def test_a_comment_without_an_end_hides_the_rest_at_once(read: Read, page: str, shown: str) -> None:
    assert text_of(read, page) == shown
    assert processor_seconds(lambda: text_of(read, page)) < 3


def test_many_tables_in_one_cell_take_no_longer_each(read: Read) -> None:
    inner = "<table><tr><td>1<td>2</table>" * 10_000
    page = f"<table><tr><th>Name<th>Parts<tr><td>Ann<td>{inner}</table>"
    assert text_of(read, page).count("1 | 2") == 10_000
    assert processor_seconds(lambda: text_of(read, page)) < 10


@pytest.mark.parametrize(
    "style",
    [
        "visibility:collapse",
        "font-size:1px",
        "font-size: .01em",
        "font-size:0",
        "opacity:0.01",
        "opacity: 1%",
        "display:/**/none",
        "display:/* a /* b */none",
        "position:absolute;left:-9999px",
        "text-indent:-9999px",
    ],
)
def test_text_that_nobody_sees_stays_out(read: Read, style: str) -> None:
    assert text_of(read, f'<p>seen</p><p style="{style}">secret</p>') == "seen"


@pytest.mark.parametrize(
    "style",
    ["font-size:12px", "font-size:.8em", "font-size:90%", "opacity:0.9", "opacity:1", "left:-9px", "font-size:."],
)
def test_small_or_pale_text_is_read(read: Read, style: str) -> None:
    assert text_of(read, f'<p style="{style}">seen</p>') == "seen"


def test_what_is_hidden_below_many_tags_stays_out(read: Read) -> None:
    deep = "<span>" * 600
    assert text_of(read, f"<p>seen</p>{deep}<div hidden><div>secret</div>secret</div>") == "seen"


def test_only_a_button_opens_what_is_hidden(read: Read) -> None:
    assert text_of(read, "<p aria-controls=a>seen</p><div id=a hidden>secret</div>") == "seen"
    assert text_of(read, "<a role=button aria-controls=a>More</a><div id=a hidden>shown</div>") == "More\n\nshown"


def test_tags_without_an_end_hide_the_rest_at_once(read: Read) -> None:
    page = b"<html><body><p>1 < 2 words</p>" + b"<a " * 20_000
    assert read(page, "a.html").text == "1 < 2 words"
    assert processor_seconds(lambda: read(page, "a.html")) < 3


@pytest.mark.parametrize("mark", ["<![CDATA[", "<![", "<![if x ", "<!x ", "<?x ", "<![CDATA[x]]"])
@pytest.mark.parametrize("after", ["", "<p>seen too</p>"])
def test_marks_of_other_languages_cost_nothing_and_break_nothing(read: Read, mark: str, after: str) -> None:
    page = f"<html><body><p>seen</p>{mark * 50_000}{after}".encode()
    assert read(page, "a.html").text.startswith("seen")
    assert processor_seconds(lambda: read(page, "a.html")) < 3


def test_what_office_says_to_browsers_alone_is_read(read: Read) -> None:
    assert text_of(read, "<p>one</p><![if !mso]><p>two</p><![endif]><p>three</p>") == "one\n\ntwo\n\nthree"
