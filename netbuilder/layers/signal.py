"""Signals: from time to frequency and back, and numbers with a real and an imaginary part."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from netbuilder.fields import Choice, Int, Ints
from netbuilder.layers.function import Function, dimension
from netbuilder.layers.layer import In, Out

SEARCH = ("fourier", "frequency", "spectrum", "fft")
NORMS = ("backward", "ortho", "forward")


class Transform(Function):
    """A Fourier transform along one dimension."""

    family = "signal"
    torch_defaults: ClassVar[Mapping[str, object]] = {"norm": None}
    x = In()
    y = Out()
    n = Int(None, min=1, optional=True, none_means="as it is", help="The length to which it is cut or padded before.")
    dim = dimension(-1, help="Along which dimension; -1 is the last.")
    norm = Choice(
        None,  # type: ignore[arg-type]
        NORMS,
        optional=True,
        none_means="backward",
        advanced=True,
        help="Where it is divided by the length: going back, in both by its root, or going forth.",
    )


class Fft(Transform):
    """The frequencies in a signal, as complex numbers."""

    kind = "fft"
    title = "FFT"
    target = "torch.fft.fft"
    search = (*SEARCH, "fnet", "complex")


class Ifft(Transform):
    """The signal that has these frequencies, as complex numbers."""

    kind = "ifft"
    title = "Inverse FFT"
    target = "torch.fft.ifft"
    search = (*SEARCH, "inverse", "complex")


class Rfft(Transform):
    """The frequencies in a signal of real numbers; only half of them, as the others mirror them."""

    kind = "rfft"
    title = "Real FFT"
    target = "torch.fft.rfft"
    search = (*SEARCH, "real", "audio")
    x = In(dtype="float")


class Irfft(Transform):
    """The signal of real numbers that has these frequencies."""

    kind = "irfft"
    title = "Inverse real FFT"
    target = "torch.fft.irfft"
    search = (*SEARCH, "real", "inverse", "audio")


class Transform2d(Function):
    """A Fourier transform along two dimensions (or the ones that are named)."""

    family = "signal"
    x = In(example="N C H W")
    y = Out()
    dim = Ints((-2, -1), min=-8, max=8, most=4, help="Along which dimensions; -2, -1 are height and width.")
    norm = Choice(
        None,  # type: ignore[arg-type]
        NORMS,
        optional=True,
        none_means="backward",
        advanced=True,
        help="Where it is divided by the size: going back, in both by its root, or going forth.",
    )


class Fft2(Transform2d):
    """The frequencies in a picture, as complex numbers."""

    kind = "fft2"
    title = "FFT 2d"
    target = "torch.fft.fft2"
    reads = ("torch.fft.fft2", "torch.fft.fftn")
    search = (*SEARCH, "image", "fnet", "complex")


class Ifft2(Transform2d):
    """The picture that has these frequencies, as complex numbers."""

    kind = "ifft2"
    title = "Inverse FFT 2d"
    target = "torch.fft.ifft2"
    reads = ("torch.fft.ifft2", "torch.fft.ifftn")
    search = (*SEARCH, "image", "inverse", "complex")


class Rfft2(Transform2d):
    """The frequencies in a picture of real numbers; only half of them, as the others mirror them."""

    kind = "rfft2"
    title = "Real FFT 2d"
    target = "torch.fft.rfft2"
    reads = ("torch.fft.rfft2", "torch.fft.rfftn")
    search = (*SEARCH, "image", "global filter", "real")
    x = In(dtype="float", example="N C H W")


class Irfft2(Transform2d):
    """The picture of real numbers that has these frequencies."""

    kind = "irfft2"
    title = "Inverse real FFT 2d"
    target = "torch.fft.irfft2"
    reads = ("torch.fft.irfft2", "torch.fft.irfftn")
    search = (*SEARCH, "image", "global filter", "inverse")
    s = Ints(None, min=1, most=4, optional=True, none_means="twice the half", help="The size of the picture.")


class PartOfComplex(Function):
    """A part of complex numbers."""

    family = "signal"
    x = In(dtype="complex")
    y = Out()

    def expression(self, module: str, inputs: Mapping[str, str]) -> str:
        return f"{inputs['x']}.{self.kind}"


class Real(PartOfComplex):
    """The real part of complex numbers."""

    kind = "real"
    title = "Real part"
    target = "torch.real"
    search = ("complex", "real", *SEARCH)


class Imag(PartOfComplex):
    """The imaginary part of complex numbers."""

    kind = "imag"
    title = "Imaginary part"
    target = "torch.imag"
    search = ("complex", "imaginary", *SEARCH)


class Angle(Function):
    """The angle (in radians) of complex numbers: the phase of a frequency."""

    kind = "angle"
    target = "torch.angle"
    family = "signal"
    search = ("complex", "phase", *SEARCH)
    x = In()
    y = Out()


class Conj(Function):
    """Complex numbers with the other sign of their imaginary part."""

    kind = "conj"
    title = "Conjugate"
    target = "torch.conj"
    family = "signal"
    search = ("complex", "conjugate", "mirror")
    method = "conj"
    x = In()
    y = Out()


class Complex(Function):
    """Complex numbers from their real and imaginary parts."""

    kind = "complex"
    target = "torch.complex"
    family = "signal"
    search = ("complex", "imaginary", *SEARCH)
    real = In(dtype="float")
    imag = In(dtype="float")
    y = Out()


class Polar(Function):
    """Complex numbers from their size and their angle (in radians)."""

    kind = "polar"
    target = "torch.polar"
    family = "signal"
    search = ("complex", "phase", "magnitude", "rotary")
    abs = In(dtype="float", help="The sizes.")
    angle = In(dtype="float", help="The angles.")
    y = Out()


class ViewAsComplex(Function):
    """Makes one complex number of each pair of numbers in the last dimension."""

    kind = "view_as_complex"
    title = "Pairs to complex"
    target = "torch.view_as_complex"
    family = "signal"
    search = ("complex", "pairs", "rotary")
    x = In("... F", dtype="float", example="N L 2")
    y = Out()


class ViewAsReal(Function):
    """Puts the two parts of complex numbers into a new last dimension."""

    kind = "view_as_real"
    title = "Complex to pairs"
    target = "torch.view_as_real"
    family = "signal"
    search = ("complex", "pairs", "rotary")
    x = In(dtype="complex")
    y = Out()


LAYERS = (
    *(Fft, Ifft, Rfft, Irfft, Fft2, Ifft2, Rfft2, Irfft2),
    *(Real, Imag, Angle, Conj, Complex, Polar, ViewAsComplex, ViewAsReal),
)
