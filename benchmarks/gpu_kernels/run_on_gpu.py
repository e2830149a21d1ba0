"""Runs a bundle on a machine with an NVIDIA GPU: `python run_on_gpu.py --json RESULT.json`.

Needs nvcc, numpy and, for the planted faults, compute-sanitizer; what is missing or fails is reported in the result's row.
"""

from __future__ import annotations

import argparse
import json
import re
import shutil
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np

BUNDLE = Path(__file__).resolve().parent
_SUMMARY = re.compile(r"(?:ERROR SUMMARY: (\d+) error|RACECHECK SUMMARY: (\d+) hazard)")
_NARROW = {2: np.uint16, 4: np.uint32, 8: np.uint64}
_DEADLINE_S = 460.0


class Machine:
    """The tools of this machine, the libraries built so far, and the time left."""

    def __init__(self, scratch: Path, jobs: int):
        self.scratch = scratch
        self.jobs = jobs
        self.started = time.monotonic()
        self.failures: dict[str, str] = {}
        self.sanitizer = shutil.which("compute-sanitizer") or next(map(str, Path("/usr/local").glob("cuda*/bin/compute-sanitizer")), "")
        self.nvcc = shutil.which("nvcc") or next(map(str, Path("/usr/local").glob("cuda*/bin/nvcc")), "nvcc")

    @property
    def left(self) -> float:
        """Seconds until everything must be over."""
        return _DEADLINE_S - (time.monotonic() - self.started)

    def run(self, command: list[str], limit: float) -> tuple[int, str]:
        """Exit status and output; 124 where the limit or the time left ran out, 127 where there is no such tool."""
        limit = min(limit, self.left)
        if limit <= 1:
            return 124, "no time left"
        try:
            done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=limit, check=False)
        except subprocess.TimeoutExpired:
            return 124, f"not finished after {limit:.0f} s"
        except OSError as problem:
            return 127, str(problem)
        return done.returncode, done.stdout.decode(errors="replace")

    def library(self, source: str) -> Path:
        """Where the library of a source lies."""
        return self.scratch / (Path(source).stem + ".so")

    def compile(self, entries: list[dict]) -> None:
        """Builds the program that calls launchers, and a library for every source."""
        options = [self.nvcc, "-arch=sm_90", "-O2", "-std=c++17", "-lineinfo", "-shared", "-Xcompiler", "-fPIC", "-w"]
        commands = {"call": [self.nvcc, "-O2", "-o", str(self.scratch / "call_case"), str(BUNDLE / "sources/call_case.cpp"), "-ldl"]}
        for entry in entries:
            source = entry.get("source")
            if source and source not in commands:
                # The comparison is of operations, one by one: contracted ones differ in the last bit. Emitted text is built as usual.
                mine = (
                    ["--expt-relaxed-constexpr", f"-I{BUNDLE}/sources/hip_on_cuda"] if entry["role"] in ("cuda", "hip") else ["-fmad=false"]
                )
                commands[source] = [*options, *mine, "-o", str(self.library(source)), str(BUNDLE / source)]
        with ThreadPoolExecutor(self.jobs) as pool:
            for source, (status, text) in zip(commands, pool.map(lambda c: self.run(c, 240), commands.values()), strict=True):
                if status:
                    self.failures[source] = next((line for line in text.splitlines() if "error" in line), text[-300:]).strip()
        print(f"compiled {len(commands)} files in {time.monotonic() - self.started:.0f} s, {len(self.failures)} failed", flush=True)

    def call(self, entry: dict, label: str) -> tuple[list[str], list[Path]]:
        """The command that runs a case, and the files its outputs go to."""
        words, outputs = [], []
        for argument in entry["arguments"]:
            if "in" in argument:
                words.append(f"in:{BUNDLE / argument['in']}")
            elif "inout" in argument:
                outputs.append(self.scratch / f"{label}.{len(outputs)}.out")
                words.append(f"inout:{BUNDLE / argument['inout']}:{outputs[-1]}")
            elif "float" in argument:
                words.append(f"float:{argument['float']!r}")
            elif "out" in argument:
                outputs.append(self.scratch / f"{label}.{len(outputs)}.out")
                words.append(f"out:{argument['out']}:{outputs[-1]}")
            else:
                words.append(f"int:{argument['int']}")
        return [str(self.scratch / "call_case"), str(self.library(entry["source"])), entry["symbol"], *words], outputs


