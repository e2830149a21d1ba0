"""The Makefile and the README of a bundle."""

from __future__ import annotations

COMPILERS = {
    "cuda": ("nvcc", "-O3 -std=c++17 -arch={arch}", ""),
    "hip": ("hipcc", "-O3 -std=c++17 --offload-arch={arch}", ""),
    "bang": ("cncc", "-O3 -std=c++11 --bang-mlu-arch={arch}", "-lcnrt"),
    "vnni": ("g++", "-O3 -std=c++17 -march=native -fopenmp", ""),
}


def makefile(platform: str, arch: str, main: str, output: str, probe: str = "") -> str:
    """`make check` builds and runs the program; `make probe`, where there is one, that."""
    compiler, flags, libraries = COMPILERS[platform]
    lines = [
        f"COMPILER = {compiler}",
        f"FLAGS = {flags.format(arch=arch)}",
        *([f"LIBRARIES = {libraries}"] if libraries else []),
        "",
        "check: program",
        "\t./program",
        "",
        f"program: {main} {output} check.h",
        f"\t$(COMPILER) $(FLAGS) {main} -o $@{' $(LIBRARIES)' if libraries else ''}",
    ]
    if probe:
        lines += ["", "probe: questions", "\t./questions", "", f"questions: {probe}", f"\t$(COMPILER) $(FLAGS) {probe} -o $@ $(LIBRARIES)"]
    lines += ["", f"clean:\n\trm -f program{' questions' if probe else ''}", "", f".PHONY: check clean{' probe' if probe else ''}"]
    return "\n".join(lines) + "\n"


def readme(source: str, output: str, launcher: str, main: str, calls: int, verdict: str, probe: str = "") -> str:
    """What lies in the folder, and what to do with it."""
    text = f"""# {output}, checked on your own machine

`{output}` is the translation of `source/{source}`. Verdict where it was made: {verdict}.

    make check

builds `{main}` and runs `{launcher}` on the {calls} recorded calls in `data/`: `NAME.before` holds a buffer before a call,
`NAME.after` what `{source}` made of it (none where it wrote nothing). The last line says `pass` or `FAIL` with the largest
relative error; every buffer that is wrong is told with its first wrong element. Integers must be equal; floats may differ by the
rounding of sums in another order (the bounds are in `check.h`).
"""
    if probe:
        text += f"""
    make probe

builds and runs `{probe}`, which asks the device what the public documents leave open, and prints the options with which
`xpiler run` simulates this device.
"""
    return text
