"""Notion: pages, rows of databases, and what people say about them."""
