"""What is special about each kind of action: its payload, its artefact, what to warn of."""
