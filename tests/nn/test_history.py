"""History: a table, in text and HTML, and its picture."""

import numpy as np
import pytest

import nn
from nn.history import direction


def history(epochs=3, **further):
    table = nn.History()
    for i in range(epochs):
        loss = 1 / (i + 1)
        row = {"loss": loss, "accuracy": 1 - loss / 2, "validation loss": loss + 0.5}
        table.append({**row, "lr": 0.1 * 4.0**-i, "seconds": 0.25, **further})
    return table


def test_it_is_a_table():
    table = history()
    assert len(table) == 3
    assert list(table) == table.keys() == ["loss", "accuracy", "validation loss", "lr", "seconds"]
    assert table["loss"] == dict(table)["loss"] == [1, 1 / 2, 1 / 3]
    assert "accuracy" in table
    assert "validation accuracy" not in table
    with pytest.raises(KeyError, match=r"no column 'val_loss'; there are .*'validation loss'"):
        table["val_loss"]


def test_rows_have_the_same_columns():
    table = history()
    with pytest.raises(ValueError, match=r"an epoch of \['loss'\] does not fit the columns"):
        table.append({"loss": 1.0})
    assert len(table) == 3


def test_it_prints_aligned():
    table = history(2)
    table.append({"loss": 2e-5, "accuracy": 0.0, "validation loss": 123456.0, "lr": 1e-5, "seconds": 61.0})
    table.stopped = "early stopping"
    assert str(table) == repr(table)
    assert str(table).splitlines() == [
        "                           validation",
        "epoch      loss  accuracy        loss        lr   seconds",
        "    1    1.0000    0.5000      1.5000       0.1      0.25",
        "    2    0.5000    0.7500      1.0000     0.025      0.25",
        "    3  2.00e-05    0.0000    1.23e+05     1e-05     61.00",
        "3 epochs in 61.5 s: early stopping",
    ]


def test_a_long_table_shows_its_ends():
    lines = str(history(1000)).splitlines()
    assert len(lines) == 23
    assert lines[11].startswith("   10 ")
    assert lines[12] == "    …"
    assert lines[-1].startswith(" 1000 ")
    assert history(1000)._repr_html_().count("<tr>") == 22


def test_an_empty_one():
    table = nn.History()
    assert str(table) == "no epochs yet"
    table.stopped = "interrupted"
    assert str(table) == "no epochs: interrupted"
    assert len(table) == 0
    with pytest.raises(ValueError, match="no epochs to plot"):
        table.plot()


def test_arrays_are_kept_but_not_shown():
    table = history(confusion=np.eye(2, dtype=int))
    assert table["confusion"][0].tolist() == [[1, 0], [0, 1]]
    assert "confusion" not in str(table)
    assert "confusion" not in table._repr_html_()


def test_html_is_a_table_and_escapes():
    table = history(**{"a<b": 1.0})
    text = table._repr_html_()
    assert text.startswith("<table>")
    assert "a&lt;b" in text
    assert "a<b" not in text
    assert text.count("<tr>") == 1 + len(table)


def test_the_best_epoch():
    table = history()
    assert table.best()["epoch"] == 3
    assert table.best("accuracy")["epoch"] == 3
    assert table.best("lr", "max") == {
        "epoch": 1, "loss": 1.0, "accuracy": 0.5, "validation loss": 1.5, "lr": 0.1, "seconds": 0.25,
    }  # fmt: skip
    assert table.best("seconds", "min")["epoch"] == 1  # of equals, the first
    table["loss"][1:] = [float("nan"), 2.0]
    assert table.best()["epoch"] == 1
    table["loss"][0] = table["loss"][2] = float("nan")
    with pytest.raises(ValueError, match="'loss' has no values"):
        table.best()


def test_which_way_is_better():
    assert direction("validation loss") == "min"
    assert [direction(name) for name in ("accuracy", "validation accuracy", "top-5", "R2")] == ["max"] * 4
    assert direction("accuracy", "min") == "min"
    for mode in (None, "low"):
        with pytest.raises(ValueError, match="say mode='min' or mode='max'"):
            direction("weight", mode)


def test_the_state_goes_round():
    table, other = history(), nn.History()
    table.stopped = "interrupted"
    state = table.state_dict()
    other.load_state_dict(state)
    table["loss"].append(0.0)
    assert str(other) == str(history()) + "\n3 epochs in 0.8 s: interrupted"
    assert len(state["columns"]["loss"]) == 3


def test_the_picture(tmp_path):
    pytest.importorskip("matplotlib")
    table = history(5, confusion=np.eye(2))
    losses, accuracies = table.plot(tmp_path / "curves.png")
    assert (tmp_path / "curves.png").read_bytes().startswith(b"\x89PNG")
    assert [ax.get_title("left") for ax in (losses, accuracies)] == ["loss", "accuracy"]
    train, test = losses.lines
    assert train.get_ydata().tolist() == table["loss"]
    assert test.get_ydata().tolist() == table["validation loss"]
    assert [text.get_text() for text in losses.texts] == ["training", "validation"]
    assert losses.get_yscale() == "linear"


def test_the_picture_in_axes_of_ones_own():
    figure = pytest.importorskip("matplotlib.figure").Figure()
    ax = figure.add_subplot()
    assert history(200).plot(ax=ax) == [ax]
    assert len(ax.lines) == 2
    assert ax.get_yscale() == "log"  # from 1 to 1/200


def test_the_picture_to_be_shown():
    plt = pytest.importorskip("matplotlib.pyplot")
    plt.switch_backend("agg")
    (losses, _) = history(1).plot()
    assert plt.gcf() is losses.figure
    plt.close(losses.figure)
