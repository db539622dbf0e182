"""Storage of the templates that a workspace wrote."""

from datetime import datetime

from backend.actions.templates.models import Template, TemplateContent
from backend.db.collection import CollectionSpec, Database, Index
from backend.db.repository import Repository

ACTION_TEMPLATES = CollectionSpec(
    "action_templates",
    (Index((("kind", 1), ("name", 1))),),  # the list of all, by kind and name
)


class TemplateRepository:
    def __init__(self, database: Database) -> None:
        self._templates = Repository(database, ACTION_TEMPLATES, Template)
        self._records = self._templates.records

    async def all(self, *, limit: int) -> list[Template]:
        return await self._templates.find({}, sort=[("kind", 1), ("name", 1)], limit=limit)

    async def get(self, template_id: str) -> Template | None:
        return await self._templates.find_one({"_id": template_id})

    async def add(self, template: Template) -> None:
        await self._templates.insert_one(template)

    async def change(self, template_id: str, content: TemplateContent, *, now: datetime) -> Template | None:
        return await self._templates.find_one_and_update(
            {"_id": template_id}, {"$set": {**content.model_dump(), "updated_at": now}}
        )

    async def delete(self, template_id: str) -> bool:
        return bool(await self._records.delete_many({"_id": template_id}))
