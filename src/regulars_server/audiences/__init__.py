"""Audiences: customers of a snapshot that a condition selects, saved, compared, exported."""
