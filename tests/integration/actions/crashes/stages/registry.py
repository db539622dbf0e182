"""Every service that actions leave by, by name."""

from collections.abc import Mapping

from tests.integration.actions.crashes.stages.base import OpenStage
from tests.integration.actions.crashes.stages.gmail import gmail_stage
from tests.integration.actions.crashes.stages.google_calendar import google_calendar_stage
from tests.integration.actions.crashes.stages.slack import slack_stage
from tests.integration.actions.crashes.stages.smtp import smtp_stage

STAGES: Mapping[str, OpenStage] = {
    "smtp": smtp_stage,
    "gmail": gmail_stage,
    "google_calendar": google_calendar_stage,
    "slack": slack_stage,
}