def ordered(values: np.ndarray) -> np.ndarray:
    """Floats as whole numbers whose difference is the distance in units of the last place."""
    bits = values.view(_NARROW[values.itemsize]).astype(object if values.itemsize == 8 else np.int64)
    sign = 1 << (8 * values.itemsize - 1)
    return np.where(bits >= sign, sign - bits, bits)


def compare(output: dict, actual: np.ndarray) -> dict:
    """Whether an output is as the simulator (or, for a bound, numpy) has it, and its largest error."""
    rule, _, limit = output["comparison"].partition(" ")
    if rule == "bound":
        expected, bound = (np.fromfile(BUNDLE / output[key], np.float64) for key in ("expected", "bound"))
        error = np.abs(actual.astype(np.float64) - expected)
        return {"equal": bool((error <= bound).all()), "largest": f"{error.max():.2g}", "differing": int((~(error <= bound)).sum())}
    expected = np.fromfile(BUNDLE / output["expected"], actual.dtype)
    both_nan = _is_nan(expected, limit) & _is_nan(actual, limit)
    width = np.dtype(f"u{actual.itemsize}")
    differs = (expected.view(width) != actual.view(width)) & ~both_nan
    if rule in ("equal", "undefined"):
        wrong, largest = differs, ""
        if differs.any():
            i = int(differs.argmax())
            largest = f"element {i}: {actual[i]} here, {expected[i]} in the simulator"
    elif rule == "ulp":
        distance = np.where(both_nan, 0, np.abs(ordered(expected) - ordered(actual)))
        wrong, largest = distance > int(limit), f"{distance.max()} ulp"
    else:
        distance = np.where(both_nan | ~differs, 0, np.abs(expected.astype(np.float64) - actual.astype(np.float64)))
        wrong, largest = ~(distance <= float(limit)), f"{distance.max():.2g}"
    return {"equal": not wrong.any(), "largest": largest, "differing": int(wrong.sum())}


def _is_nan(values: np.ndarray, kind: str) -> np.ndarray:
    """NaN are equal whatever their payload; bfloat16 travels as its bits."""
    if kind == "bfloat16":
        return (values & 0x7FFF) > 0x7F80
    return np.isnan(values) if values.dtype.kind == "f" else np.zeros(values.shape, bool)


def run_natively(machine: Machine, numbered: tuple[int, dict]) -> dict:
    """One case on the GPU: `equal`, `largest` error, or why there is no result."""
    number, entry = numbered
    if entry["source"] in machine.failures:
        return {"failure": f"nvcc: {machine.failures[entry['source']]}"}
    command, files = machine.call(entry, f"case{number}")
    status, text = machine.run(command, 60)
    if status or "FAILED" in text:
        return {"failure": (text.strip().splitlines() or [f"exit status {status}"])[0]}
    results = [compare(output, np.fromfile(file, output["dtype"])) for output, file in zip(entry["outputs"], files, strict=True)]
    return next((result for result in results if not result["equal"]), results[0]) if results else {}


