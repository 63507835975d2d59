"""Looks for a figure in the pixels of a page: where it is, and how it lies there.

First by correlation (normalised, by Fourier transforms) of a coarse page with the figure at many
sizes; then parts of the figure are searched near their places, and what maps all of them onto the
page (moved, scaled, turned a little) is fitted. So it does not matter how a figure got onto a page:
as an image, drawn by lines, or scanned.
"""

import itertools
from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageFilter

# Widths at which a figure is looked for, as shares of the page's, and by what they grow.
LEAST_WIDTH, MOST_WIDTH, GROWTH = 0.2, 1.04, 1.05
LEAST_LIKENESS = 0.45  # correlation, of a coarse page with a figure
BLUR_PIXELS = 0.8
TILES = (6, 4)
LEAST_TILE_LIKENESS, NEAR_BEST = 0.5, 0.04
LEAST_CONTRAST = 4.0  # standard deviation of brightness of what can be looked for


@dataclass(frozen=True)
class CoarsePlace:
    """A place on a coarse page that is like a figure, in pixels of that page; likeness ≤ 1."""

    left: float
    top: float
    width: float
    height: float
    likeness: float


def grey(picture: np.ndarray, size: tuple[int, int] | None = None) -> np.ndarray:
    """Return the brightness (height, width) of a picture, at another size if wanted."""
    image = Image.fromarray(picture).convert("L")
    if size and size != image.size:
        image = image.resize(size, Image.Resampling.LANCZOS)
    return np.asarray(image, dtype=np.float64)


