"""Which `xpiler` the tests import: the installed one, unless the native module was built into this checkout. Golden files.

`python -m pytest` puts the current folder first on the path, where a checkout's sources would hide the installed package.
"""

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).parent.parent

if not any((CHECKOUT / "xpiler" / "_mlir_libs").glob("_xpiler*.so")):
    sys.path[:] = [entry for entry in sys.path if Path(entry or ".").resolve() != CHECKOUT]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-golden", action="store_true", help="write the golden files of emitted text again")


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Callable[[str, str], None]:
    """`golden(name, text)`: the text is that of the golden file beside the test; `--update-golden` writes it, to be reviewed as a diff."""

    def compare(name: str, text: str) -> None:
        path = request.path.parent / "golden" / name
        if request.config.getoption("--update-golden"):
            path.parent.mkdir(exist_ok=True)
            path.write_text(text)
        assert path.exists(), f"{path} is missing: run with --update-golden"
        assert text == path.read_text(), "the text changed: run with --update-golden and review the diff"

    return compare
