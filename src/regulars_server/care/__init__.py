"""Capability: cases of customers, from their opening to the reason of their end."""
