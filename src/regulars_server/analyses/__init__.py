"""Capability: the questions of the library by name, answered beside the web, and kept a while."""
