"""A capability of tests: kinds of jobs that behave well and badly."""
