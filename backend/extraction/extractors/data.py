"""YAML, TOML, INI, ``.properties`` and ``.env``: each value on a line with its path, remarks where they stand."""

from backend.documents.models import Kind, Metadata
from backend.extraction.content import Content, Source, TextBuilder
from backend.extraction.extractors.paths import PathWriter, label_of
from backend.extraction.extractors.toml_tables import tables_in
from backend.extraction.extractors.yaml_tree import NoYaml, documents_in
from backend.extraction.fields import parts_in
from backend.extraction.generated import WARNING
from backend.extraction.languages import data_format_of

_NAMES = {"yaml": "YAML", "toml": "TOML", "ini": "INI"}
_NAMED_AT_MOST = 5


def extract(source: Source, kind: Kind) -> Content:
    """What breaks the rules of its format stays as it is, with a warning."""
    text = source.text()
    form = data_format_of(source.name) or "ini"
    builder = TextBuilder(source.limits)
    writer = PathWriter(builder, in_sections=True)
    try:
        _WRITERS[form](text, writer, source)
    except (ValueError, RecursionError) as error:
        where = f" (line {error.line})" if isinstance(error, NoYaml) and error.line else ""
        source.warn(f"The file is no valid {_NAMES[form]}{where}, so it was read as plain text.")
        return Content(Kind.text, text.rstrip())
    if writer.encoded:
        source.warn(WARNING.format(count=writer.encoded))
    if writer.is_cut:
        source.warn("What the file refers to many times is not written out each time.")
    body, sections = builder.finish()
    return Content(kind, body, sections, Metadata(tags=(form,)))


def _write_yaml(text: str, writer: PathWriter, source: Source) -> None:
    documents, doubled = documents_in(text)
    if doubled:
        more = f" and {len(doubled) - _NAMED_AT_MOST} more" if len(doubled) > _NAMED_AT_MOST else ""
        named = ", ".join(one[:60] for one in doubled[:_NAMED_AT_MOST])
        source.warn(f"Fields that stand twice in one place were read with both values: {named}{more}.")
    for document in documents:
        writer.begin(None)
        writer.write(document)


def _write_toml(text: str, writer: PathWriter, source: Source) -> None:
    counts: dict[tuple[str, ...], int] = {}
    for name, several, fields in tables_in(text):
        path = ".".join(name)
        if several:
            counts[name] = counts.get(name, 0) + 1
            path += f"[{label_of(fields) or counts[name]}]"
        if fields:
            writer.begin(path or None)
            if path:
                writer.put(path, fields)
            else:
                writer.write(fields)
            writer.end_block()


def _write_lines(text: str, writer: PathWriter, source: Source) -> None:
    for part in parts_in(text):
        if part.lines:
            writer.begin(part.name or None)
        for key, value in part.lines:
            if key:
                writer.put(f"{part.name}.{key}" if part.name else key, value)
            else:
                writer.line(value)
        writer.end_block()


_WRITERS = {"yaml": _write_yaml, "toml": _write_toml, "ini": _write_lines}
