"""`xpiler-lsp-server`: the native language server for MLIR files with our dialects, in the place of this process."""

from __future__ import annotations

import os
import sys

from xpiler.tools.native_folder import native_folder


def main() -> None:
    """Becomes the server, which speaks the language server protocol on standard input and output."""
    server = str(native_folder() / "xpiler-lsp-server")
    os.execv(server, [server, *sys.argv[1:]])


if __name__ == "__main__":
    main()
