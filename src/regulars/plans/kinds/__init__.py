"""One module a kind of plan: how it is read, and what it comes to."""
