"""Gmail: conversations of one person's mailbox, or of several mailboxes of a Workspace domain."""
