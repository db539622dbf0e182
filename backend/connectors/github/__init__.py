"""GitHub: files, issues, pull requests and discussions of chosen repositories."""
