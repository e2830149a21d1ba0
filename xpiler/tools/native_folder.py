"""Where the native parts of this installation lie: the plugin, the C++ package, the language server."""

from __future__ import annotations

import argparse
import importlib.util
from pathlib import Path


def native_folder() -> Path:
    """The folder of the native module; an editable installation has it elsewhere than the Python files."""
    spec = importlib.util.find_spec("xpiler._mlir_libs._xpiler")
    assert spec is not None and spec.origin, "Xpiler is installed without its native module"
    return Path(spec.origin).parent


class PrintFolder(argparse.Action):
    """A flag that prints a folder of the installation (`const`, relative to the native one) and ends, as --version does."""

    def __init__(self, option_strings: list[str], dest: str, const: str, help: str):
        super().__init__(option_strings, dest, nargs=0, const=const, help=help)

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        print(native_folder() / str(self.const))
        parser.exit()
