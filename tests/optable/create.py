"""Functions that make constants."""

import numpy as np

import autograd as ag

# fmt: off
CREATORS = [  # ours | NumPy's | arguments | keywords
    (ag.zeros,      np.zeros,      ((2, 3),),        {}),
    (ag.zeros,      np.zeros,      ((),),            {"dtype": np.float32}),
    (ag.ones,       np.ones,       (3,),             {"dtype": np.int64}),
    (ag.full,       np.full,       ((2, 2), 7.0),    {}),
    (ag.full,       np.full,       ((), 7),          {"dtype": np.float32}),
    (ag.eye,        np.eye,        (3,),             {}),
    (ag.eye,        np.eye,        (2, 3),           {"k": 1}),
    (ag.arange,     np.arange,     (5,),             {}),
    (ag.arange,     np.arange,     (1.0, 2.0, 0.25), {}),
    (ag.linspace,   np.linspace,   (0.0, 1.0, 5),    {}),
    (ag.zeros_like, np.zeros_like, (np.ones((2, 3), np.float32),),   {}),
    (ag.ones_like,  np.ones_like,  (np.zeros(3, np.float32),),       {}),
    (ag.full_like,  np.full_like,  (np.zeros(3, np.float32), 2.5),   {}),
    (ag.ones_like,  np.ones_like,  (np.float32(0),),                 {}),
]
# fmt: on
