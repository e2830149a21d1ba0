"""numpy behind the commands: not loaded by importing it, whole as soon as something asks."""

import subprocess
import sys

SETTLED = "import sys; from xpiler.tools.single_job import settle_for_one_job; settle_for_one_job(); "


def printed(code: str) -> str:
    return subprocess.run([sys.executable, "-I", "-c", SETTLED + code], capture_output=True, text=True, check=True).stdout


def test_importing_numpy_runs_none_of_its_code():
    assert printed("import numpy as np, mlir.ir; print('numpy._core' in sys.modules)") == "False\n"


def test_an_attribute_loads_numpy():
    assert printed("import numpy as np; print(np.arange(3).sum(), isinstance(np.zeros(1), np.ndarray))") == "3 True\n"


def test_a_module_inside_numpy_loads_it():
    assert printed("import numpy.linalg; from numpy import float32; print(float32(0.5), numpy.linalg.norm([3, 4]))") == "0.5 5.0\n"
