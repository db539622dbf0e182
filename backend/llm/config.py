"""From settings to a chat model: address, model name, and what kind of server is behind the address."""

from dataclasses import dataclass
from urllib.parse import parse_qsl, urlsplit, urlunsplit

from backend.settings import LlmSettings

OPENAI_BASE_URL = "https://api.openai.com/v1"
DEFAULT_OPENAI_MODEL = "gpt-5-mini"


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where the API is. `query` holds parameters of the address itself (Azure's ``api-version``)."""

    base_url: str
    host: str
    query: dict[str, str]
    hosted: bool
    azure: bool

    @classmethod
    def of(cls, base_url: str) -> "Endpoint":
        """Reads an address as people write it: with or without a trailing slash, scheme, or a query."""
        address = base_url.strip() or OPENAI_BASE_URL
        if "://" not in address:
            address = f"http://{address}"
        parts = urlsplit(address)
        host = parts.hostname or ""
        azure = host.endswith((".azure.com", ".azure-api.net", ".azure.us", ".azure.cn"))
        return cls(
            base_url=urlunsplit((parts.scheme, parts.netloc, parts.path.rstrip("/"), "", "")),
            host=parts.netloc.rpartition("@")[2],
            query=dict(parse_qsl(parts.query)),
            hosted=azure or host.endswith("openai.com"),
            azure=azure,
        )


def configured_model(settings: LlmSettings) -> str:
    """The model's name from the settings; empty when the server is to be asked which model it serves."""
    if settings.model:
        return settings.model
    return "" if settings.base_url else DEFAULT_OPENAI_MODEL
