"""Sign-in with Microsoft: the issuer depends on the tenant, and addresses are vouched for in a way of its own."""

from typing import Any

from backend.auth.oauth.oidc import OidcProvider
from backend.settings import MicrosoftSettings

#: Accounts at outlook.com and the like: Microsoft itself has proven their addresses.
_CONSUMERS = "9188040d-6c67-4c5b-b112-36a304b66dad"


class MicrosoftProvider(OidcProvider):
    def __init__(self, settings: MicrosoftSettings) -> None:
        super().__init__("microsoft", "Microsoft", settings)

    def email_verified(self, claims: dict[str, Any]) -> bool:
        """Microsoft leaves email_verified out, and work accounts may carry any address unless xms_edov vouches."""
        return (
            super().email_verified(claims)
            or claims.get("tid") == _CONSUMERS
            or claims.get("xms_edov") in (True, 1, "1", "true")
        )

    def issuer(self, announced: str, claims: dict[str, Any]) -> str:
        """The discovery document of all tenants announces ``{tenantid}``; each token names its tenant."""
        return announced.replace("{tenantid}", str(claims.get("tid")))
