"""Documents on their way in: files and texts that somebody adds."""

import orjson
from fastapi import APIRouter, Request, Response

from backend.api.dependencies import CurrentCaller, CurrentUser, RequestOrigin, StillStands
from backend.api.document_audit import note_stored
from backend.api.document_schemas import StoredItems, TextItemRequest, TextsRequest
from backend.api.idempotency import IdempotencyKey, once
from backend.api.json_response import OrjsonResponse
from backend.api.large_json import LargeJsonRoute
from backend.api.problems import PROBLEM_RESPONSES
from backend.api.second_look import confirmed, without_new_documents
from backend.api.services import AppSettings, Audit, Blobs, KeptAnswers, Library
from backend.api.uploads import Received, receive_upload
from backend.documents.incoming import FileItem, Stored, TextItem, UniqueNames, parse_principal
from backend.errors import FieldProblem, InvalidInput, TooLarge

router = APIRouter(prefix="/documents", tags=["documents"], responses=PROBLEM_RESPONSES, route_class=LargeJsonRoute)

_UPLOAD_BODY = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["files"],
                    "properties": {
                        "files": {
                            "type": "array",
                            "items": {"type": "string", "format": "binary"},
                            "description": "any number of files; a file's name may be a relative path",
                        },
                        "access": {
                            "type": "array",
                            "items": {"type": "string"},
                            "description": "who may see them, beside you: user:<id>, email:<address>, group:<name>, "
                            "workspace",
                        },
                    },
                }
            }
        },
    }
}


def _stored(items: list[Stored]) -> OrjsonResponse:
    return OrjsonResponse(
        {
            "items": [
                {"id": item.id, "external_id": item.external_id, "status": item.status, "outcome": item.outcome}
                for item in items
            ]
        },
        status_code=202,
    )


@router.post(
    "",
    status_code=202,
    summary="Add files",
    response_model=StoredItems,
    openapi_extra=_UPLOAD_BODY,
)
async def upload(
    request: Request,
    settings: AppSettings,
    library: Library,
    blobs: Blobs,
    kept: KeptAnswers,
    audit: Audit,
    caller: CurrentCaller,
    user: CurrentUser,
    origin: RequestOrigin,
    still_stands: StillStands,
    key: IdempotencyKey = None,
) -> Response:
    """Stores files; they are read in the background. A file under the path of an earlier one replaces it; two
    different files with one name in one upload are both kept. An empty file is stored as failed, with the reason."""

    received = await receive_upload(request, blobs, settings.upload)
    stored = False

    async def run() -> Response:
        nonlocal stored
        stored = True  # the library takes the files over
        storing = library.store_files(caller.user_id, items)
        results = await confirmed(still_stands, storing, without_new_documents(library))
        await note_stored(audit, user, origin, results)
        return _stored(results)

    try:
        access = _access(received.fields.get("access", ()))
        if not received.files:
            problem = FieldProblem("files", "missing", "Add at least one file.")
            raise InvalidInput("The upload has no file in it.", code="no_files", fields=[problem])
        items = _file_items(received, access)
        return await once(kept, key, request, caller, run, fingerprint=_fingerprint(items))
    finally:
        if not stored:
            blobs.abandon(file.digest for file in received.files)


def _fingerprint(items: list[FileItem]) -> bytes:
    """What an upload is about: names, bytes and access, not how the form was put."""
    return orjson.dumps([(item.external_id, item.digest, item.mime, sorted(item.access)) for item in items])


def _file_items(received: Received, access: frozenset[str]) -> list[FileItem]:
    """Files that are the same under the same name count once; different ones get a number."""
    names = UniqueNames()
    given: dict[tuple[str, str], str] = {}
    items = []
    for file in received.files:
        identity = (file.name, file.digest)
        if identity not in given:
            given[identity] = names.take(file.name)
        items.append(
            FileItem(
                external_id=given[identity],
                filename=given[identity],
                digest=file.digest,
                size_bytes=file.size_bytes,
                mime=file.mime,
                access=access,
            )
        )
    return items


def _access(values: list[str] | tuple[str, ...]) -> frozenset[str]:
    principals, problems = set(), []
    for number, value in enumerate(values):
        try:
            principals.add(parse_principal(value))
        except ValueError as error:
            problems.append(FieldProblem(f"access.{number}", "invalid_principal", str(error)))
    if problems:
        raise InvalidInput(f"{problems[0].field}: {problems[0].message}", fields=problems)
    return frozenset(principals)


@router.post("/text", status_code=202, summary="Add or replace texts", response_model=StoredItems)
async def add_texts(
    body: TextsRequest,
    request: Request,
    settings: AppSettings,
    library: Library,
    kept: KeptAnswers,
    audit: Audit,
    caller: CurrentCaller,
    user: CurrentUser,
    origin: RequestOrigin,
    still_stands: StillStands,
    key: IdempotencyKey = None,
) -> Response:
    """Stores up to 500 texts in one go. The same `external_id` replaces; what is unchanged costs nothing."""
    limit = settings.upload.max_text_items
    if len(body.items) > limit:
        raise TooLarge(
            f"At most {limit} items are taken in one request. Send the rest after it.",
            hint="The limit is BIBLIOS_UPLOAD_MAX_TEXT_ITEMS.",
            code="too_many_items",
        )

    async def run() -> Response:
        storing = library.store_texts(caller.user_id, [_text_item(item) for item in body.items])
        results = await confirmed(still_stands, storing, without_new_documents(library))
        await note_stored(audit, user, origin, results)
        return _stored(results)

    fingerprint = await request.body() if key else b""
    return await once(kept, key, request, caller, run, fingerprint=fingerprint)


def _text_item(item: TextItemRequest) -> TextItem:
    return TextItem(
        external_id=item.external_id,
        title=item.title,
        text=item.text,
        url=item.url,
        author=item.author,
        modified_at=item.modified_at,
        access=frozenset(item.access or ()),
        tags=tuple(item.tags) if "tags" in item.model_fields_set else None,
        language=item.language,
        kind=item.kind,
    )
