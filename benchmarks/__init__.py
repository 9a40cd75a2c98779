"""Benchmarks: the same work done by this library and by its peers, measured side by side.

`python -m benchmarks` runs everything; README.md says how it is measured and how to add to it.
"""
