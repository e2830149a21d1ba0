"""The corpus at sizes that fill a GPU, with what PyTorch does for each operator: cuBLAS, cuDNN or its own kernels."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import torch
import torch.nn.functional as F

Arrays = list[torch.Tensor]


@dataclass(frozen=True)
class Subject:
    """An operator at one shape: arrays in, array out, scalar sizes, PyTorch's call, and the work it cannot avoid."""

    name: str
    sizes: tuple[int, ...]
    inputs: tuple[tuple[tuple[int, ...], torch.dtype], ...]
    output: tuple[tuple[int, ...], torch.dtype]
    library: Callable[[Arrays, torch.Tensor], object]  # writes its second argument where the call can, else returns the result
    tolerance: float  # of the largest difference, relative to the largest magnitude

    @property
    def label(self) -> str:
        """The sizes, as the tables show them."""
        return "x".join(map(str, self.sizes))

    @property
    def bytes_moved(self) -> int:
        """Bytes of every array once."""
        return sum(torch.Size(shape).numel() * dtype.itemsize for shape, dtype in (*self.inputs, self.output))

    @property
    def operations(self) -> int:
        """Multiplications and additions of a product; 0 for operators that memory bounds."""
        return 2 * self.sizes[0] * self.sizes[1] * self.sizes[2] if self.name.startswith("gemm") else 0


def _flat(name: str, n: int, inputs: int, library: Callable) -> Subject:
    return Subject(name, (n,), (((n,), torch.float32),) * inputs, ((n,), torch.float32), library, 1e-5)


def _product(name: str, extents: tuple[int, int, int], kind: torch.dtype, result: torch.dtype, library: Callable) -> Subject:
    m, n, k = extents
    return Subject(name, extents, (((m, k), kind), ((k, n), kind)), ((m, n), result), library, 1e-4)


def _rows(name: str, rows: int, cols: int, out: tuple[int, ...], library: Callable, more: tuple = ()) -> Subject:
    return Subject(name, (rows, cols), (((rows, cols), torch.float32), *more), (out, torch.float32), library, 1e-4)


def _pooled(arrays: Arrays, out: torch.Tensor) -> torch.Tensor:
    """NHWC: PyTorch's channels-last layout is a view of it, there and back."""
    return F.max_pool2d(arrays[0].permute(0, 3, 1, 2), 2).permute(0, 2, 3, 1)


def _images(batch: int, side: int, channels: int) -> Subject:
    half = side // 2
    shape, result = (batch, side, side, channels), (batch, half, half, channels)
    return Subject("maxpool", shape, ((shape, torch.float32),), (result, torch.float32), _pooled, 0.0)


def subjects(flat: int, rows: int, cols: int, product: int, batch: int) -> list[Subject]:
    """Every operator of the corpus at these extents."""
    extents = (product, product, product)
    vector = (((cols,), torch.float32),) * 2
    return [
        _flat("add", flat, 2, lambda a, out: torch.add(a[0], a[1], out=out)),
        _flat("gelu", flat, 1, lambda a, out: F.gelu(a[0], approximate="tanh")),
        _rows("softmax", rows, cols, (rows, cols), lambda a, out: torch.softmax(a[0], 1, out=out)),
        _rows("layernorm", rows, cols, (rows, cols), lambda a, out: F.layer_norm(a[0], (cols,), a[1], a[2], 1e-5), vector),
        _rows("row_sum", rows, cols, (rows,), lambda a, out: torch.sum(a[0], 1, out=out)),
        _rows("row_max", rows, cols, (rows,), lambda a, out: torch.amax(a[0], 1, out=out)),
        _rows("rmsnorm", rows, cols, (rows, cols), lambda a, out: F.rms_norm(a[0], (cols,), a[1], 1e-5), vector[:1]),
        _rows("transpose", rows, cols, (cols, rows), lambda a, out: out.copy_(a[0].t())),
        _images(batch, 112, 64),
        _product("gemm", extents, torch.float32, torch.float32, lambda a, out: torch.mm(a[0], a[1], out=out)),
        _product("gemm_half", extents, torch.float16, torch.float32, lambda a, out: torch.mm(a[0], a[1], out_dtype=torch.float32)),
        _product("gemm_int8", extents, torch.int8, torch.int32, lambda a, out: torch._int_mm(a[0], a[1])),
    ]


ROWS = ("softmax", "layernorm", "rmsnorm", "row_sum", "row_max")


def rows_of(length: int) -> list[Subject]:
    """The operators on rows where these have a length: as many of them as make 64 million elements."""
    return [subject for subject in subjects(0, (1 << 26) // length, length, 0, 0) if subject.name in ROWS]


LARGE = subjects(1 << 26, 8192, 8192, 4096, 64)
SMALL = subjects(1 << 16, 128, 1024, 256, 1)
GROUPS = {"large": LARGE, "small": SMALL, **{f"rows of {length}": rows_of(length) for length in (1000, 2048, 4096, 16384)}}
