"""Capability: what facts there are, how good they are, where they came from, what was computed."""
