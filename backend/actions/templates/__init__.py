"""Templates of mails and messages: those that come along, and those that a workspace wrote."""
