"""The GraphQL that is asked, in one place. Fields as of the public schema (docs.github.com/public, 2026-11)."""

import re
from collections.abc import Sequence
from itertools import groupby

from backend.connectors.github.models import BlobKey, ThreadKey

_OID = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")
_NODE = re.compile(r"[\w=+/-]{1,200}")
_NEWEST = "orderBy: {field: UPDATED_AT, direction: DESC}"
_WHEN = "nodes { updatedAt }"
#: `organizationVerifiedDomainEmails` are addresses that GitHub has proven to belong to the person.
_PEOPLE = """
pageInfo { hasNextPage endCursor }
nodes { email organizationVerifiedDomainEmails(login: $owner) @include(if: $verified) }
"""

PULSES = f"""
query($ids: [ID!]!, $owner: String!, $verified: Boolean!, $people: Boolean!, $defaultBranchRef: Boolean!,
  $issues: Boolean!, $pullRequests: Boolean!, $discussions: Boolean!) {{
  nodes(ids: $ids) {{
    ... on Repository {{
      id
      defaultBranchRef @include(if: $defaultBranchRef) {{ name target {{ ... on Commit {{ tree {{ oid }} }} }} }}
      issues(first: 1, {_NEWEST}) @include(if: $issues) {{ {_WHEN} }}
      pullRequests(first: 1, {_NEWEST}) @include(if: $pullRequests) {{ {_WHEN} }}
      discussions(first: 1, {_NEWEST}) @include(if: $discussions) {{ {_WHEN} }}
      collaborators(first: 100) @include(if: $people) {{ {_PEOPLE} }}
    }}
  }}
}}
"""

COLLABORATORS = f"""
query($id: ID!, $after: String, $owner: String!, $verified: Boolean!) {{
  node(id: $id) {{ ... on Repository {{ collaborators(first: 100, after: $after) {{ {_PEOPLE} }} }} }}
}}
"""

ADDRESSES = """
query($ids: [ID!]!, $owner: String!, $verified: Boolean!) {
  nodes(ids: $ids) { ... on User { email organizationVerifiedDomainEmails(login: $owner) @include(if: $verified) } }
}
"""

DISCUSSIONS = """
query($id: ID!, $after: String, $order: DiscussionOrder!) {
  node(id: $id) {
    ... on Repository {
      discussions(first: 100, after: $after, orderBy: $order) {
        pageInfo { hasNextPage endCursor }
        nodes { number updatedAt comments(first: 1) { totalCount } }
      }
    }
  }
}
"""

_SAID = "author { login } body createdAt isMinimized minimizedReason"
_LABELS = "labels(first: 30) { nodes { name } }"
_HEAD = f"""
number title body url createdAt updatedAt author {{ login }} {_LABELS}
assignees(first: 20) {{ nodes {{ login }} }}
milestone {{ title }}
"""
_COMMENTS = f"totalCount pageInfo {{ hasNextPage endCursor }} nodes {{ {_SAID} }}"
_REVIEWS = "pageInfo { hasNextPage endCursor } nodes { author { login } state body submittedAt }"
_THREADS = f"""
pageInfo {{ hasNextPage endCursor }}
nodes {{ path line comments(first: 50) {{ totalCount nodes {{ {_SAID} state }} }} }}
"""
_ANSWERS = f"""
totalCount pageInfo {{ hasNextPage endCursor }}
nodes {{ {_SAID} isAnswer replies(first: 50) {{ totalCount nodes {{ {_SAID} }} }} }}
"""
#: Pending reviews are their author's alone, until they are handed in.
_HANDED_IN = "states: [APPROVED, CHANGES_REQUESTED, COMMENTED, DISMISSED]"

