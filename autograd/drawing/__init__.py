"""Pictures of graphs: `draw` makes one to look at and to step through, `explain` tells the same in words.

A graph is traced (`trace.py`), made into a plain model of a picture (`build.py`), folded where it is big (`fold.py`),
written as DOT (`dot.py`), laid out by Graphviz (`layout.py`), and dressed (`style.py`, `page.py`).
"""

from autograd.drawing.draw import draw
from autograd.drawing.drawing import Drawing
from autograd.drawing.explain import Explanation, explain

__all__ = ["Drawing", "Explanation", "draw", "explain"]
