"""Templates of a workspace: everybody reads and fills them in, administrators write them."""

from backend.actions.templates.built_in import built_in
from backend.actions.templates.models import Template, TemplateContent
from backend.actions.templates.repository import TemplateRepository
from backend.db.lease import Clock
from backend.errors import Conflict, NotFound
from backend.ids import new_id

MAX_TEMPLATES = 200
_BUILT_IN = "This template comes along and stays as it is. Make one of your own of its text."


class TemplateService:
    def __init__(self, templates: TemplateRepository, *, clock: Clock) -> None:
        self._templates = templates
        self._clock = clock

    async def all(self) -> list[Template]:
        """The workspace's own first."""
        return [*await self._templates.all(limit=MAX_TEMPLATES), *built_in().values()]

    async def get(self, template_id: str) -> Template:
        found = built_in().get(template_id) or await self._templates.get(template_id)
        if found is None:
            raise NotFound("This template does not exist.")
        return found

    async def add(self, content: TemplateContent, *, user_id: str) -> Template:
        """Errors: `Conflict` when there are too many."""
        if len(await self._templates.all(limit=MAX_TEMPLATES)) >= MAX_TEMPLATES:
            raise Conflict(f"There are {MAX_TEMPLATES} templates. Delete one first.", code="too_many_templates")
        now = self._clock()
        made = Template(**content.model_dump(), id=new_id(), created_by=user_id, created_at=now, updated_at=now)
        await self._templates.add(made)
        return made

    async def change(self, template_id: str, content: TemplateContent) -> Template:
        """Errors: `Conflict` (built_in, kind_stays)."""
        before = await self._own(template_id)
        if before.kind != content.kind:
            raise Conflict("A template stays what it is, a mail or a message. Make another one.", code="kind_stays")
        changed = await self._templates.change(template_id, content, now=self._clock())
        if changed is None:
            raise NotFound("This template does not exist.")
        return changed

    async def delete(self, template_id: str) -> Template:
        """Errors: `Conflict` (built_in)."""
        before = await self._own(template_id)
        await self._templates.delete(template_id)
        return before

    async def _own(self, template_id: str) -> Template:
        found = await self.get(template_id)
        if found.built_in:
            raise Conflict(_BUILT_IN, code="built_in")
        return found