_FRAGMENTS = f"""
fragment IssueParts on Issue {{ {_HEAD} issueState: state comments(first: 100) {{ {_COMMENTS} }} }}
fragment PullParts on PullRequest {{
  {_HEAD} pullState: state baseRefName headRefName
  comments(first: 100) {{ {_COMMENTS} }}
  reviews(first: 50, {_HANDED_IN}) {{ {_REVIEWS} }}
  reviewThreads(first: 30) {{ {_THREADS} }}
}}
"""
_DISCUSSION_FRAGMENT = f"""
fragment DiscussionParts on Discussion {{
  number title body url createdAt updatedAt author {{ login }} {_LABELS}
  category {{ name }}
  answers: comments(first: 50) {{ {_ANSWERS} }}
}}
"""

#: Connections of which an item may hold more than its first page: their fields, and the types that have them.
MORE = {
    "comments": (f"comments(first: 100, after: $after) {{ {_COMMENTS} }}", ("Issue", "PullRequest")),
    "reviews": (f"reviews(first: 50, after: $after, {_HANDED_IN}) {{ {_REVIEWS} }}", ("PullRequest",)),
    "reviewThreads": (f"reviewThreads(first: 30, after: $after) {{ {_THREADS} }}", ("PullRequest",)),
    "answers": (f"answers: comments(first: 50, after: $after) {{ {_ANSWERS} }}", ("Discussion",)),
}


def more_of(connection: str) -> str:
    """Asks for the next page of one connection of one item, by `$id`, `$number` and `$after`."""
    fields, types = MORE[connection]
    parts = " ".join(f"... on {type_} {{ {fields} }}" for type_ in types if type_ != "Discussion")
    item = f"discussion(number: $number) {{ {fields} }}" if "Discussion" in types else ""
    item = item or f"issueOrPullRequest(number: $number) {{ {parts} }}"
    return f"""
query($id: ID!, $number: Int!, $after: String) {{ node(id: $id) {{ ... on Repository {{ item: {item} }} }} }}
"""


def blobs(keys: Sequence[BlobKey]) -> str:
    """Asks for texts of files; `alias` tells where each answer is."""
    fields = "... on Blob { byteSize isBinary isTruncated text }"
    asked = [(node, f"{alias(number)}: object(oid: {_oid(sha)}) {{ {fields} }}") for number, (node, sha) in _all(keys)]
    return f"query {{ {_by_repository(asked)} }}"


def threads(keys: Sequence[ThreadKey]) -> str:
    """Asks for issues, pull requests and discussions with what was said."""
    kinds = {kind for _, kind, _ in keys}
    asked = []
    for at, (node, kind, number) in _all(keys):
        if kind == "issue":
            fields = f"issueOrPullRequest(number: {number}) {{ __typename ...IssueParts ...PullParts }}"
        else:
            fields = f"discussion(number: {number}) {{ __typename ...DiscussionParts }}"
        asked.append((node, f"{alias(at)}: {fields}"))
    parts = (_FRAGMENTS if "issue" in kinds else "") + (_DISCUSSION_FRAGMENT if "discussion" in kinds else "")
    return f"query {{ {_by_repository(asked)} }} {parts}"


def alias(number: int) -> str:
    """The name of an answer; those of a repository stand in ``r<number of its first>``."""
    return f"i{number}"


def _all[K](keys: Sequence[K]) -> list[tuple[int, K]]:
    return list(enumerate(keys))


def _oid(sha: str) -> str:
    if not _OID.fullmatch(sha):
        raise ValueError(f"not an object id: {sha!r}")
    return f'"{sha}"'


def _by_repository(asked: Sequence[tuple[str, str]]) -> str:
    parts = []
    for number, (node, group) in enumerate(groupby(asked, key=lambda one: one[0])):
        fields = " ".join(field for _, field in group)
        parts.append(f"r{number}: node(id: {_quoted(node)}) {{ ... on Repository {{ {fields} }} }}")
    return " ".join(parts)


def _quoted(node: str) -> str:
    if not _NODE.fullmatch(node):
        raise ValueError(f"not a node id: {node!r}")
    return f'"{node}"'
