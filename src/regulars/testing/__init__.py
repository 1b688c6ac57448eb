"""Generators with known truth, independent reference answers, and the comparison of the two.

Nothing here takes part in an analysis. The references are written from the definitions alone, in
plain vectorised pandas and numpy, and share no code with the steps that engines run, so that an
agreement of the two means something. pandas is needed here, and only here.
"""
