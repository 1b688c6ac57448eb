"""What the jobs of this capability do. Read in the child only: these load the library."""
