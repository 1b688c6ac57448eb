"""Pages of sign-in and users."""
