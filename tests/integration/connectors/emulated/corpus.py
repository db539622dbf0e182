"""A corpus for backlot: items of five sources, each shared in another way, each with a word that stands in it alone.

Backlot hides by document where the provider hides by a place: a channel of Slack and a repository of GitHub are
therefore shared as a whole here, by a group of their own.
"""

import itertools
from collections.abc import Iterator
from typing import Any

ADA, BEN, CLEO = PEOPLE = ("ada@example.com", "ben@example.com", "cleo@example.com")
type Record = dict[str, Any]

#: 2026-09-21, and a day.
_MOMENT, _DAY = 1_790_000_000, 86_400
#: Who may open something, by a name for a channel or a repository.
PLACES = {"hers": (ADA,), "his": (BEN,), "both": (ADA, BEN), "others": (BEN, CLEO), "crew": PEOPLE}
_WORDS = (f"{first}{second}" for second in ("quartz", "lantern", "ferry", "vault", "ledger", "herring") for first in (
    "amber", "cobalt", "indigo", "saffron", "tamarind", "zanzibar", "obsidian", "juniper", "magnolia", "pewter",
))  # fmt: skip


class Corpus:
    """`records` for `backlot`; `sentences` by the word that stands in each of them alone."""

    def __init__(self) -> None:
        self.records: list[Record] = []
        self.sentences: dict[str, str] = {}
        self._sources: dict[str, str] = {}
        self._word: Iterator[str] = iter(_WORDS)
        self._moments = itertools.count(_MOMENT, _DAY)
        for build in (self._slack, self._gmail, self._google_drive, self._github, self._notion):
            build()

    def of(self, source: str) -> set[str]:
        """The words of one source's items."""
        return {word for word, one in self._sources.items() if one == source}

    def without(self, person: str, place: str) -> list[Record]:
        """The records after somebody left a place: what they wrote there is gone, and nothing there is theirs to open.

        In Drive, where there are no places, they are no longer among the readers of anything that is not their own.
        """
        left: list[Record] = []
        for record in self.records:
            if record["author_email"] == person and record.get("group") == place:
                continue
            readers = record.get("readers", [])
            if place in (record.get("teamspace"), record.get("channel")) or record["source_type"] == "google_drive":
                readers = [one for one in readers if one != f"user:{person}" or record["author_email"] == person]
            groups = record.get("author_groups", [])
            if record["author_email"] == person:
                groups = [one for one in groups if one != place]
            changed = {"readers": readers} if "readers" in record else {}
            changed |= {"author_groups": groups} if "author_groups" in record else {}
            left.append({**record, **changed})
        return left

    def _slack(self) -> None:
        self._add("slack", "general", channel="general", author_email=ADA, visibility="public")
        for place, members in PLACES.items():
            for author in members:
                self._groups_of(
                    self._add("slack", place, channel=place, author_email=author, visibility="group", group=place)
                )
        told = self.records[-1]
        reply = {"content": self._said("slack", "reply"), "author_email": ADA, "created": told["created"] + 60}
        told["replies"] = [reply]
        bot = self._add("slack", "robot", channel="general", author_email=BEN, visibility="public")
        bot["edited"] = {"user": BEN, "ts": f"{bot['created'] + 5}.000000"}

    def _gmail(self) -> None:
        for owner in PEOPLE:
            for author in (one for one in PEOPLE if one != owner):
                self._add(
                    "gmail",
                    author,
                    title=f"News for {owner.partition('@')[0]}",
                    mailbox=owner.partition("@")[0],
                    author_email=author,
                    readers=[f"user:{owner}"],
                    to=owner,
                    group=None,
                )
        mail = self.records[-1]
        answer = {
            "content": self._said("gmail", "answer"),
            "author_email": CLEO,
            "to": BEN,
            "created": mail["created"] + 60,
        }
        bare = {"content": "", "html": f"<p>{self._said('gmail', 'page')}</p>", "author_email": BEN}
        mail["messages"] = [answer, {**bare, "to": CLEO, "title": "", "created": mail["created"] + 120}]
        file = self._said("gmail", "attachment")
        mail["attachments"] = [{"filename": "keys.txt", "mime": "text/plain", "size": len(file), "content": file}]

    def _google_drive(self) -> None:
        shares: tuple[dict[str, Any], ...] = (
            {"readers": [f"user:{ADA}"]},
            {"readers": [f"user:{ADA}", f"user:{BEN}"]},
            {"readers": [f"user:{ADA}", f"user:{BEN}", f"user:{CLEO}"]},
            {"readers": ["group:crew"]},
            {"visibility": "public"},
        )
        for number, share in enumerate(shares):
            self._add(
                "google_drive",
                "a file",
                title=f"Paper {number}",
                folder="papers",
                author_email=ADA,
                subtype="document" if number % 2 else "txt",
                mime_type="application/vnd.google-apps.document" if number % 2 else "text/plain",
                **share,
            )
        for owner, reader in ((BEN, CLEO), (CLEO, ADA)):
            self._add(
                "google_drive",
                "a file",
                title=f"Paper of {owner}",
                folder="drafts",
                author_email=owner,
                subtype="document",
                readers=[f"user:{owner}", f"user:{reader}"],
            )

    def _github(self) -> None:
        for place, members in PLACES.items():
            for kind in ("issue", "pull_request", "file"):
                special = {"path": f"notes/{place}.md"} if kind == "file" else {"state": "open"}
                self._groups_of(
                    self._add(
                        "github",
                        place,
                        repo=f"{place}-notes",
                        subtype=kind,
                        author_email=members[0],
                        visibility="group",
                        group=place,
                        title=f"About {place}",
                        **special,
                    )
                )
        issue = self.records[-3]
        issue["comments"] = [
            {"content": "I have seen it too.", "author_email": BEN, "created_ts": issue["created"] + 60}
        ]

    def _notion(self) -> None:
        for place, members in PLACES.items():
            self._add(
                "notion",
                place,
                title=f"Page of {place}",
                teamspace=place,
                author_email=members[0],
                readers=[f"user:{one}" for one in members],
            )
        page = self._add("notion", "all", title="Page of all", teamspace="open", author_email=ADA, visibility="public")
        page["content"] = (
            f"# A heading\n\n{page['content']}\n\n- {self._said('notion', 'point')}\n1. {self._said('notion', 'step')}"
        )
        comment = {"content": self._said("notion", "comment"), "author_email": BEN, "created_ts": page["created"] + 60}
        page["comments"] = [comment]
        below = {"teamspace": "open", "author_email": ADA, "visibility": "public"}
        self._add("notion", "subpage", title="Page below", parent=page["doc_id"], **below)
        stands = {"Status": "select", "Note": "rich_text"}
        table = self._add("notion", "table", title="A table", subtype="database", properties=stands, **below)
        values = {"Status": "Done", "Note": self._said("notion", "cell")}
        self._add("notion", "row", title="A row", parent=table["doc_id"], properties=values, **below)

    def _groups_of(self, record: Record) -> None:
        """Backlot learns who is in a group from what its members wrote; who only reads is named beside."""
        groups = [place for place, members in PLACES.items() if record["author_email"] in members]
        record["author_groups"] = groups

    def _said(self, source: str, about: str) -> str:
        """A sentence that stands in no other item."""
        word = next(self._word)
        self.sentences[word] = f"The key of {about} rests under {word}."
        self._sources[word] = source
        return self.sentences[word]

    def _add(self, source: str, about: str, **given: Any) -> Record:
        sentence, moment = self._said(source, about), next(self._moments)
        times = {"created": moment} if source in ("slack", "gmail") else {"created": moment, "updated": moment + 60}
        record = {
            "source_type": source,
            "doc_id": f"doc_{len(self.records)}",
            "content": sentence,
            **times,
            **given,
        }
        self.records.append(record)
        return record
