"""Runs that keep the library equal to the connected services."""
