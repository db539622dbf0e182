"""The templates that come along, each a TOML file beside this one; its id is its kind and its file's name."""

import tomllib
from functools import cache
from importlib.resources import files

from backend.actions.templates.models import Template, TemplateContent

_KINDS = ("email", "slack")


@cache
def built_in() -> dict[str, Template]:
    """By id, in the order of their names."""
    found = {}
    for kind in _KINDS:
        for file in files("backend.actions.templates").joinpath(kind).iterdir():
            if file.name.endswith(".toml"):
                id_ = f"{kind}.{file.name.removesuffix('.toml')}"
                given = {**tomllib.loads(file.read_text("utf-8")), "kind": kind}
                content = TemplateContent.model_validate(given)
                found[id_] = Template(**content.model_dump(), id=id_, built_in=True)
    return dict(sorted(found.items(), key=lambda one: (one[1].kind, one[1].name)))
