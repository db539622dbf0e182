"""Templates of mails and messages: everybody reads and fills them in, administrators write them."""

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from backend.actions.payloads import invalid
from backend.actions.services.slack_blocks import blocks_of, shown_blocks
from backend.actions.services.slack_tree import parse
from backend.actions.templates.models import MAX_PLACES, Place, Template, TemplateContent, TemplateFields
from backend.actions.templates.render import MAX_VALUE_CHARS, Filled, fill, sample
from backend.api.dependencies import CurrentAdmin, CurrentUser, RequestOrigin
from backend.api.problems import PROBLEM_RESPONSES
from backend.api.services import ActionTemplates, Audit

router = APIRouter(prefix="/actions/templates", tags=["actions"], responses=PROBLEM_RESPONSES)

_Value = Annotated[str, Field(max_length=MAX_VALUE_CHARS)]
#: Above what any template has; which of them it lacks is said one by one.
_MAX_VALUES = 100


class TemplateList(BaseModel):
    items: list[Template]


class TemplateChange(BaseModel):
    """What is to be other than it is."""

    model_config = ConfigDict(extra="forbid")

    name: str | None = None
    description: str | None = None
    subject: str | None = None
    text: str | None = None
    placeholders: Annotated[list[Place], Field(max_length=MAX_PLACES)] | None = None


class TemplateValues(BaseModel):
    model_config = ConfigDict(extra="forbid")

    values: Annotated[dict[Annotated[str, Field(max_length=40)], _Value], Field(max_length=_MAX_VALUES)] = Field(
        default_factory=dict, description="by the names of the placeholders; empty ones count as missing"
    )


class TemplateDraft(TemplateValues):
    template: TemplateContent


class FilledTemplate(BaseModel):
    """`text` is for the payload of an action; of a message, `blocks` shows how it will look."""

    subject: str | None
    text: str
    blocks: list[dict[str, Any]] | None


@router.get("", summary="Templates, the workspace's own first")
async def list_templates(templates: ActionTemplates, _: CurrentUser) -> TemplateList:
    return TemplateList(items=await templates.all())


@router.post("", status_code=201)
async def add_template(
    body: TemplateContent, templates: ActionTemplates, admin: CurrentAdmin, audit: Audit, origin: RequestOrigin
) -> Template:
    made = await templates.add(body, user_id=admin.id)
    await audit.record("action_template.created", origin=origin, actor=admin.actor, details=_details(made))
    return made


@router.patch("/{template_id}")
async def change_template(
    template_id: str,
    body: TemplateChange,
    templates: ActionTemplates,
    admin: CurrentAdmin,
    audit: Audit,
    origin: RequestOrigin,
) -> Template:
    """What is not named stays. Templates that come along cannot be changed."""
    before = (await templates.get(template_id)).model_dump(include=set(TemplateContent.model_fields))
    content = _content({**before, **body.model_dump(exclude_unset=True)})
    changed = await templates.change(template_id, content)
    await audit.record("action_template.changed", origin=origin, actor=admin.actor, details=_details(changed))
    return changed


@router.delete("/{template_id}", status_code=204)
async def delete_template(
    template_id: str, templates: ActionTemplates, admin: CurrentAdmin, audit: Audit, origin: RequestOrigin
) -> None:
    gone = await templates.delete(template_id)
    await audit.record("action_template.deleted", origin=origin, actor=admin.actor, details=_details(gone))


@router.post("/preview", summary="How a template that is not saved looks")
async def preview_draft(body: TemplateDraft, _: CurrentAdmin) -> FilledTemplate:
    """What has no value yet is its label in brackets. Nothing is stored."""
    return _look(body.template, sample(body.template, body.values))


@router.post("/{template_id}/preview", summary="Fill a template in")
async def preview_template(
    template_id: str, body: TemplateValues, templates: ActionTemplates, _: CurrentUser
) -> FilledTemplate:
    """422 names what is missing. Values are put in as they are: none of them mentions anybody or formats anything."""
    template = await templates.get(template_id)
    return _look(template, fill(template, body.values))


def _look(template: TemplateFields, filled: Filled) -> FilledTemplate:
    blocks = shown_blocks(blocks_of(parse(filled.text), key="preview")) if template.kind == "slack" else None
    return FilledTemplate(subject=filled.subject, text=filled.text, blocks=blocks)


def _content(fields: Mapping[str, Any]) -> TemplateContent:
    try:
        return TemplateContent.model_validate(fields)
    except ValidationError as error:
        raise invalid("This template does not fit together.", error, within=()) from error


def _details(template: Template) -> dict[str, str]:
    return {"template_id": template.id, "name": template.name, "kind": template.kind}
