"""Loads the demo library: the knowledge of a fictional company, as its own source systems would give it."""

import asyncio
import json
from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from backend.documents.blobs import BlobStore
from backend.documents.demo_marks import EXTERNAL_PREFIX
from backend.documents.incoming import FileItem, Stored
from backend.documents.library import LibraryService
from backend.errors import NotFound

DEMO_DIR = Path(__file__).parents[2] / "demo"


@dataclass(frozen=True, slots=True)
class DemoLoader:
    """Puts the demo library into an account. Loading it twice changes nothing but who may see it."""

    library: LibraryService
    blobs: BlobStore
    folder: Path = DEMO_DIR

    @property
    def available(self) -> bool:
        return (self.folder / "manifest.jsonl").is_file()

    def suggestions(self) -> list[str]:
        """Questions to start with; none when the demo is not installed."""
        file = self.folder / "suggestions.json"
        return [str(item) for item in json.loads(file.read_text(encoding="utf-8"))] if file.is_file() else []

    async def load(self, owner_id: str) -> list[Stored]:
        """Stores every document of the manifest and returns what became of each. Errors: `NotFound`."""
        if not self.available:
            raise NotFound("The demo library is not installed beside this server.", code="no_demo")
        by_source: dict[str, list[FileItem]] = defaultdict(list)
        rows = await asyncio.to_thread(self._manifest)
        for row in rows:
            by_source[str(row["source"])].append(await self._item(row))
        stored: list[Stored] = []
        for source, items in by_source.items():
            stored += await self.library.store_files(owner_id, items, source=source)
        return stored

    def _manifest(self) -> list[dict[str, Any]]:
        with (self.folder / "manifest.jsonl").open(encoding="utf-8") as lines:
            return [json.loads(line) for line in lines if line.strip()]

    async def _item(self, row: dict[str, Any]) -> FileItem:
        path = self.folder / str(row["path"])
        data = await asyncio.to_thread(path.read_bytes)
        return FileItem(
            external_id=EXTERNAL_PREFIX + str(row["path"]),
            filename=path.name,
            digest=await self.blobs.put(data),
            size_bytes=len(data),
            title=str(row["title"]),
            author=row.get("author"),
            modified_at=datetime.fromisoformat(str(row["modified_at"])),
            tags=tuple(row.get("tags", ())),
        )
