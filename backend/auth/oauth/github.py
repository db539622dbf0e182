"""Sign-in with GitHub, which speaks OAuth 2.0 without OpenID Connect: who it is comes from its API."""

from backend.auth.oauth.base import Profile, identity_invalid
from backend.auth.oauth.client import ProviderClient
from backend.oauth.client import Challenge
from backend.settings import GitHubSettings


class GitHubProvider:
    """The address is the primary one, and counts as proven only when GitHub has verified it."""

    name = "github"
    label = "GitHub"

    def __init__(self, settings: GitHubSettings) -> None:
        self._url = settings.url.rstrip("/")
        self._api_url = settings.api_url.rstrip("/")
        self._client = ProviderClient(settings, label=self.label, scope="read:user user:email")

    async def authorization_url(self, challenge: Challenge) -> str:
        return self._client.authorization_url(f"{self._url}/login/oauth/authorize", challenge)

    async def profile(self, code: str, challenge: Challenge) -> Profile:
        token = await self._client.exchange(f"{self._url}/login/oauth/access_token", code, challenge)
        bearer = token.access_token
        person = await self._client.get_json(f"{self._api_url}/user", bearer=bearer)
        mails = await self._client.get_json(f"{self._api_url}/user/emails?per_page=100", bearer=bearer)
        try:
            primary = next((mail for mail in mails if mail["primary"]), None)
            return Profile(
                issuer=self._url,
                subject=str(int(person["id"])),
                email=str(primary["email"]) if primary else None,
                email_verified=bool(primary and primary["verified"] is True),
                name=str(person.get("name") or person["login"]),
            )
        except (KeyError, TypeError, ValueError) as error:
            raise identity_invalid(self.label) from error
