"""Read handwritten digits: softmax and cross-entropy, trained by gradient descent in small batches.

The pictures come with scikit-learn, so nothing is downloaded: 1,797 digits of 8×8 pixels, a fifth of them held out.
With --data mnist it is the well-known 70,000 of 28×28 pixels instead, fetched once and checked.

    1. the data        3. training
    2. the network     4. what it has learned, in words and in a picture

    python examples/digits.py [--data digits|mnist|fashion] [--epochs N] [--out DIR] [--no-plot]
"""

from __future__ import annotations

import tracemalloc
from pathlib import Path
from typing import Any

import numpy as np

import nn
from autograd import no_grad
from program import begin, options, show

# -- 1. The data -----------------------------------------------------------------------------------


def load(name: str) -> tuple[Any, Any]:
    """Pictures, their pixels in [0, 1], and which digit each shows; to train on, and held out."""
    if name == "digits":
        return nn.data.digits()
    family = {"mnist": nn.data.MNIST, "fashion": nn.data.FashionMNIST}[name]
    return family(train=True, download=True), family(train=False, download=True)


# -- 2. The network --------------------------------------------------------------------------------


def network(pixels: int) -> nn.Module:
    """One score for each of ten digits. No softmax at the end: the loss takes it, in a way that cannot overflow.

    With so few pictures a network soon knows them by heart: while it is trained, dropout hides a part of what each
    layer says from the next.
    """
    return nn.Sequential(
        nn.Flatten(),
        nn.Linear(pixels, 256), nn.ReLU(), nn.Dropout(0.3),
        nn.Linear(256, 128), nn.ReLU(), nn.Dropout(0.3),
        nn.Linear(128, 10),
    )  # fmt: skip


# -- 3. Training -----------------------------------------------------------------------------------


def train(model: nn.Module, train_set: Any, held_out: Any, epochs: int) -> nn.History:
    optimizer = nn.optim.SGD(model.parameters(), lr=0.05, momentum=0.9)
    return nn.fit(
        model,
        nn.CrossEntropyLoss(label_smoothing=0.1),  # nobody is to be all too sure
        nn.data.DataLoader(train_set, batch_size=32, shuffle=True),
        optimizer,
        epochs=epochs,
        validation=nn.data.DataLoader(held_out, batch_size=256),
        metrics=[nn.metrics.Accuracy()],
        callbacks=[nn.optim.CosineAnnealingLR(optimizer, epochs)],  # from strides to small steps
    )


# -- 4. What it has learned ------------------------------------------------------------------------


def predicted(model: nn.Module, x: np.ndarray) -> np.ndarray:
    """The digit with the highest score; softmax would not change which one that is."""
    with no_grad():
        return np.asarray(model(x)).argmax(axis=-1)


def memory(model: nn.Module, x: np.ndarray) -> tuple[float, float]:
    """What stays in memory after a forward pass, in MiB: recorded, and inside no_grad."""

    def held(forward: Any) -> float:
        tracemalloc.start()
        out = forward()
        kept, _ = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        del out
        return kept / 2**20

    def unrecorded() -> Any:
        with no_grad():
            return model(x)

    return held(lambda: model(x)), held(unrecorded)


def main() -> None:
    parser = options(__doc__, steps=40, what="epochs")
    parser.add_argument("--data", choices=["digits", "mnist", "fashion"], default="digits", help="(%(default)s)")
    chosen = begin(parser)
    nn.manual_seed(0)
    train_set, held_out = load(chosen.data)
    x, y = held_out[:]
    model = network(x[0].size)
    print(nn.summary(model, x[:32]))
    history = train(model, train_set, held_out, chosen.epochs)
    model.eval()  # what it has learned is asked for without dropout
    said = predicted(model, x)
    recorded, plain = memory(model, x)
    print(f"  {len(history)} epochs in {sum(history['seconds']):.1f} s: the loss fell to {history['loss'][-1]:.4f}")
    print(f"  {(said == y).mean():.1%} of {len(y):,} digits that it has not seen are read correctly")
    print(f"  a forward pass of them keeps {recorded:.2f} MiB for backward(), and {plain:.2f} inside no_grad()\n")

    def draw(folder: Path) -> Path:
        from digits_plot import draw

        return draw(folder, history, x, y, said)

    show(chosen, draw)


if __name__ == "__main__":
    main()
