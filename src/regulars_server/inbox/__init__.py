"""Capability: what happens just now comes in as events, and lands as facts."""
