"""OAuth 2 apart from what it is for: sign-in here, connections and actions to come."""
