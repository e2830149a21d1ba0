"""What `benchmarks/tune_cpu.py` measures: operators of the corpus with a large and a small shape, and PyTorch's call where it has one.

The large shapes do not fit the second-level cache, the small ones fit the first or nearly. Operators that oneDNN has a primitive
for come first, the rest (no primitive, or one of another meaning) are measured against the naive source alone.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

Shape = tuple[int, ...]
_VECTOR, _DEAR_VECTOR, _ROWS, _MATRIX, _PRODUCT = (1 << 24,), (1 << 22,), (4096, 1024), (4096, 4096), (1024, 1024, 1024)
_SMALL_VECTOR, _SMALL_ROWS, _SMALL_PRODUCT = (4096,), (16, 256), (64, 64, 64)

SHAPES: dict[str, tuple[Shape, Shape]] = {
    "add": (_VECTOR, _SMALL_VECTOR),
    "sub": (_VECTOR, _SMALL_VECTOR),
    "relu": (_VECTOR, _SMALL_VECTOR),
    **{name: (_DEAR_VECTOR, _SMALL_VECTOR) for name in ("gelu", "gelu_erf", "sigmoid", "silu")},
    "softmax": (_ROWS, _SMALL_ROWS),
    "layernorm": (_ROWS, _SMALL_ROWS),
    "batchnorm": ((16, 64, 12_544), (1, 16, 256)),
    **{name: (_MATRIX, (64, 256)) for name in ("row_sum", "row_mean", "row_max", "row_min", "col_sum", "col_mean", "col_max")},
    "axis_min": ((64, 256, 1024), (4, 16, 64)),
    "gemm": (_PRODUCT, _SMALL_PRODUCT),
    "gemm_int8": (_PRODUCT, _SMALL_PRODUCT),
    "bmm": ((16, 256, 256, 256), (4, 32, 32, 32)),
    "gemv": (_MATRIX, (64, 256)),
    "dense": ((256, 1024, 1024), (16, 64, 64)),
    "conv1d": ((8, 64, 4096, 64), (1, 16, 260, 16)),
    "conv2d": ((4, 64, 56, 56, 64), (1, 16, 16, 16, 16)),
    "conv2d_nhwc": ((4, 58, 58, 64, 64), (1, 18, 18, 16, 16)),
    "depthwise": ((8, 64, 112, 112), (1, 16, 16, 16)),
    "maxpool": ((16, 112, 112, 64), (1, 16, 16, 64)),
    "avgpool": ((16, 113, 113, 64), (1, 17, 17, 64)),
    "transpose": (_MATRIX, (128, 128)),
    "nchw_to_nhwc": ((16, 64, 12_544), (1, 64, 256)),
    "reverse_axes": ((256, 256, 256), (16, 16, 16)),
    "swap_heads": ((8, 512, 16, 64), (1, 16, 8, 64)),
    "concat": ((4096, 1024, 1024), (16, 64, 64)),
    "dequantize": (_MATRIX, (64, 256)),
    "quantize": (_MATRIX, (64, 256)),
    "instancenorm": ((16, 64, 12_544), (1, 16, 256)),
    "sumpool": ((16, 112, 112, 64), (1, 16, 16, 64)),
}


def library_call(name: str, data: list[np.ndarray]) -> Callable[[], object] | None:
    """The same operator by PyTorch, or None where the table has no call."""
    import torch

    t = [torch.from_numpy(a) for a in data]
    functional = torch.nn.functional
    with torch.no_grad():
        return {
            "add": lambda: torch.add(t[0], t[1], out=t[2]),
            "gelu": lambda: functional.gelu(t[0], approximate="tanh"),
            "softmax": lambda: torch.softmax(t[0], 1, out=t[1]),
            "layernorm": lambda: functional.layer_norm(t[0], t[0].shape[1:], t[1], t[2]),
            "row_sum": lambda: torch.sum(t[0], 1, out=t[1]),
            "gemm": lambda: torch.mm(t[0], t[1], out=t[2]),
            "gemm_int8": lambda: torch._int_mm(t[0], t[1]),
            "transpose": lambda: t[1].copy_(t[0].T),
            "maxpool": lambda: functional.max_pool2d(t[0].permute(0, 3, 1, 2), 2),
        }.get(name)
