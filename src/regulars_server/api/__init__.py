"""`/api/v1`: the routers of the capabilities, one way to sign in, one form of errors."""
