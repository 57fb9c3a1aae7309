"""Two-dimensional convolution."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar

from trainlet.config import Range
from trainlet.network.activations import Activation, Linear
from trainlet.network.arrays import Array, Shape, view
from trainlet.network.initializers import GlorotUniform, Initializer, Zeros
from trainlet.network.layers.affine import declare_affine, record_affine
from trainlet.network.layers.layer import Declaration, Layer, Recording
from trainlet.network.layers.windows import Padding, Size, Windows, fitting, image
from trainlet.network.tape import Tape


@dataclass(frozen=True)
class Convolution(Layer):
    """z[f, r, c] = Σ W[i, j, k, f] x[k, r s + i d, c s + j d] + b[f], then a = σ(z).

    W is height × width × inputs × filters, s the stride, d the dilation. As in every framework,
    this is a cross-correlation (Dumoulin and Visin 2016). The windows are copied into columns
    (im2col), so that the layer is one matrix product.
    """

    kind: ClassVar[str] = "conv2d"

    filters: Annotated[int, Range(min=1, max=4096), "Number of filters."]
    kernel_size: Annotated[Size, "Height and width of a filter in pixels."] = 3
    stride: Annotated[Size, "Distance between windows in pixels."] = 1
    padding: Annotated[Padding, "same: zero padding keeps the size; valid: no padding."] = "valid"
    dilation: Annotated[Size, "Distance between the pixels of one window."] = 1
    activation: Annotated[Activation, "Function applied to the weighted input."] = Linear()
    use_bias: Annotated[bool, "Whether filters have a bias."] = True
    trainable: Annotated[bool, "Whether training changes the layer; false freezes it."] = True
    trainable_bias: Annotated[bool, "Whether training changes the biases."] = True
    weight_initializer: Annotated[Initializer, "Initial weights."] = GlorotUniform()
    bias_initializer: Annotated[Initializer, "Initial biases."] = Zeros()

    def output_shape(self, input_shape: Shape) -> Shape:
        height, width, _ = image(self.kind, input_shape)
        return (*fitting(self.kind, self.windows(height, width)).output, self.filters)

    def declare(self, input_shape: Shape) -> tuple[Declaration, ...]:
        size, channels = self.kernel_size, input_shape[-1]
        return declare_affine(
            self, (size, size, channels, self.filters), size**2 * channels, size**2 * self.filters
        )

    def record(self, tape: Tape, x: Array) -> Recording:
        channels, height, width, samples = x.shape
        windows = self.windows(height, width)
        padded = x
        if windows.padded != (height, width):
            padded = tape.buffer("padded", (channels, *windows.padded, samples))
            tape.call("copy", x, out=windows.inner(padded))
        actual = windows.columns(padded)
        columns = tape.buffer("columns", (self.kernel_size**2 * channels, actual[0, 0, 0].size))
        tape.call("copy", actual, out=view(columns, actual.shape))
        z = tape.buffer("z", (self.filters, *windows.output, samples))
        gradient = tape.gradient(x)
        wanted = None if gradient is None else tape.buffer("dcolumns", columns.shape)
        flat = record_affine(self, tape, columns, view(z, (self.filters, -1)), wanted)
        next(flat)
        delta = yield z
        flat.send(view(delta, (self.filters, -1)))
        if gradient is not None and wanted is not None:
            self._record_scatter(tape, windows, view(wanted, actual.shape), gradient)
        yield gradient

    def _record_scatter(
        self, tape: Tape, windows: Windows, columns: Array, gradient: Array
    ) -> None:
        """Record the sum of the columns at the pixels they were copied from (col2im)."""
        padded = gradient
        if windows.padded != (windows.height, windows.width):
            channels, *_, samples = gradient.shape
            padded = tape.buffer("dpadded", (channels, *windows.padded, samples))
        tape.call("copy", 0.0, out=padded)
        for i, j in windows.offsets():
            window = windows.view_at(padded, i, j)
            tape.call("add", window, columns[i, j], out=window)
        if padded is not gradient:
            tape.call("copy", windows.inner(padded), out=gradient)

    def windows(self, height: int, width: int) -> Windows:
        """Return the windows over an image."""
        return Windows(height, width, self.kernel_size, self.stride, self.padding, self.dilation)
