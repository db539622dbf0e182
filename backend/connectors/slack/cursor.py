"""How far a workspace was read, and what may be chosen of it.

Slack has no feed of changes for those who ask. So each channel is read back to the day before its newest message that
is known (its window), and everything is walked through again every reconcile period.
"""

from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field

from backend.connectors.base import Options
from backend.connectors.slack import timestamps
from backend.connectors.source_events import Cursor

#: The window begins with the day that is so many days before that of the newest message.
WINDOW_DAYS = 1
_RECENT = 200


class SlackOptions(Options):
    public: bool = Field(True, title="Public channels", description="Messages of public channels")
    private: bool = Field(True, title="Private channels", description="Messages of private channels")
    direct: bool = Field(
        False, title="Direct messages", description="Messages between people; only with a person's own token"
    )
    channels: list[str] = Field(
        default_factory=list,
        max_length=1000,
        title="Only these channels",
        description="Leave empty for all that the app belongs to",
        json_schema_extra={"choices": True},
    )
    join: bool = Field(
        False, title="Join public channels", description="The app joins every public channel by itself, and reads it"
    )
    archived: bool = Field(True, title="Archived channels", description="Also what was archived")
    bots: bool = Field(False, title="Messages of apps", description="Also what apps and workflows write")
    files: bool = Field(True, title="Files", description="Also files that were shared")
    pictures: bool = Field(
        True, title="Pictures", description="Also pictures among the files, as far as text recognition reads them"
    )


class ChannelState(BaseModel):
    """One channel that was walked through.

    `newest`: the newest message that was seen, empty when there was none yet. `recent`: threads in its window, so that
    one that is missing there is known to be gone. `public`: what the access lists of its items were made for.
    """

    model_config = ConfigDict(extra="forbid")

    newest: str = ""
    recent: list[str] = Field(default_factory=list)
    public: bool

    @property
    def window(self) -> str:
        """Where the window begins; empty for a channel without messages."""
        if not self.newest:
            return ""
        return timestamps.start_of(timestamps.days_before(timestamps.day_of(self.newest), WINDOW_DAYS))

    def seen(self, newest: str, threads: set[str]) -> Self:
        """After its window was read, or all of it. What was seen once stays the newest, also when it is deleted."""
        moved = self.model_copy(update={"newest": timestamps.latest_of(self.newest, newest)})
        start = timestamps.order(moved.window)
        recent = sorted((ts for ts in threads if timestamps.order(ts) >= start), key=timestamps.order)
        return moved.model_copy(update={"recent": recent[-_RECENT:]})


class Walk(BaseModel):
    """A channel that is read from its newest message to its first, then its files.

    `public`: what the access lists of its items are made for. `only_access`: its items are here, and who may see them
    is all that changes. `below`: everything from there on was read. `newest` was
    found at the beginning of the walk, before anything that came during it. `file_page`: the next page of files, once
    the messages are read; `files` and `until` are the count and the newest of the first page. Files that vanish
    meanwhile (`files_moved`) move others to pages that were read already.
    """

    model_config = ConfigDict(extra="forbid")

    channel: str
    public: bool
    only_access: bool = False
    below: str = ""
    newest: str = ""
    recent: list[str] = Field(default_factory=list)
    file_page: int = 0
    files: int = 0
    files_moved: bool = False
    until: int = 0


class SlackCursor(Cursor):
    """`walks` are still to be made, the first of them may be under way.

    `listing`: whether they make up a listing, "due" before it begins; `spared` are channels that it could not look at.
    `round` counts listings, see `reading.turn_of`. `after`: the last channel whose window was read, while a sweep over
    all of them is under way: a limit of Slack does not send it back to its beginning. `files_since`: creation of the
    newest file seen, in seconds.
    """

    channels: dict[str, ChannelState] = Field(default_factory=dict)
    walks: list[Walk] = Field(default_factory=list)
    listing: Literal["no", "due", "open"] = "no"
    spared: list[str] = Field(default_factory=list)
    round: int = 0
    after: str = ""
    files_since: int = 0

    def spare(self, channel: str) -> None:
        """What is known of a channel is not gone by being absent from the listing that is under way."""
        if self.listing == "open" and channel not in self.spared:
            self.spared.append(channel)

    def relisted(self) -> Self | None:
        if self.listing != "no":
            return None
        changed = {"listing": "due", "walks": [], "spared": [], "round": self.round + 1}
        return self.model_copy(update=changed, deep=True)
