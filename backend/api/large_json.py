"""Long lists in a JSON body: parsed and validated in a thread, entry by entry, so that others are answered meanwhile.

A parser written in C or Rust keeps the interpreter's lock until it is done, also in a thread. So the body is cut into
its entries first, by Python that gives way every few milliseconds, and each entry is parsed alone. An entry with more
values than it can have is refused before a parser builds objects of it.
"""

import asyncio
import re
from collections.abc import Callable, Coroutine, Iterator
from typing import Any, ClassVar, cast

import orjson
from fastapi import Request, Response
from fastapi.routing import APIRoute
from pydantic import BaseModel, ValidationError

from backend.api import services
from backend.api.body_limit import BodyRefused
from backend.api.problems import invalid_fields
from backend.errors import InvalidInput
from backend.settings import KIBIBYTE, Settings

#: What is shorter is parsed as any other body.
_SHORT_BYTES = 64 * KIBIBYTE
#: Marks (brackets, commas and colons) in one entry; the fullest text item allowed has about 1,100.
_MOST_MARKS = 10_000
#: A search for the next mark looks at so much at once, since it keeps the lock.
_WINDOW = 64 * KIBIBYTE
_MARK = re.compile(rb'["\[\]{},:]')
_TOKEN = re.compile(rb"[^ \t\r\n]")
_BACKSLASH = 0x5C


class ListBody(BaseModel):
    """A body whose one long field is `items`. `entry` is the model of each."""

    entry: ClassVar[type[BaseModel]]

    @classmethod
    def most_entries(cls, settings: Settings) -> int:
        """How many the route takes; one more is parsed, so that it can refuse them."""
        raise NotImplementedError


class LargeJsonRoute(APIRoute):
    """The route of a `ListBody`; a route with any other body, or none, is as it was."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handler = super().get_route_handler()
        model = self.body_field.field_info.annotation if self.body_field else None
        if not (isinstance(model, type) and issubclass(model, ListBody)):
            return handler

        async def handle(request: Request) -> Response:
            return await handler(_ListRequest(request, model))

        return handle


class _ListRequest(Request):
    """Gives FastAPI the body as a validated model, which its own validation lets pass."""

    def __init__(self, request: Request, model: type[ListBody]) -> None:
        super().__init__(request.scope, request.receive)
        self._model = model

    async def body(self) -> bytes:
        """Copied piece by piece as it comes: joining all at once would stand still for tens of milliseconds.

        A bytearray in truth, which every reader of it takes.
        """
        if not hasattr(self, "_body"):
            gathered = bytearray()
            async for piece in self.stream():
                gathered += piece
            self._body = cast(bytes, gathered)
        return self._body

    async def json(self) -> Any:
        body = await self.body()
        if len(body) <= _SHORT_BYTES:
            return await super().json()
        try:
            most = self._model.most_entries(services.settings.of(self))
            return await asyncio.to_thread(parse_list_body, body, self._model, most_entries=most)
        except InvalidInput as error:
            raise BodyRefused(error) from error


def parse_list_body[Body: ListBody](body: bytes, model: type[Body], *, most_entries: int) -> Body:
    """Behind the first entry that is one too many, the rest is left unread.

    Errors: `InvalidInput` with the fields, as FastAPI would name them.
    """
    reader = _Reader(body)
    fields: dict[str, Any] = {}
    for _ in reader.parts(b"{", b"}"):
        name = _loads(reader.value())
        reader.take(b":")
        if name == "items" and reader.peek() == b"[":
            entries: list[BaseModel] = []
            fields[name] = entries
            for _ in reader.parts(b"[", b"]"):
                entries.append(_entry(reader.value(), len(entries), model))
                if len(entries) > most_entries:
                    return _validated(model, fields)
        else:
            fields[str(name)] = _loads(reader.value())
    if reader.peek():
        raise _malformed("nothing may follow the object")
    return _validated(model, fields)


def _validated[Body: ListBody](model: type[Body], fields: dict[str, Any]) -> Body:
    try:
        return model.model_validate(fields)
    except ValidationError as error:
        raise invalid_fields(error.errors()) from error


def _entry(value: bytes, number: int, model: type[ListBody]) -> BaseModel:
    try:
        return model.entry.model_validate_json(value)
    except ValidationError as error:
        raise invalid_fields([{**item, "loc": ("items", number, *item["loc"])} for item in error.errors()]) from error


def _loads(value: bytes) -> Any:
    try:
        return orjson.loads(value)
    except orjson.JSONDecodeError as error:
        raise _malformed("a value is not valid") from error


def _malformed(said: str) -> InvalidInput:
    return invalid_fields([{"type": "json_invalid", "loc": ("body",), "msg": f"JSON decode error: {said}"}])


class _Reader:
    """Goes over JSON from part to part. What stands inside a value is looked at no closer than its brackets."""

    def __init__(self, body: bytes) -> None:
        self._body = body
        self._at = 0

    def peek(self) -> bytes:
        """The next byte that is no white space; empty at the end."""
        while self._at < len(self._body):
            if found := _TOKEN.search(self._body, self._at, self._at + _WINDOW):
                self._at = found.start()
                return found[0]
            self._at += _WINDOW
        return b""

    def take(self, mark: bytes) -> None:
        if self.peek() != mark:
            raise _malformed(f"`{mark.decode()}` is expected")
        self._at += 1

    def parts(self, opening: bytes, closing: bytes) -> Iterator[None]:
        """Stands before each part between the brackets; the caller reads it."""
        self.take(opening)
        if self.peek() != closing:
            yield
            while self.peek() != closing:
                self.take(b",")
                yield
        self._at += 1

    def value(self) -> bytes:
        """The next value. Errors: `InvalidInput` (too_complex, or the body ends inside of it)."""
        self.peek()
        start = self._at
        depth = marks = 0
        while self._at < len(self._body):
            found = _MARK.search(self._body, self._at, self._at + _WINDOW)
            if found is None:
                self._at += _WINDOW
                continue
            mark, here = found[0], found.start()
            if depth == 0 and mark in b",:]}":
                self._at = here
                return self._body[start:here]  # a number, true, false or null
            self._at = self._string_end(here) if mark == b'"' else here + 1
            depth += (mark in b"[{") - (mark in b"]}")
            if depth == 0 and mark != b",":
                return self._body[start : self._at]
            marks += mark != b'"'
            if marks > _MOST_MARKS:
                raise InvalidInput(
                    f"A part of this body has more than {_MOST_MARKS:,} values. Send texts, not structures.",
                    code="too_complex",
                )
        raise _malformed("the body ends too early")

    def _string_end(self, at: int) -> int:
        """Behind the quotation mark that ends the string which begins at `at`."""
        end = at
        while (end := self._body.find(b'"', end + 1)) >= 0:
            before = end - 1
            while self._body[before] == _BACKSLASH:  # the opening mark ends this
                before -= 1
            if (end - before) % 2:
                return end + 1
        raise _malformed("the body ends inside a string")