def resized(picture: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    """Return a picture at another size (width, height)."""
    image = Image.fromarray(picture)
    return np.asarray(image if image.size == size else image.resize(size, Image.Resampling.LANCZOS))


def blurred(brightness: np.ndarray, pixels: float = BLUR_PIXELS) -> np.ndarray:
    """Return a brightness (height, width), a little blurred."""
    image = Image.fromarray(brightness.round().clip(0, 255).astype(np.uint8))
    return np.asarray(image.filter(ImageFilter.GaussianBlur(pixels)), dtype=np.float64)


def search(page: np.ndarray, figure: np.ndarray, most: int = 3) -> list[CoarsePlace]:
    """Return the places of a coarse page (height, width) that are most like a figure's colours.

    The best comes first; places that overlap one another are one.
    """
    height, width = page.shape
    ratio = figure.shape[0] / figure.shape[1]
    correlate = _Correlator(blurred(page))
    found: list[CoarsePlace] = []
    wide = LEAST_WIDTH * width
    while wide <= MOST_WIDTH * width:
        size = round(wide), round(wide * ratio)
        wide *= GROWTH
        if size[0] > width or not 8 <= size[1] <= height:
            continue
        likeness = correlate.with_template(blurred(grey(figure, size)))
        for _ in range(2):
            top, left = np.unravel_index(int(likeness.argmax()), likeness.shape)
            best = float(likeness[top, left])
            if best < LEAST_LIKENESS:
                break
            place = float(left), float(top), float(size[0]), float(size[1])
            found.append(CoarsePlace(*place, best))
            likeness[max(top - size[1] // 2, 0) : top + size[1] // 2 + 1] = -1
    return _apart(sorted(found, key=lambda one: -one.likeness))[:most]


def _apart(found: list[CoarsePlace]) -> list[CoarsePlace]:
    kept: list[CoarsePlace] = []
    for one in found:
        if not any(
            abs(one.left + one.width / 2 - k.left - k.width / 2) < k.width / 3
            and abs(one.top + one.height / 2 - k.top - k.height / 2) < k.height / 3
            for k in kept
        ):
            kept.append(one)
    return kept


class _Correlator:
    """Correlates one picture with templates, at all places where they lie in it whole."""

    def __init__(self, picture: np.ndarray) -> None:
        self._picture = picture
        self._size = _smooth(picture.shape[0]), _smooth(picture.shape[1])
        self._transformed = np.fft.rfft2(picture, self._size)
        self._sums = _sums(picture)
        self._squares = _sums(picture**2)

    def with_template(self, template: np.ndarray) -> np.ndarray:
        """Return the normalised correlation (-1 to 1) at each place; -1 where it is flat."""
        rows, columns = template.shape
        places = self._picture.shape[0] - rows + 1, self._picture.shape[1] - columns + 1
        centred = template - template.mean()
        norm = float(np.sqrt((centred**2).sum()))
        count = rows * columns
        if norm < LEAST_CONTRAST * np.sqrt(count):
            return np.full(places, -1.0)
        turned = np.conj(np.fft.rfft2(centred, self._size))
        products = np.fft.irfft2(self._transformed * turned, self._size)
        sums, squares = _windows(self._sums, rows, columns), _windows(self._squares, rows, columns)
        spread = np.sqrt(np.maximum(squares - sums**2 / count, 0))
        flat = spread < LEAST_CONTRAST * np.sqrt(count) / 2
        found = products[: places[0], : places[1]] / np.where(flat, 1, spread * norm)
        return np.asarray(np.where(flat, -1.0, found))


def _smooth(size: int) -> int:
    """Return the next size of which a Fourier transform is quick."""
    return next(n for n in itertools.count(size) if not _rest(n))


def _rest(number: int) -> bool:
    for prime in (2, 3, 5):
        while number % prime == 0:
            number //= prime
    return number > 1


def _sums(values: np.ndarray) -> np.ndarray:
    sums = np.zeros((values.shape[0] + 1, values.shape[1] + 1))
    np.cumsum(np.cumsum(values, axis=0), axis=1, out=sums[1:, 1:])
    return sums


def _windows(sums: np.ndarray, rows: int, columns: int) -> np.ndarray:
    return np.asarray(
        sums[rows:, columns:]
        - sums[:-rows, columns:]
        - sums[rows:, :-columns]
        + sums[:-rows, :-columns]
    )


def fit(figure: np.ndarray, around: np.ndarray, margin: int, reach: int) -> np.ndarray | None:
    """Return how a figure (height, width) lies in a picture that is larger by a margin all around.

    It is a matrix (2, 3) from places in the figure to places in the picture; None where too few
    parts of the figure are found, each within `reach` pixels of where it should be.
    """
    height, width = figure.shape
    wide, high = width // TILES[0], height // TILES[1]
    equations: list[tuple[float, float, float, float, float, float]] = []
    for top in range(0, height - high + 1, high):
        for left in range(0, width - wide + 1, wide):
            tile = figure[top : top + high, left : left + wide]
            if tile.std() < LEAST_CONTRAST:
                continue
            y, x = top + margin, left + margin
            window = around[y - reach : y + high + reach, x - reach : x + wide + reach]
            likeness = _Correlator(window).with_template(tile)
            if likeness.max() < LEAST_TILE_LIKENESS:
                continue
            rows, columns = np.nonzero(likeness > likeness.max() - NEAR_BEST)
            moved = columns.mean() - reach, rows.mean() - reach
            sure = 1 / (0.3 + columns.var()), 1 / (0.3 + rows.var())
            equations.append((left + wide / 2, top + high / 2, *moved, *sure))
    return _solved(np.array(equations), margin) if len(equations) >= 4 else None


def _solved(equations: np.ndarray, margin: int) -> np.ndarray | None:
    x, y = equations[:, 0], equations[:, 1]
    known = np.stack([x, y, np.ones(len(x))], axis=1)
    rows = []
    for moved, sure in ((equations[:, 2], equations[:, 4]), (equations[:, 3], equations[:, 5])):
        weights = sure
        for _ in range(4):  # what lies far off counts less and less
            root = np.sqrt(weights)[:, None]
            answer = np.linalg.lstsq(known * root, moved * root[:, 0], rcond=None)[0]
            off = np.abs(known @ answer - moved)
            weights = sure / (1 + off**2)
        rows.append(answer)
    matrix = np.array(rows)
    matrix[0, 0] += 1
    matrix[1, 1] += 1
    matrix[:, 2] += margin
    return matrix


def taken_out(around: np.ndarray, matrix: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    """Return the picture (height, width, …) of a size that a matrix finds in a larger one."""
    image = Image.fromarray(around)
    data = tuple(float(value) for value in matrix.ravel())
    # Pillow maps middles of pixels; the matrix maps their corners.
    a, b, c, d, e, f = data
    return np.asarray(
        image.transform(
            size,
            Image.Transform.AFFINE,
            (a, b, c, d, e, f),
            resample=Image.Resampling.BICUBIC,
            fillcolor="white",
        )
    )
