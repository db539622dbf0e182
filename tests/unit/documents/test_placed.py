"""A document that lies elsewhere now is marked, so that the indexes are told."""

from dataclasses import replace

from backend.documents.intake import Intake
from tests.unit.documents.test_intake import ITEM, NOW, known


def test_another_place_marks_what_the_indexes_hold_and_nothing_else() -> None:
    there = known(ITEM)
    plan = Intake.placed({there.key: "Team/Plans"}, {there.key: there}, now=NOW)
    [(_, update)] = plan.changes
    assert update["$set"]["path"] == "Team/Plans"
    assert update["$set"]["dirty"]
    assert (plan.access_changed, plan.queued) == ([there.id], [])
    unread = Intake.placed({there.key: "Team/Plans"}, {there.key: replace(there, version=0)}, now=NOW)
    assert "dirty" not in unread.changes[0][1]["$set"]
