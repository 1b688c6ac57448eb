"""Capability: the overview, which is the home page: the customer base on one screen."""
