"""Google Drive: My Drive, what others share, and shared drives."""
