"""Bytes become text with sections and metadata, in a child process; text becomes chunks with exact offsets."""
