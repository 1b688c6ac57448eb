"""Starting: `regulars serve`, and the programs that it runs."""
