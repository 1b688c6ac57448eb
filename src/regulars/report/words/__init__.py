"""Every sentence of the report, in both languages, as data."""
