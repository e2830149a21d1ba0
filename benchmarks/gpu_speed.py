"""Times the CUDA text that we emit against PyTorch (cuBLAS, cuDNN and its own kernels) on an NVIDIA GPU.

    python benchmarks/gpu_speed.py bundle DIR [--operators add,gemm]   here: translate, and pack what the GPU's machine needs
    python DIR/run_on_gpu.py --json RESULT.json                        there: nvcc, python with PyTorch
    python benchmarks/gpu_speed.py report RESULT.json                  the tables in markdown

Emitted from the corpus' HIP, BANG C and AVX-512 sources by default schedules; the corpus' own CUDA text runs beside them.
"""

from __future__ import annotations

import argparse
import json
import math
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SUFFIXES = {"cuda": ".cu", "hip": ".hip", "bang": ".mlu", "vnni": ".cpp"}
OPERATORS = (
    "add",
    "gelu",
    "softmax",
    "layernorm",
    "rmsnorm",
    "row_sum",
    "row_max",
    "transpose",
    "maxpool",
    "gemm",
    "gemm_half",
    "gemm_int8",
)


def bundle(folder: Path, operators: list[str]) -> None:
    """The folder that travels: emitted text, the corpus' own, and the script that times them."""
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(Path(__file__).with_suffix(""), folder, ignore=shutil.ignore_patterns("__pycache__"))
    (folder / "emitted").mkdir()
    for operator in operators:
        for platform, suffix in SUFFIXES.items():
            source, output = ROOT / "kernels" / operator / (operator + suffix), folder / "emitted" / f"{operator}_from_{platform}.cu"
            if platform == "cuda":
                shutil.copy(source, output)
                continue
            command = [sys.executable, "-I", "-m", "xpiler", "translate", str(source), "--to", "cuda", "--arch", "sm_90", "--verify=none"]
            done = subprocess.run([*command, "-o", str(output)], capture_output=True, text=True, check=False)
            print(f"{output.name}: {'written' if done.returncode == 0 else done.stderr.strip()}", flush=True)


def report(result: dict) -> str:
    """One table for each group of shapes: time, ratio to the library (above 1: ours is faster), and the share of the roof."""
    lines = [f"{result['device']}, PyTorch {result['torch']}, copies at {result['copy_bytes_a_second'] / 1e12:.2f} TB/s."]
    for shapes in dict.fromkeys(row["shapes"] for row in result["rows"]):
        rows = [row for row in result["rows"] if row["shapes"] == shapes]
        lines += ["", f"| operator ({shapes}) | from | ours | library | library/ours | share |", "|---|---|---|---|---|---|"]
        lines += [_line(row, result["copy_bytes_a_second"]) for row in rows]
        ratios = [math.log(row["library_ms"] / row["ms"]) for row in rows if row["from"] != "cuda" and row.get("right")]
        if ratios:
            lines += ["", f"Geometric mean of {len(ratios)} emitted files: {math.exp(sum(ratios) / len(ratios)):.2f}x."]
    return "\n".join(lines)


def _line(row: dict, bandwidth: float) -> str:
    start = f"| {row['operator']} {row['sizes']} | {'hand-written' if row['from'] == 'cuda' else row['from']} |"
    if "failure" in row:
        return f"{start} failed: {' '.join(row['failure'].split())[:80]} | | | |"
    if not row["right"]:
        return f"{start} wrong: relative error {row['error']:.1e} | | | |"
    seconds = row["ms"] / 1e3
    if row["operations"]:
        share = f"{row['operations'] / seconds / 1e12:.1f} Tops/s"
    else:
        share = f"{row['bytes'] / seconds / bandwidth:.0%} of the copy's bandwidth"
    return f"{start} {row['ms']:.3f} ms | {row['library_ms']:.3f} ms | {row['library_ms'] / row['ms']:.2f} | {share} |"


def main() -> None:
    """One of the two actions."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    actions = parser.add_subparsers(dest="action", required=True)
    packing = actions.add_parser("bundle")
    packing.add_argument("folder", type=Path)
    packing.add_argument("--operators", default=",".join(OPERATORS))
    actions.add_parser("report").add_argument("result", type=Path)
    options = parser.parse_args()
    if options.action == "bundle":
        bundle(options.folder.resolve(), options.operators.split(","))
    else:
        print(report(json.loads(options.result.read_text())))


if __name__ == "__main__":
    main()
