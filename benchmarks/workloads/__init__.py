"""The workloads, one file each: the problem, its cases and its targets.

Most are a `Race`: every peer does the same work in turn. One that measures something else (memory,
a whole process) has a `run(team, effort)` of its own. `WORKLOADS` in `__main__` lists them all.
"""
