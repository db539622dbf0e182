"""Text recognition: pages and pictures to lines of text with their places."""
