"""`xpiler-lsp-server`: the native language server for MLIR files with our dialects, in the place of this process."""

from __future__ import annotations

import importlib.util
import os
import sys
from pathlib import Path

from xpiler.tools.native_folder import native_folder

LIBRARIES = (("mlir", "_mlir_libs"), ("llvm", "lib"))


def main() -> None:
    """Becomes the server, which speaks the language server protocol on standard input and output."""
    server = str(native_folder() / "xpiler-lsp-server")
    # Its own search path is that of a wheel, where the packages lie side by side; a source tree has them elsewhere.
    known = [*library_folders(), *filter(None, [os.environ.get("LD_LIBRARY_PATH")])]
    os.execve(server, [server, *sys.argv[1:]], {**os.environ, "LD_LIBRARY_PATH": os.pathsep.join(known)})


def library_folders() -> list[str]:
    """Where the wheels of MLIR and LLVM have their libraries."""
    found = []
    for package, part in LIBRARIES:
        spec = importlib.util.find_spec(package)
        folders = [Path(folder) / part for folder in (spec.submodule_search_locations or ())] if spec else []
        found += [str(folder) for folder in folders if folder.is_dir()]
    return found


if __name__ == "__main__":
    main()
