"""Compares the SIMT simulator with an NVIDIA GPU.

    python benchmarks/gpu_check.py bundle DIR [--corpus FOLDER]    here: simulate, and pack what the GPU's machine needs
    python DIR/run_on_gpu.py --json RESULT.json                    there: nvcc, compute-sanitizer, python with numpy
    python benchmarks/gpu_check.py report RESULT.json              the tables in markdown

FOLDER holds emitted text of the corpus, `<operator>_<source>_to_cuda.cu` and `<operator>_<source>_to_hip.hip`,
the latter for 32-lane waves (`--arch gfx1100`).
"""

from __future__ import annotations

import argparse
import importlib
import json
import re
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent))

from gpu_cases import KERNELS, Case, read_cases
from gpu_report import markdown

ROOT = Path(__file__).resolve().parent.parent
_EMITTED = re.compile(r"(\w+?)_(cuda|hip|bang|vnni)_to_(cuda\.cu|hip\.hip)")
_VECTOR = re.compile(r"typedef (\w+) (\w+) __attribute__\(\(ext_vector_type\((\d+)\)\)\);")
_LARGEST = 100_000  # elements of an array of the corpus: the bundle stays small


class Bundle:
    """The folder that travels: sources, data, the manifest and the script that reads them."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.entries: list[dict] = []
        shutil.rmtree(folder, ignore_errors=True)
        (folder / "data").mkdir(parents=True)
        shutil.copytree(KERNELS, folder / "sources", ignore=shutil.ignore_patterns("run_on_gpu.py", "__pycache__"))
        shutil.copy(KERNELS / "run_on_gpu.py", folder)

    def data(self, name: str, array: np.ndarray) -> str:
        """Writes an array's bytes and returns their path in the bundle."""
        path = f"data/{name}.bin"
        (self.folder / path).write_bytes(np.ascontiguousarray(array).tobytes())
        return path

    def close(self) -> None:
        """Writes the manifest."""
        (self.folder / "manifest.json").write_text(json.dumps(self.entries, indent=1))


def add_cases(bundle: Bundle, cases: list[Case]) -> None:
    """Simulates every case in strict mode and packs its arrays."""
    from xpiler.execution.build import build

    with tempfile.TemporaryDirectory(prefix="gpu-check-") as scratch:
        for source in sorted({case.source for case in cases}):
            library = Path(scratch) / f"{source.stem}.so"
            build(source, "cuda", library, arch="sm_90")
            for case in (c for c in cases if c.source == source):
                bundle.entries.append(_simulated(bundle, case, library))


def _simulated(bundle: Bundle, case: Case, library: Path) -> dict:
    """One case's entry of the manifest, with the simulator's output and findings."""
    from xpiler.execution.process import run

    before = case.input()
    poison = np.frombuffer(b"\xa5" * (case.out_count * np.dtype(case.out_dtype).itemsize), case.out_dtype)
    result = run(library, case.symbol, [[before, poison, case.in_count]], timeout_s=60)[0]
    label = case.symbol
    expected = bundle.data(f"{label}.expected", result.arrays[1]) if result.arrays and case.role != "faulty" else ""
    arguments = [{"in": bundle.data(f"{label}.in", before)}, {"out": poison.nbytes}, {"int": case.in_count}]
    outputs = [{"dtype": case.out_dtype, "expected": expected, "comparison": case.comparison}] if case.role != "faulty" else []
    found = sorted({finding["kind"] for finding in result.findings})
    print(f"{case.name:28s}{case.role:8s}{', '.join(found) or '-'}  {result.failure}", flush=True)
    return {
        "name": case.name,
        "role": case.role,
        "source": f"sources/{case.source.name}",
        "symbol": case.symbol,
        "arguments": arguments,
        "outputs": outputs,
        "tool": case.tool,
        "kinds": list(case.kinds),
        "simulator": found,
        "simulator_failure": result.failure,
    }


def add_corpus(bundle: Bundle, folder: Path) -> None:
    """Packs emitted text and the corpus' inputs with what its numpy references expect."""
    for source in sorted(folder.iterdir()):
        match = _EMITTED.fullmatch(source.name)
        if not match:
            continue
        operator, origin, target = match[1], match[2], match[3].partition(".")[0]
        text = source.read_text()
        entry = {"name": f"{operator} {origin}", "role": target, "symbol": f"{operator}_kernel", "tool": "", "kinds": [], "simulator": []}
        if "mfma" in text:
            bundle.entries.append(
                {**entry, "skipped": "matrix cores of 64-lane waves: checked in the simulator and by the AMDGPU back end"}
            )
            continue
        packed = f"sources/{source.stem}.cu"
        (bundle.folder / packed).write_text(_VECTOR.sub(r"using \2 = hip_on_cuda::Vector<\1, \3>;", text))
        for label, arguments, outputs in _corpus_calls(bundle, operator):
            bundle.entries.append(
                {**entry, "name": f"{operator} {label}, from {origin}", "source": packed, "arguments": arguments, "outputs": outputs}
            )


def _corpus_calls(bundle: Bundle, name: str) -> Iterator[tuple[str, list[dict], list[dict]]]:
    """Every shape of the operator that is not large: its label, arguments and expected outputs."""
    operator = _corpus().EVERY[name]
    for shape in operator.shapes:
        arrays, sizes = operator.inputs(shape, "random", 1)
        if max(a.size for a in arrays.values()) > _LARGEST:
            continue
        label = "x".join(map(str, shape))
        arguments = [
            {"out": arrays[p.name].nbytes} if p.role == "out" else {p.role: bundle.data(f"{name}.{label}.{p.name}", arrays[p.name])}
            for p in operator.parameters
        ]
        outputs = [_output(bundle, operator, p, label, arrays, sizes) for p in operator.parameters if p.role != "in"]
        numbers = [*({"int": sizes[s]} for s in operator.sizes), *({"float": float(np.float32(x))} for x in operator.scalars)]
        yield label, [*arguments, *numbers], outputs


def _output(bundle: Bundle, operator, parameter, label: str, arrays: dict[str, np.ndarray], sizes: dict[str, int]) -> dict:
    """What one output must be, and within which bound."""
    expected = operator.expected(arrays, sizes, parameter.name).astype(np.float64)
    scale = np.abs(expected) if operator.magnitude is None else operator.magnitude(arrays, sizes)
    bound = operator.relative_tolerance * scale + operator.absolute_tolerance + np.zeros(expected.shape)
    stem = f"{operator.name}.{label}.{parameter.name}"
    return {
        "dtype": parameter.dtype,
        "expected": bundle.data(f"{stem}.expected", expected),
        "bound": bundle.data(f"{stem}.bound", bound),
        "comparison": "bound",
    }


def _corpus():
    """The module `kernels/corpus.py`, which lies in no package."""
    sys.path.insert(0, str(ROOT / "kernels"))
    return importlib.import_module("corpus")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    actions = parser.add_subparsers(dest="action", required=True)
    packing = actions.add_parser("bundle")
    packing.add_argument("folder", type=Path)
    packing.add_argument("--corpus", type=Path)
    packing.add_argument("--only", default="", help="sources whose name matches this expression")
    actions.add_parser("report").add_argument("result", type=Path)
    options = parser.parse_args()
    if options.action == "report":
        print(markdown(json.loads(options.result.read_text())))
        return
    bundle = Bundle(options.folder)
    add_cases(bundle, [case for case in read_cases() if re.search(options.only, case.source.name)])
    if options.corpus:
        add_corpus(bundle, options.corpus)
    bundle.close()


if __name__ == "__main__":
    main()
