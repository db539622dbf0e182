"""Accounts that are connected to act with: how each is allowed, and whose it is. What they do is `backend.actions`."""
