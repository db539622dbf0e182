"""Slack: what is written and shared in the channels of a workspace, for those who may read it there."""
