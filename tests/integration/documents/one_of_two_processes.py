"""A process with a library over a shared MongoDB and a shared folder; does what it is told on its standard input.

One JSON list a line, answered by one line: `["receive", text]`, `["store", name]`, `["delete", id]`, `["read", id]`,
`["later", hours]` (time passes, then it clears away what was deleted).
"""

import asyncio
import json
import sys
from pathlib import Path

from backend.access import Caller
from backend.db.mongo import MongoDatabase
from backend.documents.incoming import FileItem
from backend.errors import BibliosError
from backend.settings import Settings
from tests.support.library import Library, open_library
from tests.support.moved_clock import MovedClock

ADA = Caller.of("ada")


class Process:
    def __init__(self, library: Library, clock: MovedClock) -> None:
        self._library = library
        self._clock = clock
        self._received = ("", 0)

    async def do(self, command: str, value: str) -> str:
        blobs, service = self._library.parts.blobs, self._library.service
        match command:
            case "receive":
                self._received = (await blobs.put(value.encode()), len(value))
                return "received"
            case "store":
                digest, size = self._received
                item = FileItem(external_id=value, filename=value, digest=digest, size_bytes=size)
                return (await service.store_files(ADA.user_id, [item]))[0].id
            case "delete":
                await service.delete(ADA, value)
                return "deleted"
            case "later":
                self._clock.advance(hours=float(value))
                await self._library.parts.indexing.clear_away_deleted()
                return "cleared away"
            case "read":
                return (await blobs.read((await service.original(ADA, value)).digest)).decode()
        raise ValueError(command)


async def main(url: str, name: str, folder: str) -> None:
    database = MongoDatabase(url, name, timeout_seconds=60)
    settings = Settings(_env_file=None, data_dir=Path(folder), database={"url": url, "name": name})
    clock = MovedClock()
    async with open_library(Path(folder), database=database, settings=settings, work=False, clock=clock) as library:
        process = Process(library, clock)
        print("ready", flush=True)
        while line := await asyncio.to_thread(sys.stdin.readline):
            try:
                answer = await process.do(*json.loads(line))
            except BibliosError as error:
                answer = f"error: {error.code}"
            print(answer, flush=True)
    await database.close()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
