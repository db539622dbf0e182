"""What Drive sends to a channel: https://developers.google.com/workspace/drive/api/guides/push (2026-11)."""

from backend.connectors.manifest import Incoming, Pushed


async def read_push(push: Incoming) -> Pushed:
    """Everything is in the headers. The first message of a channel comes before Drive has answered that there is one,
    and says nothing. Numbers grow, channel by channel.
    """
    given = push.headers
    if given.get("x-goog-resource-state") == "sync":
        return Pushed()
    name, number = given.get("x-goog-channel-id", ""), given.get("x-goog-message-number", "")
    return Pushed(
        watch=name,
        token=given.get("x-goog-channel-token", ""),
        delivery=f"{name}:{number}" if number.isdecimal() else None,
    )
