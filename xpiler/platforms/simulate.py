"""Builds a kernel file into a library that simulates it, for programs of one's own: `include/xpiler_simulator.h` calls it.

    python -m xpiler.platforms.simulate scale.cu -o scale.so [--arch sm_90] [--lenient] [--seed N]
    c++ -std=c++17 -I$(python -m xpiler.platforms.simulate --include) program.cpp -ldl

Needs a C++ compiler and no other part of Xpiler.
"""

from __future__ import annotations

import argparse
import importlib
import sys
from pathlib import Path

from xpiler.diagnostics import InvalidInput, XpilerError
from xpiler.platforms.names import DEFAULT_ARCH, platform_of

INCLUDE = Path(__file__).parent / "include"


def simulate(source: Path, output: Path, *, platform: str = "", arch: str = "", strict: bool = True, seed: int = 0) -> None:
    """Writes the library for `source`, a CUDA, HIP or BANG file, to `output`; XpilerError, located, where it cannot be built."""
    platform = platform or platform_of(str(source), source.read_text() if source.is_file() else "")
    if platform not in ("cuda", "hip", "bang"):
        raise InvalidInput(f"files of platform '{platform}' run as they are", hint="compile it with a C++ compiler")
    simulator = importlib.import_module(f"xpiler.platforms.{platform}.simulator")
    simulator.build(source, output, arch=arch or DEFAULT_ARCH[platform], strict=strict, seed=seed)


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python -m xpiler.platforms.simulate", description="Builds a file into a library that simulates it."
    )
    parser.add_argument("file", nargs="?", type=Path)
    parser.add_argument("-o", dest="output", type=Path)
    parser.add_argument("--from", dest="platform", choices=("cuda", "hip", "bang"), default="")
    parser.add_argument("--arch", default="")
    parser.add_argument("--lenient", action="store_true")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--include", action="store_true", help="print the folder of xpiler_simulator.h")
    options = parser.parse_args()
    if options.include:
        print(INCLUDE)
        return 0
    if not (options.file and options.output):
        parser.error("FILE and -o are needed")
    try:
        simulate(options.file, options.output, platform=options.platform, arch=options.arch, strict=not options.lenient, seed=options.seed)
    except XpilerError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
