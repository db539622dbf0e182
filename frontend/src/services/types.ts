/** Short names for the shapes of the HTTP contract; all are generated from the server's schema. */
import type { components } from './schema';

type Schemas = components['schemas'];

/** The connection that holds a document. */
export type SourceConnection = Schemas['HitConnectionView'];
export type User = Schemas['UserView'];
export type SignIn = Schemas['SignInView'];
/** What a person sees of their own account. */
export type Account = Schemas['AccountView'];
export type AccountSession = Schemas['SessionView'];
export type LinkedAccount = Schemas['LinkedAccountView'];
export type ApiKey = Schemas['ApiKeyView'];
export type CreatedApiKey = Schemas['CreatedApiKey'];
export type NewApiKey = Schemas['NewApiKey'];
export type Scope = Schemas['Scope'];
export type Provider = Schemas['ProviderView'];
export type Registration = Schemas['RegistrationView'];
export type InvitationOffer = Schemas['InvitationOffer'];

/** What may leave, and whose word that needs. */
export type Policy = Schemas['Policy'];
export type PolicyRule = Schemas['PolicyRule'];
export type PolicySample = Schemas['PolicySample'];
export type StoredPolicy = Schemas['PolicyView'];
/** What a policy would say of a sample. */
export type Trial = Schemas['TrialView'];
export type Template = Schemas['Template'];
export type TemplateContent = Schemas['TemplateContent'];
/** Where a value goes in a template. */
export type TemplatePlace = Schemas['Place-Input'];
/** What is in a connected calendar, one appointment. */
export type Appointment = Schemas['AppointmentView'];
/** A channel, a person or a group of people in Slack. */
export type Place = Schemas['PlaceView'];

export type Kind = Schemas['Kind'];
export type DocumentStatus = Schemas['DocumentStatus'];
export type LibraryDocument = Schemas['DocumentView'];
/** What a reader may do with a document, beside reading it. */
export type DocumentRight = LibraryDocument['may'][number];
export type DocumentList = Schemas['DocumentPage'];
export type StoredItem = Schemas['StoredItem'];
export type DocumentText = Schemas['DocumentTextView'];
export type Section = Schemas['SectionView'];

export type SearchHit = Schemas['HitView'];

export type Conversation = Schemas['ConversationView'];
export type ConversationDetail = Schemas['ConversationWithMessages'];
export type Message = Schemas['MessageView'];
export type Feedback = Schemas['Feedback'];
export type FeedbackReason = NonNullable<Feedback['reasons']>[number];
/** Where a question is looked up whatever it was taken for. */
export type QuestionScope = Schemas['QuestionScope'];
export type ChatFilters = Schemas['ChatFilters'];
export type LookUp = NonNullable<Schemas['Regeneration']['look_up']>;
export type Citation = Schemas['Citation'];
export type Passage = Schemas['Passage'];
export type Disagreement = Schemas['Disagreement'];
/** The stream's events: one closed union on `type`. An unknown one is ignored, each known one is handled. */
export type ChatEvent = Schemas['ChatEvent'];
/** What becomes of one's conversations, told to every tab and device. */
export type ConversationEvent = Schemas['ConversationStreamEvent'];
/** What becomes of a connection. */
export type ConnectionEvent = Schemas['ConnectionStreamEvent'];

export type Role = Schemas['Role'];
export type Person = Schemas['ManagedUser'];
export type PersonChange = Schemas['ManagedUserChange'];
export type Invitation = Schemas['InvitationView'];
export type AuditEntry = Schemas['AuditEntryView'];
export type AuditOutcome = AuditEntry['outcome'];
export type SigningKey = Schemas['SigningKeyView'];

/** A service that can be connected. */
export type Connector = Schemas['ConnectorView'];
export type CredentialKind = Schemas['CredentialKind'];
/** Whose a connection is: a person's own, or the workspace's. */
export type ConnectionMode = Schemas['Mode'];
export type Connection = Schemas['ConnectionView'];
export type ConnectionStatus = Schemas['ConnectionStatus'];
export type NewConnection = Schemas['NewConnection'];
export type ConnectionChange = Schemas['ConnectionChange'];
export type GivenCredentials = Schemas['GivenCredentials'];
/** What was found out of one thing that a connection needs. */
export type Finding = Schemas['Finding'];
export type SyncRun = Schemas['RunView'];
export type RunStatus = Schemas['RunStatus'];
/** A row of a connection's ledger. */
export type SourceItem = Schemas['ItemView'];
export type ItemStatus = Schemas['ItemStatus'];
/** Somebody whom a source names, and who they are here. */
export type SourcePerson = Schemas['SourcePersonView'];
/** Whether somebody sees an item, and why or why not. */
export type PersonSees = Schemas['PersonSees'];
/** One thing that a person's rights and an access list have in common. */
export type Reason = Schemas['GrantView'];
/** How long something took. */
export type Span = Schemas['SpanView'];
export type AccessReport = Schemas['AccessReport'];
/** What an account is connected for: to be read, or to act with. */
export type Purpose = Schemas['Purpose'];

/** A mail, event or message, from its proposal to its receipt. */
export type Action = Schemas['ActionView'];
export type ActionKind = Schemas['ActionKind'];
export type ActionStatus = Schemas['ActionStatus'];
export type ActionPage = Schemas['ActionPage'];
/** One transition of an action. */
export type DecideRequest = Pick<Schemas['DecideRequest'], 'token'> & Partial<Schemas['DecideRequest']>;
export type MailedDecision = Schemas['DecideView'];
export type Suggestion = Schemas['Suggestion'];
export type Evidence = Schemas['EvidenceView'];
export type ActionStep = Schemas['StepView'];
/** What whoever approves should know. */
export type Caution = Schemas['Caution'];
export type NewAction = Schemas['NewAction'];
/** What is decided about many at once. */
export type ManyDecisions = Schemas['ManyDecisions'];
export type ItemDecided = Schemas['ItemDecided'];
export type ActionEdit = Schemas['ActionEdit'];
/** An account from which an action can leave. */
export type Way = Schemas['WayView'];
export type Reply = Schemas['ReplyView'];
/** What becomes of one's actions. */
export type ActionEvent = Schemas['ActionStreamEvent'];

export const ACTION_KINDS = ['email', 'calendar', 'slack'] as const satisfies readonly ActionKind[];

export const ITEM_STATUSES = [
  'processing',
  'indexed',
  'skipped',
  'failed',
  'hidden',
  'deleted',
] as const satisfies readonly ItemStatus[];

export const STATUSES = [
  'queued',
  'processing',
  'indexed',
  'failed',
] as const satisfies readonly DocumentStatus[];

export const KINDS = [
  'pdf',
  'docx',
  'pptx',
  'xlsx',
  'html',
  'markdown',
  'text',
  'csv',
  'json',
  'email',
  'mailbox',
  'calendar',
  'notebook',
  'code',
  'data',
  'log',
  'archive',
  'image',
  'message',
  'page',
  'ticket',
] as const satisfies readonly Kind[];
