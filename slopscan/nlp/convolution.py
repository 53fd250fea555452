"""The convolutions of the pipeline over neighbouring words, for prediction alone.

Each layer looks at a word and its two neighbours. Two words next to each other share most of what
that takes: with the words in pairs, four products do where six are the rule (Winograd 1980;
Lavin and Gray 2016, F(2, 3)). Sums come in another order than in spaCy, as with any other kernel
of a matrix library.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
# Rows that go through all layers together: what they need stays in the processor's cache.
_WINDOW: Final = 512
# Forms whose products with the first layer are kept: 7 KB each.
_KEPT_FORMS: Final = 3000
_EPSILON: Final = np.float32(1e-8)


@dataclass(frozen=True, eq=False)
class _Layer:
    """Maxout over a word and its neighbours, then layer normalisation.

    The pieces of the maxout stand side by side. `weights` are (inputs, outputs) for the word
    before, the word and the word after; `paired` are those of the four products for two words.
    """

    weights: Floats
    paired: Floats
    bias: Floats
    gain: Floats
    shift: Floats


class _First:
    """The products of the first layer, once for each form; those of common forms are kept.

    A text brings its common forms first, so that those are the ones with low numbers.
    """

    def __init__(self, layer: _Layer) -> None:
        self._layer = layer
        self._table = np.empty((3, 0, layer.weights.shape[2]), dtype=np.float32)
        self._n_kept = 0

    def of(
        self, rows: Floats, numbers: npt.NDArray[np.intp]
    ) -> tuple[Floats, npt.NDArray[np.intp]]:
        """Return products of forms with the word after, the word, the word before.

        Parameters
        ----------
        rows : numpy.ndarray, shape (n_forms, width)
        numbers : numpy.ndarray of int, shape (n_words,)

        Returns
        -------
        products : numpy.ndarray, shape (3, n_products, outputs)
            To be read before the next call.
        places : numpy.ndarray of int, shape (n_words,)
            Where those of each word are.
        """
        start, end = self._n_kept, min(len(rows), _KEPT_FORMS)
        late = np.unique(numbers[numbers >= _KEPT_FORMS])
        self._fit(end + len(late))
        self._compute(rows[start:end], start)
        self._n_kept = end
        if not len(late):
            return self._table, numbers
        self._compute(rows[late], end)
        places = np.where(numbers < end, numbers, end + np.searchsorted(late, numbers))
        return self._table, places

    def forget(self) -> None:
        """Drop the products that are kept."""
        self._n_kept = 0

    def _compute(self, rows: Floats, start: int) -> None:
        if len(rows):
            here = self._table[:, start : start + len(rows)]
            np.matmul(rows, self._layer.weights, out=here)
            here[1] += self._layer.bias

    def _fit(self, size: int) -> None:
        if self._table.shape[1] < size:
            larger = np.empty((3, size + _KEPT_FORMS // 4, self._table.shape[2]), np.float32)
            larger[:, : self._n_kept] = self._table[:, : self._n_kept]
            self._table = larger


class Encoder:
    """What spaCy's `MaxoutWindowEncoder` computes from embedded words.

    Parameters
    ----------
    model : thinc.model.Model
        The encoder; its weights are copied.
    """

    def __init__(self, model: Any) -> None:
        nodes = list(model.walk())
        maxouts = [node for node in nodes if node.name == "maxout"]
        norms = [node for node in nodes if node.name == "layernorm"]
        self._layers = [_layer(*pair) for pair in zip(maxouts, norms, strict=True)]
        self.width = int(maxouts[0].get_dim("nO"))
        self.pieces = int(maxouts[0].get_dim("nP"))
        self.depth = len(self._layers)
        self._first = _First(self._layers[0])

    def __call__(
        self, rows: Floats, numbers: npt.NDArray[np.intp], lengths: Sequence[int]
    ) -> Floats:
        """Return the vectors of words in context.

        Parameters
        ----------
        rows : numpy.ndarray, shape (n_forms, width)
            Embeddings of the forms, the first one nothing but zeros. Between two calls rows may
            only be added, or `forget` is called.
        numbers : numpy.ndarray of int, shape (n_words,)
            Form of each word.
        lengths : sequence of int
            Words of each text; the words of one text do not see those of another.

        Returns
        -------
        numpy.ndarray, shape (n_words, width)
        """
        # As many empty rows between texts as there are layers, as in training.
        gap, width = self.depth, self.width
        kept = np.arange(len(numbers)) + gap * (1 + np.repeat(np.arange(len(lengths)), lengths))
        n_placed = len(numbers) + gap * (len(lengths) + 1)
        placed = np.zeros(n_placed + n_placed % 2, dtype=np.intp)
        placed[kept] = numbers
        # The first layer reads embeddings alone: neighbour by neighbour, once for each form.
        (before, here, after), forms = self._first.of(rows, placed)
        out = np.empty((len(placed), width), dtype=np.float32)
        for start in range(0, len(placed), _WINDOW):
            end = min(start + _WINDOW, len(placed))
            low, high = max(start - gap, 0), min(end + gap, len(placed))
            ids = forms[low:high]
            summed = here[ids]
            summed[1:] += before[ids[:-1]]
            summed[:-1] += after[ids[1:]]
            # Rows at the edge of a window see no neighbour; none of them gets into `out`.
            found = self._deeper(rows[placed[low:high]], summed)
            out[start:end] = found[start - low : end - low]
        words: Floats = out[kept]
        return words

    def forget(self) -> None:
        """Drop what is kept of forms; needed before a row becomes another."""
        self._first.forget()

    def _deeper(self, vectors: Floats, summed: Floats) -> Floats:
        """Run an even number of words, whose first products are at hand, through all layers."""
        self._add(self._layers[0], vectors, summed)
        n_pairs, width = len(vectors) // 2, self.width
        # The first words of all pairs, then the second ones.
        halves = vectors.reshape(n_pairs, 2, width).swapaxes(0, 1).copy()
        first, second = halves
        mixed = np.empty((4, n_pairs, width), dtype=np.float32)
        products = np.empty((4, n_pairs, self.pieces * width), dtype=np.float32)
        for layer in self._layers[1:]:
            np.negative(second, out=mixed[0])
            mixed[0, 1:] += second[:-1]
            np.add(first, second, out=mixed[1])
            np.subtract(second, first, out=mixed[2])
            mixed[3] = first
            mixed[3, :-1] -= first[1:]
            np.matmul(mixed, layer.paired, out=products)
            products[1] += layer.bias
            products[0] += products[1]
            products[0] += products[2]
            products[1] -= products[2]
            products[1] -= products[3]
            self._add(layer, halves.reshape(-1, width), products[:2].reshape(len(vectors), -1))
        found: Floats = halves.swapaxes(0, 1).reshape(-1, width)
        return found

    def _add(self, layer: _Layer, vectors: Floats, summed: Floats) -> None:
        """Add to the vectors what a layer makes of its products, which have its bias."""
        width = self.width
        best = summed[:, :width]
        for piece in range(1, self.pieces):
            best = np.maximum(best, summed[:, piece * width : (piece + 1) * width])
        best -= best.mean(axis=1, keepdims=True)
        variance = np.einsum("ij,ij->i", best, best) / np.float32(width) + _EPSILON
        best *= (np.float32(1) / np.sqrt(variance))[:, None]
        best *= layer.gain
        best += layer.shift
        vectors += best


def _layer(maxout: Any, norm: Any) -> _Layer:
    weights = maxout.get_param("W")
    width = weights.shape[0]
    by_place = weights.swapaxes(0, 1).reshape(-1, weights.shape[2]).T.reshape(3, width, -1).copy()
    before, here, after = by_place.astype(np.float64)
    around = before + after
    paired = np.stack([before, (around + here) / 2, (around - here) / 2, after])
    return _Layer(
        by_place,
        paired.astype(np.float32),
        maxout.get_param("b").T.reshape(-1).copy(),
        norm.get_param("G"),
        norm.get_param("b"),
    )
