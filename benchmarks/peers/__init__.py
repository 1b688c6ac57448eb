"""The libraries that Regulars is measured against: their environments and their programs.

Each runs in an environment of its own (`benchmarks.peers.environments`), for they want other
versions than ours, and of each other. The programs in ``programs/`` stand alone.
"""
