"""Pages of value, tables and strategies."""
