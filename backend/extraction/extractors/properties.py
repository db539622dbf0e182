"""The properties that every Office Open XML package carries (ECMA-376, part 2)."""

from backend.documents.models import Metadata
from backend.extraction.metadata import clean_author, clean_title, parse_date, split_tags
from backend.extraction.packages import Package

_DC = "{http://purl.org/dc/elements/1.1/}"
_TERMS = "{http://purl.org/dc/terms/}"
_CORE = "{http://schemas.openxmlformats.org/package/2006/metadata/core-properties}"


def core_properties(package: Package) -> Metadata:
    """Title, author, dates and keywords; nothing when the package has none."""
    part = next(
        (target for kind, target in package.relations("").values() if kind == "core-properties"), "docProps/core.xml"
    )
    root = package.xml(part)
    if root is None:
        return Metadata()
    return Metadata(
        title=clean_title(root.findtext(f"{_DC}title")),
        author=clean_author(root.findtext(f"{_DC}creator")),
        created_at=parse_date(root.findtext(f"{_TERMS}created")),
        modified_at=parse_date(root.findtext(f"{_TERMS}modified")),
        tags=split_tags(root.findtext(f"{_CORE}keywords")),
    )
