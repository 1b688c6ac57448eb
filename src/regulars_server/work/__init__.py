"""The one job table, and the worker that does what stands in it."""
