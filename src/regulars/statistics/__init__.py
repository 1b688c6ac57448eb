"""Intervals, tests of tables, multiplicity, resampling: arrays in, arrays out. Pure."""
