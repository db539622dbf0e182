"""What every connector says of itself."""

from dataclasses import replace

import pytest
from pydantic import SecretStr

from backend.connectors.manifest import Manifest
from backend.connectors.registry import CONNECTORS, Registry
from backend.errors import InvalidConfig


@pytest.mark.parametrize("manifest", list(CONNECTORS), ids=lambda manifest: manifest.slug)
def test_every_connector_says_what_it_reads_and_copies(manifest: Manifest) -> None:
    assert manifest.description.endswith(".")
    assert manifest.copies
    assert manifest.rights


def test_only_ids_with_a_path_in_them_are_kept_from_who_may_not_open_the_item() -> None:
    github = CONNECTORS.get("github")
    assert not github.opaque_id("file:12:plans/merger.md")
    assert github.opaque_id("issue:12:3")


def test_what_acts_has_settings_of_its_own_beside_what_is_read() -> None:
    reads = CONNECTORS.get("gmail")
    acts = replace(reads, slug="gmail_actions", service="gmail", purpose="actions", registered_as="google")
    registry = Registry([reads, acts])
    found = registry.read_settings({"gmail_client_id": SecretStr("reads")}, {"google_client_id": SecretStr("acts")})
    assert (found["gmail"].client_id, found["gmail_actions"].client_id) == ("reads", "acts")
    assert acts.variable("client_id") == "BIBLIOS_ACTIONS_GOOGLE_CLIENT_ID"
    assert (registry.offered("gmail", "sync"), registry.offered("gmail", "actions")) == (reads, acts)
    with pytest.raises(InvalidConfig, match="BIBLIOS_ACTIONS_UNDO_SECOND "):
        registry.read_settings({}, {"undo_second": SecretStr("3")})