def run_sanitized(machine: Machine, work: tuple[int, dict, str]) -> dict:
    """One case under one tool of compute-sanitizer: the number of findings and the first of them."""
    number, entry, tool = work
    if entry["source"] in machine.failures:
        return {"tool": tool, "failure": f"nvcc: {machine.failures[entry['source']]}"}
    if not machine.sanitizer:
        return {"tool": tool, "failure": "sanitizer unavailable: not found"}
    command, _ = machine.call(entry, f"{tool}{number}")
    status, text = machine.run([machine.sanitizer, "--tool", tool, "--print-limit", "3", *command], 90)
    counts = [int(a or b) for a, b in _SUMMARY.findall(text)]
    said = [line[9:].strip() for line in text.splitlines() if line.startswith("=========")]
    if not counts:
        reason = next((s for s in said if "rror" in s), (text.strip().splitlines() or [""])[-1])
        return {"tool": tool, "failure": f"{'' if status == 124 else 'sanitizer unavailable: '}{reason[:200]}"}
    first = next((s for s in said if s and not s.startswith("COMPUTE-SANITIZER") and "SUMMARY" not in s), "")
    return {"tool": tool, "found": max(counts), "first": first[:200] if max(counts) else ""}


def run_all(machine: Machine, entries: list[dict]) -> None:
    """Fills in what the GPU says of every entry: results first, faults then, last memcheck of the clean cases."""
    machine.compile(entries)
    numbered = [(n, e) for n, e in enumerate(entries) if "skipped" not in e]
    plain = [(n, e) for n, e in numbered if e["role"] != "faulty"]
    with ThreadPoolExecutor(min(6, machine.jobs)) as pool:
        for (_, entry), result in zip(plain, pool.map(lambda w: run_natively(machine, w), plain), strict=True):
            entry["gpu"] = result
        print(f"results after {time.monotonic() - machine.started:.0f} s", flush=True)
        faults = [(n, e, t) for n, e in numbered if e["tool"] for t in _tools(e["tool"])]
        rest = [(n, e, "memcheck") for n, e in numbered if e["role"] == "clean"]
        for name, work in (("faults", faults), ("clean cases under memcheck", rest)):
            for (_, entry, _), result in zip(work, pool.map(lambda w: run_sanitized(machine, w), work), strict=True):
                entry.setdefault("sanitizer", []).append(result)
            print(f"{name} after {time.monotonic() - machine.started:.0f} s", flush=True)


def _tools(tool: str) -> tuple[str, ...]:
    """The classes a case runs under: all of them where none is known to look for the fault."""
    return ("memcheck", "racecheck", "initcheck", "synccheck") if tool == "none" else (tool,)


def print_table(entries: list[dict]) -> None:
    """One line a case."""
    for entry in entries:
        gpu, said = entry.get("gpu", {}), entry.get("sanitizer", [])
        result = (
            entry.get("skipped")
            or gpu.get("failure")
            or ("" if "equal" not in gpu else f"{'equal' if gpu['equal'] else 'DIFFERS'} {gpu['largest']}")
        )
        found = "; ".join(f"{s['tool']}: {s.get('failure') or s['found']}" for s in said)
        print(f"{entry['name']:32s}{entry['role']:8s}{result:40s} {found:32s} simulator: {', '.join(entry['simulator']) or '-'}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", type=Path, required=True)
    parser.add_argument("--jobs", type=int, default=16)
    options = parser.parse_args()
    entries = json.loads((BUNDLE / "manifest.json").read_text())
    with tempfile.TemporaryDirectory(prefix="gpu-check-") as scratch:
        machine = Machine(Path(scratch), options.jobs)
        names = ["nvidia-smi", "--query-gpu=name,driver_version", "--format=csv,noheader"]
        about = {
            "gpu": machine.run(names, 30)[1].strip(),
            "nvcc": machine.run([machine.nvcc, "--version"], 30)[1].strip().splitlines()[-1:],
        }
        try:
            run_all(machine, entries)
        finally:
            about["seconds"] = round(time.monotonic() - machine.started)
            options.json.write_text(json.dumps({"about": about, "cases": entries}, indent=1))
    print_table(entries)


if __name__ == "__main__":
    sys.exit(main())
