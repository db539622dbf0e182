"""What every connector says of itself."""

import pytest

from backend.connectors.manifest import Manifest
from backend.connectors.registry import CONNECTORS


@pytest.mark.parametrize("manifest", CONNECTORS, ids=lambda manifest: manifest.slug)
def test_every_connector_says_what_it_reads_and_copies(manifest: Manifest) -> None:
    assert manifest.description.endswith(".")
    assert manifest.copies
    assert manifest.rights


def test_only_ids_with_a_path_in_them_are_kept_from_who_may_not_open_the_item() -> None:
    github = CONNECTORS.get("github")
    assert not github.opaque_id("file:12:plans/merger.md")
    assert github.opaque_id("issue:12:3")
