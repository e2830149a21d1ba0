"""Which `xpiler` the tests import: the installed one, unless the native module was built into this checkout.

`python -m pytest` puts the current folder first on the path, where a checkout's sources would hide the installed package.
"""

import sys
from pathlib import Path

CHECKOUT = Path(__file__).parent.parent

if not any((CHECKOUT / "xpiler" / "_mlir_libs").glob("_xpiler*.so")):
    sys.path[:] = [entry for entry in sys.path if Path(entry or ".").resolve() != CHECKOUT]
