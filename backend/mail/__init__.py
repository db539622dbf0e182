"""Mail that the product itself sends: verification, password reset, invitations."""
