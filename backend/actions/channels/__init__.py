"""How an artefact leaves the house: one channel for each way."""
