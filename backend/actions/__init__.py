"""Actions: mail, events and messages that a person approved, word for word, before they leave."""
