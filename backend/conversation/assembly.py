"""Puts the parts of chat together over a database, a library and a search."""

from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass

from backend.access import Caller
from backend.connectors.lateness import Lateness
from backend.conversation.announcing import Announcer
from backend.conversation.answering import AnsweringService
from backend.conversation.proposing import Proposals
from backend.conversation.review import AnswerReview
from backend.conversation.runs import RunRegistry
from backend.conversation.service import ConversationService
from backend.conversation.storage import CONVERSATION_COLLECTIONS, ConversationRepository, MessageRepository
from backend.conversation.writer import AnswerWriter
from backend.db.collection import Database
from backend.documents.library import LibraryService
from backend.events.base import Events
from backend.events.wakeup import WakeUp
from backend.llm.base import ChatModel
from backend.quoting.extractive import ExtractiveAnswerer
from backend.rag.composers import composers
from backend.rag.coverage import LateSource, LateSources
from backend.rag.pipeline import AnswerPipeline
from backend.rag.ports import PassageSearch
from backend.rag.refusals import Refusals
from backend.rag.support import Attributor
from backend.settings import Settings


@dataclass(frozen=True, slots=True)
class Chat:
    """Everything that the chat API speaks to."""

    conversations: ConversationService
    answering: AnsweringService
    review: AnswerReview
    runs: RunRegistry
    pipeline: AnswerPipeline
    stop: Callable[[], Awaitable[None]]


async def build_chat(
    *,
    database: Database,
    library: LibraryService,
    search: PassageSearch,
    quoting: ExtractiveAnswerer,
    attribute: Attributor,
    chat_model: ChatModel | None,
    events: Events,
    wakeup: WakeUp,
    proposals: Proposals | None,
    still_active: Callable[[str], Awaitable[bool]],
    settings: Settings,
    lateness: Lateness | None = None,
) -> Chat:
    """Prepares the collections, marks what an earlier crash cut, and builds the services.

    `lateness`: which connections a refusal says were not read when due; without it, it says none. `stop` lets answers
    finish for at most `shutdown_seconds`, then cuts and marks them.
    """
    await database.prepare(CONVERSATION_COLLECTIONS)
    conversations, messages = ConversationRepository(database), MessageRepository(database)
    # Only the embedded database has one process over it; with MongoDB others may be writing answers.
    exclusive = not settings.uses_mongodb
    await messages.unscoped_interrupt(exclusive=exclusive)
    if exclusive:
        await conversations.unscoped_drop_claims()
    runs = RunRegistry(grace_seconds=settings.chat.reader_grace_seconds)
    announcer = Announcer(events, conversations)
    service = ConversationService(
        conversations=conversations,
        messages=messages,
        library=library,
        runs=runs,
        announcer=announcer,
        admins_see_questions=settings.chat.admins_see_questions,
    )
    pipeline = AnswerPipeline(
        search=search,
        texts=library,
        composers=composers(quoting, search=search, texts=library, shelf=library, passages=settings.rag.passages),
        attribute=attribute,
        chat_model=chat_model,
        rag=settings.rag,
        llm=settings.llm,
        shelf=library,
        refusals=Refusals(counts=library, late=_late_sources(lateness), embedder=quoting.embedder),
    )
    writer = AnswerWriter(
        pipeline=pipeline,
        messages=messages,
        conversations=conversations,
        library=library,
        chat_model=chat_model,
        announcer=announcer,
        wakeup=wakeup,
        proposals=proposals,
        still_active=still_active,
    )
    answering = AnsweringService(
        service=service,
        conversations=conversations,
        messages=messages,
        library=library,
        runs=runs,
        writer=writer,
        pipeline=pipeline,
        wakeup=wakeup,
        admins_see_questions=settings.chat.admins_see_questions,
    )
    review = AnswerReview(messages, admins_see_questions=settings.chat.admins_see_questions)

    async def stop() -> None:
        await runs.stop(timeout_seconds=settings.shutdown_seconds)
        await writer.close()

    return Chat(service, answering, review, runs, pipeline, stop)


def _late_sources(lateness: Lateness | None) -> LateSources | None:
    if lateness is None:
        return None

    async def late(caller: Caller, connection_ids: Collection[str]) -> list[LateSource]:
        found = await lateness.late(caller, connection_ids)
        return [LateSource(one.id, one.name, one.type, one.last_sync_at) for one in found]

    return late
