"""Sign-in at outside providers: OpenID Connect (Google, Microsoft, any other) and GitHub."""
