"""Settings: declared with a type, read from the environment at once, loud when wrong."""
