"""Capability: what customers are worth, lifetime-value tables, strategies per segment."""
