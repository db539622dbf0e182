"""The services that a route may ask for, each a dependency of its own; nothing else in `api` knows the container.

A new service of the application is one line here. A route names what it uses, `library: Library`, so that its signature
says what it touches, and a test puts in just that.
"""

from collections.abc import Callable
from typing import Annotated

from fastapi import Depends, Request

from backend.actions.availability import FreeTimes as FreeTimesService
from backend.actions.calendar_events import CalendarEvents as CalendarEventsService
from backend.actions.mailed import MailedDecisions
from backend.actions.places import SlackPlaces
from backend.actions.policies import Policies
from backend.actions.replies import Replies
from backend.actions.service import ActionService
from backend.actions.slack_buttons import SlackButtons
from backend.actions.templates.service import TemplateService
from backend.audit.log import AuditLog
from backend.auth.account import AccountService
from backend.auth.administration import AdminService
from backend.auth.api_keys import ApiKeyService
from backend.auth.identity import IdentityService
from backend.auth.invitations import InvitationService
from backend.auth.keyring import KeyRing
from backend.auth.oauth.service import OAuthService
from backend.auth.recovery import RecoveryService
from backend.auth.repository import UserRepository
from backend.auth.service import AuthService
from backend.auth.sessions import SessionService
from backend.auth.throttle import Throttle
from backend.connectors.consent import ConsentService
from backend.connectors.diagnostics import DiagnosticsService
from backend.connectors.explaining import Explaining
from backend.connectors.handshakes import Handshakes
from backend.connectors.items import ItemService
from backend.connectors.matching import Matching
from backend.connectors.pushes import PushService
from backend.connectors.service import ConnectionService
from backend.container import Container
from backend.conversation.answering import AnsweringService
from backend.conversation.review import AnswerReview
from backend.conversation.service import ConversationService
from backend.documents.blobs import BlobStore
from backend.documents.demo import DemoLoader
from backend.documents.export import DocumentExport
from backend.documents.library import LibraryService
from backend.embedding.search.service import SearchService
from backend.extraction.extraction import ExtractionPool
from backend.idempotency import IdempotencyRepository
from backend.monitoring.readiness import Readiness
from backend.rag.pipeline import AnswerPipeline
from backend.settings import Settings


class Provided[Service]:
    """One service of the running application, as a dependency.

    FastAPI's resolution costs every request: this awaits nothing, enters no thread and has no dependency below it.
    """

    def __init__(self, pick: Callable[[Container], Service]) -> None:
        self._pick = pick

    def of(self, request: Request) -> Service:
        """For what no route calls: a guard, a middleware."""
        return self._pick(request.app.state.container)

    async def __call__(self, request: Request) -> Service:
        return self.of(request)


settings = Provided(lambda parts: parts.settings)
identities = Provided(lambda parts: parts.accounts.identities)
throttle = Provided(lambda parts: parts.accounts.throttle)

AppSettings = Annotated[Settings, Depends(settings)]
AppReadiness = Annotated[Readiness, Depends(Provided(lambda parts: parts.readiness))]
Audit = Annotated[AuditLog, Depends(Provided(lambda parts: parts.accounts.audit))]
KeptAnswers = Annotated[IdempotencyRepository, Depends(Provided(lambda parts: parts.idempotency))]

# Accounts
Account = Annotated[AccountService, Depends(Provided(lambda parts: parts.accounts.account))]
Administration = Annotated[AdminService, Depends(Provided(lambda parts: parts.accounts.admin))]
ApiKeys = Annotated[ApiKeyService, Depends(Provided(lambda parts: parts.accounts.api_keys))]
Auth = Annotated[AuthService, Depends(Provided(lambda parts: parts.accounts.auth))]
Identities = Annotated[IdentityService, Depends(identities)]
Invitations = Annotated[InvitationService, Depends(Provided(lambda parts: parts.accounts.invitations))]
Keys = Annotated[KeyRing, Depends(Provided(lambda parts: parts.accounts.keys))]
Recovery = Annotated[RecoveryService, Depends(Provided(lambda parts: parts.accounts.recovery))]
Sessions = Annotated[SessionService, Depends(Provided(lambda parts: parts.accounts.sessions))]
SocialLogin = Annotated[OAuthService, Depends(Provided(lambda parts: parts.accounts.oauth))]
Throttling = Annotated[Throttle, Depends(throttle)]
Users = Annotated[UserRepository, Depends(Provided(lambda parts: parts.accounts.users))]

# Documents
Blobs = Annotated[BlobStore, Depends(Provided(lambda parts: parts.blobs))]
Demo = Annotated[DemoLoader, Depends(Provided(lambda parts: parts.demo))]
Export = Annotated[DocumentExport, Depends(Provided(lambda parts: parts.export))]
Extraction = Annotated[ExtractionPool, Depends(Provided(lambda parts: parts.extraction))]
Library = Annotated[LibraryService, Depends(Provided(lambda parts: parts.library))]
Search = Annotated[SearchService, Depends(Provided(lambda parts: parts.search))]

# Connections
Connections = Annotated[ConnectionService, Depends(Provided(lambda parts: parts.connectors.connections))]
Pushes = Annotated[PushService, Depends(Provided(lambda parts: parts.connectors.pushes))]
PushHandshakes = Annotated[Handshakes, Depends(Provided(lambda parts: parts.connectors.handshakes))]
Items = Annotated[ItemService, Depends(Provided(lambda parts: parts.connectors.items))]
DiagnosticsOf = Annotated[DiagnosticsService, Depends(Provided(lambda parts: parts.connectors.diagnostics))]
Matches = Annotated[Matching, Depends(Provided(lambda parts: parts.connectors.matching))]
Explanations = Annotated[Explaining, Depends(Provided(lambda parts: parts.connectors.explaining))]
Consents = Annotated[ConsentService, Depends(Provided(lambda parts: parts.connectors.consents))]

# Actions
Actions = Annotated[ActionService, Depends(Provided(lambda parts: parts.actions.service))]
ActionButtons = Annotated[SlackButtons, Depends(Provided(lambda parts: parts.actions.buttons))]
ActionReplies = Annotated[Replies, Depends(Provided(lambda parts: parts.actions.replies))]
ActionTemplates = Annotated[TemplateService, Depends(Provided(lambda parts: parts.actions.templates))]
ActionPolicies = Annotated[Policies, Depends(Provided(lambda parts: parts.actions.policies))]
ActionPlaces = Annotated[SlackPlaces, Depends(Provided(lambda parts: parts.actions.places))]
ByMail = Annotated[MailedDecisions, Depends(Provided(lambda parts: parts.actions.mailed))]
CalendarEvents = Annotated[CalendarEventsService, Depends(Provided(lambda parts: parts.actions.calendar_events))]
FreeTimes = Annotated[FreeTimesService, Depends(Provided(lambda parts: parts.actions.free_times))]

# Answers
Answering = Annotated[AnsweringService, Depends(Provided(lambda parts: parts.answering))]
Conversations = Annotated[ConversationService, Depends(Provided(lambda parts: parts.conversations))]
Review = Annotated[AnswerReview, Depends(Provided(lambda parts: parts.review))]
Pipeline = Annotated[AnswerPipeline, Depends(Provided(lambda parts: parts.pipeline))]
