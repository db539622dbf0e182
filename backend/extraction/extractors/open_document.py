"""What the readers of OpenDocument share: names, opening the package, properties.

https://docs.oasis-open.org/office/OpenDocument/v1.3/
"""

from xml.etree.ElementTree import Element

from backend.documents.models import Metadata
from backend.extraction.content import Source
from backend.extraction.failures import failure
from backend.extraction.metadata import clean_author, clean_title, parse_date, split_tags
from backend.extraction.packages import Package

#: What all names of OpenDocument itself begin with.
NAMES = "{urn:oasis:names:tc:opendocument:xmlns:"
OFFICE, TABLE, TEXT, STYLE, DRAW, CHART, PRESENTATION, _META = (
    f"{NAMES}{name}:1.0}}" for name in ("office", "table", "text", "style", "drawing", "chart", "presentation", "meta")
)
DC = "{http://purl.org/dc/elements/1.1/}"
XLINK = "{http://www.w3.org/1999/xlink}"
XML = "{http://www.w3.org/XML/1998/namespace}"
#: What LibreOffice adds to the standard.
LOEXT = "{urn:org:documentfoundation:names:experimental:office:xmlns:loext:1.0}"
_MARK = b"mimetypeapplication/vnd.oasis.opendocument."


def is_open_document(data: bytes, what: str) -> bool:
    """Whether it is one of that kind, e.g. ``spreadsheet``: its first member says so, uncompressed."""
    return _MARK + what.encode() in data[:200]


def opened(source: Source, what: str) -> tuple[Package, Element, Element]:
    """The package, its content and the body of that kind in it. Raises `corrupt` and `encrypted`."""
    package = Package(source.data, source.limits)
    manifest = "META-INF/manifest.xml"
    # Read as bytes: the manifests of older programs have a document type.
    if manifest in package and b"encryption-data" in package.read(manifest):
        raise failure("encrypted")
    root = package.xml("content.xml")
    if root is None or (body := root.find(f"{OFFICE}body/{OFFICE}{what}")) is None:
        raise failure("corrupt", "its main part is missing")
    return package, root, body


def is_hidden(element: Element) -> bool:
    """Whether it says itself that it is not shown, as sections and fields do."""
    return element.get(f"{TEXT}display") == "none" or element.get(f"{TEXT}is-hidden") == "true"


def properties(package: Package) -> Metadata:
    root = package.xml("meta.xml")
    meta = root.find(f"{OFFICE}meta") if root is not None else None
    if meta is None:
        return Metadata()
    return Metadata(
        title=clean_title(meta.findtext(f"{DC}title")),
        author=clean_author(meta.findtext(f"{_META}initial-creator") or meta.findtext(f"{DC}creator")),
        created_at=parse_date(meta.findtext(f"{_META}creation-date")),
        modified_at=parse_date(meta.findtext(f"{DC}date")),
        tags=split_tags(",".join(one.text or "" for one in meta.findall(f"{_META}keyword"))),
    )
