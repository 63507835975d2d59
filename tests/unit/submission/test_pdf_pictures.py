"""Tests of comparing two pictures of a figure."""

import io

import numpy as np
import pdfs
import pytest
from pdfs import grey, scaled
from PIL import Image

from gradekit.pdf_check.images import pixel_difference, same_figure, side_by_side

LSTM = pdfs.pixels(pdfs.LSTM)


def jpeg(picture: np.ndarray, quality: int) -> np.ndarray:
    """Return a picture as a JPEG shows it."""
    stream = io.BytesIO()
    Image.fromarray(picture).save(stream, "JPEG", quality=quality)
    return np.asarray(Image.open(io.BytesIO(stream.getvalue())).convert("RGB"))


@pytest.mark.parametrize("factor", [0.5, 0.6, 0.75, 0.9, 1.1, 1.5, 2.0, 3.0])
def test_a_figure_at_another_size_is_the_same(factor: float) -> None:
    """From half the size to three times it, a figure is taken for itself."""
    assert same_figure(LSTM, scaled(LSTM, factor))


@pytest.mark.parametrize("quality", [80, 40, 20])
def test_a_figure_as_a_jpeg_is_the_same(quality: int) -> None:
    """What a JPEG makes of a figure, also a coarse one in grey, is taken for the figure."""
    assert same_figure(LSTM, jpeg(LSTM, quality))
    assert same_figure(LSTM, jpeg(grey(scaled(LSTM, 0.6)), quality))


@pytest.mark.parametrize("end", [0.9, 0.94, 0.96, 0.99])
@pytest.mark.parametrize("factor", [0.6, 1.0])
def test_a_curve_that_ends_elsewhere_is_another_figure(end: float, factor: float) -> None:
    """One per cent of accuracy more or less is seen, also at another size and as a JPEG."""
    other = jpeg(scaled(pdfs.pixels(pdfs.curves(end)), factor), 60)
    assert not same_figure(LSTM, other)


def test_a_picture_of_another_shape_differs_in_all() -> None:
    """Pictures of other proportions are not stretched over each other."""
    assert pixel_difference(LSTM, LSTM[:, :600]) == 1.0


@pytest.mark.parametrize(("figure", "axis"), [(LSTM, 0), (LSTM[:, :400], 1)], ids=["wide", "not"])
def test_two_pictures_in_one(figure: np.ndarray, axis: int) -> None:
    """Wide ones stand one below the other, else side by side, at one size whatever theirs was."""
    shown = side_by_side(figure, scaled(figure, 0.3), ("in the notebook", "in the PDF"))
    image = np.asarray(Image.open(io.BytesIO(shown)))
    one, other = np.array_split(image, 2, axis=axis)
    assert np.abs(np.subtract(one.shape, other.shape)).max() <= 1
    assert abs(one.mean() - other.mean()) < 5
    assert one[:, :8].min() == other[:, :8].min() == 255  # the margins are white
