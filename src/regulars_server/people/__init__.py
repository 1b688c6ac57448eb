"""Capability: people found, their consents, what is held on them, and their erasure."""
