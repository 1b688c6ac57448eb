"""Sentences and names of plans in two languages."""
