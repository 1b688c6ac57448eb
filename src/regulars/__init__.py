"""Regulars (回头客): who your customers are, what moved, and what your marketing earned."""

__version__ = "0.1.0"
