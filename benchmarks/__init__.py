"""Speed and memory, as ratios within one run: ``python -m benchmarks``.

Each figure compares programs that answer the same question over the same files, in fresh
processes, in turn (A B A B), by medians. Absolute seconds belong to the machine; ratios travel.
"""
