"""The operations of cuda and hip in the simulator, and their meanings, on the same operands."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import numpy as np
from semantics_simt_lanes import lane_trials
from semantics_simt_matrices import VECTOR_TYPES, matrix_trials
from semantics_trials import Arrays, Row, Search, Trial, first_difference

from xpiler.execution.child import DeviceBuffer, report
from xpiler.platforms.cuda import simulator as cuda
from xpiler.platforms.hip import simulator as hip

HEAD = {
    "cuda": "#include <cuda_fp16.h>\n#include <cuda_bf16.h>\n#include <mma.h>\nusing namespace nvcuda;\n",
    "hip": "#include <hip/hip_runtime.h>\n#include <hip/hip_fp16.h>\n" + VECTOR_TYPES,
}


def platform_of(target: str) -> str:
    """`sm_90` is CUDA's, `gfx942` is HIP's."""
    return "cuda" if target.startswith("sm_") else "hip"


class Simulator:
    """The kernels of all trials of one architecture in one library."""

    def __init__(self, trials: list[Trial], target: str, folder: Path):
        platform = platform_of(target)
        source = folder / f"{target}.{platform}"
        source.write_text(HEAD[platform] + "".join(_kernel(i, trial) for i, trial in enumerate(trials)))
        {"cuda": cuda, "hip": hip}[platform].build(source, folder / f"{target}.so", arch=target)
        self._library = ctypes.CDLL(str(folder / f"{target}.so"))

    def run(self, index: int, trial: Trial, arrays: Arrays) -> str:
        """Launches one block on the arrays, which it changes; says what the simulator finds."""
        self._library.xpiler_sim_reset()
        buffers = {name: DeviceBuffer(self._library, arrays[name].tobytes(), name, written=True) for _, name in trial.parameters}
        cells = [ctypes.c_void_p(b.address) for b in buffers.values()]
        packed = (ctypes.c_void_p * len(cells))(*[ctypes.addressof(c) for c in cells])
        grid, block = (ctypes.c_uint * 3)(1, 1, 1), (ctypes.c_uint * 3)(trial.lanes, 1, 1)
        getattr(self._library, f"xpiler_sim_launch_k{index}")(grid, block, 0, packed)
        for name, buffer in buffers.items():
            arrays[name][...] = np.frombuffer(buffer.read(), arrays[name].dtype).reshape(arrays[name].shape)
            self._library.xpiler_sim_free(ctypes.c_void_p(buffer.address))
        findings = report(self._library, "findings")
        return f"the simulator finds {findings[0]['kind']}: {findings[0]['message']}" if findings else ""  # type: ignore[index]


def _kernel(index: int, trial: Trial) -> str:
    parameters = ", ".join(f"{type_} *{name}" for type_, name in trial.parameters)
    return f'extern "C" __global__ void k{index}({parameters}) {{\n  int l = threadIdx.x;\n  {trial.text}\n}}\n'


def simt_rows(search: Search, folder: Path) -> Iterator[Row]:
    """Every operation, as far as `search` asks for it; one library an architecture."""
    trials = [trial for trial in (*lane_trials(), *matrix_trials()) if search.only in trial.name]
    for target in dict.fromkeys(trial.target for trial in trials):
        here = [trial for trial in trials if trial.target == target]
        simulator = Simulator(here, target, folder)
        for i, trial in enumerate(here):
            found = first_difference(trial, i, search, partial(simulator.run, i, trial))
            yield Row(trial.name, " ".join(trial.text.split()), found)
