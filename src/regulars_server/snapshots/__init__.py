"""Capability: snapshots listed, read page by page, taken; one customer as the newest has them."""
