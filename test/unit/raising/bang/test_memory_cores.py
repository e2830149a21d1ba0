"""What memory cores do is done by the first core of the cluster, or refused; it is never left out."""

from __future__ import annotations

import numpy as np
import pytest

from xpiler.diagnostics import Unsupported
from xpiler.execution import jit
from xpiler.frontend import read
from xpiler.raising import raise_module

TEXT = """
#include <bang.h>
__mlu_shared__ float shared[64];
__nram__ float own[64];
__nram__ float row[64];
__mlu_global__ void bias(float *y, const float *x, const float *b, int rows) {
  LOAD
  __sync_cluster();
  USE
}
extern "C" void go(cnrtQueue_t q, float *y, const float *x, const float *b, int rows) {
  cnrtDim3_t d = {8, 1, 1};
  bias<<<d, cnrtFuncTypeUnion1, q>>>(y, x, b, rows);
}
"""
COPY = "__memcpy(shared, b, 64 * sizeof(float), GDRAM2SRAM);"
ROWS = """__memcpy(own, shared, 64 * sizeof(float), SRAM2NRAM);
  for (int r = taskId; r < rows; r += taskDim) {
    __memcpy(row, x + r * 64, 64 * sizeof(float), GDRAM2NRAM);
    __bang_add(row, row, own, 64);
    __memcpy(y + r * 64, row, 64 * sizeof(float), NRAM2GDRAM);
  }"""


@pytest.mark.parametrize(
    ("load", "use"),
    [
        (f"if (coreId == 0x80) {{ {COPY} }}", f"if (coreId != 0x80) {{ {ROWS} }}"),
        (f"if (__is_mpu()) {{ {COPY} }}", ROWS),
        (f"if (coreId == 0x80 && rows > 4) {{ {COPY} }}", ROWS),
        (f"if (coreId == 0x80 || coreDim == 1) {{ {COPY} }}", ROWS),
        (f"if (__is_mpu() && clusterId < 2 && rows > 0) {{ {COPY} }}", ROWS),
        (f"if (!(__is_ipu() || rows <= 0)) {{ {COPY} }}", f"if (!__is_mpu() && rows > 0) {{ {ROWS} }}"),
        (f"if (!(coreId != 0x80 || rows <= 0)) {{ {COPY} }}", f"if (__is_mpu() ? 0 : rows > 0) {{ {ROWS} }}"),
        (f"if (__is_ipu()) {{ }} else {{ {COPY} }}", f"if (__is_ipu()) {{ {ROWS} }}"),
    ],
)
def test_a_memory_core_fills_sram(load: str, use: str) -> None:
    module = raise_module(read(TEXT.replace("LOAD", load).replace("USE", use), "bang"))
    generator = np.random.default_rng(2)
    x, b, y = generator.random((11, 64), np.float32), generator.random(64, np.float32), np.zeros((11, 64), np.float32)
    jit.run(module, "bias", [y, x, b, 11])
    np.testing.assert_array_equal(y, x + b)


@pytest.mark.parametrize(
    "load",
    [
        f"if (coreId == 0x80 && taskId > 4) {{ {COPY} }}",
        f"if (rows > 4 && __is_mpu()) {{ {COPY} __sync_cluster(); }}",
        f"if (coreId == 0x80 || rows > 4) {{ {COPY} }} else {{ __memcpy(own, b, 256, GDRAM2NRAM); }}",
        f"if (coreId == 0x80) {{ {COPY} __sync_cluster(); }} else {{ __sync_cluster(); }}",
        f"if (!__is_mpu() && rows > 4) {{ __memcpy(own, b, 256, GDRAM2NRAM); }} else {{ {COPY} }}",
        f"if ((__is_mpu() && rows > 4) || (!__is_mpu() && rows < 2)) {{ {COPY} }}",
    ],
)
def test_work_that_cannot_be_given_away_is_refused_at_its_line(load: str) -> None:
    with pytest.raises(Unsupported, match="memory core") as refused:
        raise_module(read(TEXT.replace("LOAD", load).replace("USE", ROWS), "bang"))
    assert ":7:" in str(refused.value)


@pytest.mark.parametrize("condition", ["__is_mpu() && rows > 0", "!(__is_ipu() || rows <= 0)", "!(coreId != 0x80 || rows <= 0)"])
def test_the_first_core_of_a_cluster_does_it_and_no_other(condition: str) -> None:
    load = f"if ({condition}) {{ y[taskId] = 1.0f; }}"
    module = raise_module(read(TEXT.replace("LOAD", load).replace("USE", ""), "bang"))
    y = np.zeros(8, np.float32)
    jit.run(module, "bias", [y, y.copy(), y.copy(), 8])
    np.testing.assert_array_equal(np.nonzero(y)[0], [0, 4])
