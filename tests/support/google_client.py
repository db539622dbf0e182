"""What Google's own client sends its calls with, in tests."""

from typing import Any

import httplib2


class WithToken(httplib2.Http):  # type: ignore[misc]
    """Sends one token, and asks for no other when it is refused.

    Each call has a connection of its own: one that is kept may be closed by the server as it is used again.
    """

    def __init__(self, token: str) -> None:
        super().__init__()
        self._token = token

    def request(self, uri: str, method: str = "GET", **given: Any) -> Any:
        headers = {**(given.pop("headers", None) or {}), "Authorization": f"Bearer {self._token}"}
        try:
            return super().request(uri, method=method, headers=headers, **given)
        finally:
            self.close()
