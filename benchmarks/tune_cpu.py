"""How fast emitted AVX-512 code is: against the naive source, oneDNN's primitives, and PyTorch's CPU kernels where it is there.

    python benchmarks/tune_cpu.py emit FOLDER [--only gemm add]
    python -m venv DNN && DNN/bin/pip install --no-deps onednn-cpu-gomp onednn-devel
    python FOLDER/tune_cpu.py measure FOLDER [--onednn DNN] [--threads 2] [--processor-time] [--rounds 9] [--json RESULT.json]

`emit` needs Xpiler: it writes, for each operator, the output by the default schedule and by every setting of the passes that are not
idle in it (products: tiles of rows and registers), and a copy of this file. `measure` needs g++, numpy and a CPU with AVX-512, and may
run on another machine. The best setting at a shape is taken as tuned; the default's time stands beside it.

All of a row's contestants take turns in one process, in several rounds; each timed call follows an untimed one on the same buffers
(caches warm as far as they are large enough), and a ratio is the median over rounds. oneDNN's primitives are made beforehand and run on
plain layouts (tuning/onednn/primitives.cpp), with the same threads. PyTorch is called with `out=` where it can be; its time holds the
dispatch, some microseconds, which small shapes show. No side packs constant weights beforehand. On a busy machine `--processor-time`
with one thread says more than the clock on the wall does.
"""

from __future__ import annotations

import argparse
import ctypes
import json
import math
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from xpiler.tune.space import Space
    from xpiler.tune.subject import Subject

ROOT = Path(__file__).resolve().parent.parent
CONTESTANTS = ("default", "naive", "onednn", "library")
CLOCK = [time.perf_counter]
FLAGS = ["-O3", "-fopenmp", "-shared", "-fPIC", "-w"]
HERE = Path(__file__).resolve().parent
CORPUS = HERE / "kernels" if (HERE / "kernels").exists() else ROOT / "kernels"
sys.path[:0] = [str(HERE / "tuning"), str(CORPUS)]

from corpus import EVERY  # noqa: E402
from cpu_operators import SHAPES, library_call  # noqa: E402


def emit(folder: Path, only: list[str]) -> None:
    """Writes sources and the list of what they are."""
    from xpiler.options import TranslateOptions
    from xpiler.tune.builder import lower_all
    from xpiler.tune.space import Space
    from xpiler.tune.subject import Subject

    folder.mkdir(parents=True, exist_ok=True)
    entries = []
    for name in only:
        sizes = EVERY[name].named(SHAPES[name][0])
        subject = Subject.of(str(ROOT / "kernels" / name / f"{name}.cu"), TranslateOptions(to="vnni"), sizes)
        space = Space(subject.target, subject.element_bytes)
        points = list(replace(space, idle=idle_passes(subject, space)).points(space.default.sequence))
        texts: dict[str, str] = {}
        for point, (text, _, _) in zip(points, lower_all(subject, [p.schedule for p in points]), strict=True):
            texts.setdefault(text, point.schedule)
        for number, (text, schedule) in enumerate(texts.items()):
            (folder / f"{name}_{number}.cpp").write_text(text)
            entries.append({"operator": name, "file": f"{name}_{number}", "schedule": schedule})
    (folder / "entries.json").write_text(json.dumps(entries, indent=2))
    shutil.copytree(HERE / "tuning", folder / "tuning", dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__"))
    (folder / "kernels").mkdir(exist_ok=True)
    for rows in CORPUS.glob("*.py"):
        shutil.copy(rows, folder / "kernels")
    shutil.copy(__file__, folder / "tune_cpu.py")


def idle_passes(subject: Subject, space: Space) -> frozenset[str]:
    """Passes that change nothing in this kernel: their settings are all one."""
    from xpiler.tune.builder import lower_all

    default = lower_all(subject, [space.default.schedule])[0][0]
    probes = [(name, point.schedule) for name, points in space.probes().items() for point in points]
    texts = [text for text, _, _ in lower_all(subject, [schedule for _, schedule in probes])]
    busy = {name for (name, _), text in zip(probes, texts, strict=True) if text not in ("", default)}
    return frozenset(name for name, _ in probes if name not in busy)


def primitive_call(folder: Path, prefix: Path, name: str, data: list[np.ndarray], shape: tuple[int, ...]) -> Callable[[], object] | None:
    """The same operator by a primitive of the oneDNN below `prefix`, or None where it has none."""
    output = folder / "onednn.so"
    if not output.exists():
        library = max((prefix / "lib").glob("libdnnl.so.*"), key=lambda path: len(path.name))
        place = [f"-I{prefix / 'include'}", f"-L{library.parent}", f"-l:{library.name}", f"-Wl,-rpath,{library.parent}"]
        subprocess.run(["g++", *FLAGS, str(folder / "tuning" / "onednn" / "primitives.cpp"), "-o", str(output), *place], check=True)
    made = ctypes.CDLL(str(output))
    made.onednn_prepare.restype = ctypes.c_void_p
    handle = made.onednn_prepare(name.encode(), (ctypes.c_int * len(shape))(*shape))
    pointers = (ctypes.c_void_p * len(data))(*(a.ctypes.data for a in data))
    return (lambda: made.onednn_run(ctypes.c_void_p(handle), pointers)) if handle else None


def native_call(library: ctypes.CDLL, symbol: str, data: list[np.ndarray], shape: tuple[int, ...]) -> Callable[[], object]:
    """A launcher with its arguments."""
    function = getattr(library, symbol)
    values = [ctypes.c_void_p(a.ctypes.data) for a in data] + [ctypes.c_int(n) for n in shape]
    return lambda: function(*values)


def seconds(call: Callable[[], object], repeats: int) -> float:
    """Of one call, after one that is not counted."""
    call()
    start = CLOCK[0]()
    for _ in range(repeats):
        call()
    return (CLOCK[0]() - start) / repeats


def take_turns(calls: dict[str, Callable[[], object]], rounds: int) -> dict[str, list[float]]:
    """Times by round for each contestant."""
    repeats = {name: max(1, int(0.005 / max(seconds(call, 1), 1e-9))) for name, call in calls.items()}
    times: dict[str, list[float]] = {name: [] for name in calls}
    for _ in range(rounds):
        for name, call in calls.items():
            times[name].append(seconds(call, repeats[name]))
    return times


def compiled(folder: Path, file: str) -> ctypes.CDLL:
    """A source of the folder as a library for this CPU."""
    source = folder / f"{file}.cpp"
    output = source.with_suffix(".so")
    if not output.exists():
        subprocess.run(["g++", *FLAGS, "-march=native", str(source), "-o", str(output)], check=True)
    return ctypes.CDLL(str(output))


def measured(folder: Path, name: str, shape: tuple[int, ...], rounds: int, entries: list[dict], onednn: Path | None) -> dict:
    """One row: the median seconds of default, best, naive and library, and the ratios to the best."""
    arrays, _ = EVERY[name].inputs(shape, "random", 0)
    data, outputs = list(arrays.values()), [arrays[p.name] for p in EVERY[name].parameters if p.role == "out"]
    own = [e for e in entries if e["operator"] == name]
    calls = {e["file"]: native_call(compiled(folder, e["file"]), f"{name}_kernel", data, shape) for e in own}
    ranked = sorted(calls, key=lambda file: np.median(take_turns({file: calls[file]}, 2)[file]))
    contest = {"default": calls[own[0]["file"]], "best": calls[ranked[0]]}
    contest["best"]()
    results = [output.copy() for output in outputs]
    contest["naive"] = native_call(compiled(folder, "tuning/naive/kernels"), f"naive_{name}_kernel", data, shape)
    others = {"naive": contest["naive"], "onednn": primitive_call(folder, onednn, name, data, shape) if onednn else None}
    agrees = True
    for who, call in others.items():
        if call is not None:
            contest[who] = call
            call()
            agrees = agrees and all(map(_close, results, outputs))
    try:
        library = library_call(name, data)
        if library is not None:
            library()
            contest["library"] = library
    except (ImportError, RuntimeError, AttributeError) as error:
        print(f"{name}: no library: {error}", file=sys.stderr)
    times = take_turns(contest, rounds)
    ratio = {other: float(np.median(np.divide(times[other], times["best"]))) for other in times if other != "best"}
    schedule = next(e["schedule"] for e in own if e["file"] == ranked[0])
    median = {who: float(np.median(t)) for who, t in times.items()}
    row = {"operator": name, "shape": shape, "seconds": median, "ratios": ratio, "schedule": schedule, "agrees": agrees}
    print(row, file=sys.stderr, flush=True)
    return row


def _close(result: np.ndarray, other: np.ndarray) -> bool:
    """Within a thousandth; bytes that were rounded, within one."""
    tolerance = 1 if result.dtype == np.int8 else 1e-3
    return bool(np.allclose(result.astype(np.float64), other.astype(np.float64), 1e-3, tolerance))


def table(title: str, rows: list[dict]) -> str:
    """One table with the means."""
    lines = [
        f"\n{title}",
        "| operator | shape | best us | default / best | naive / best | oneDNN / best | PyTorch / best |",
        "|-|-|-|-|-|-|-|",
    ]
    for r in rows:
        numbers = [f"{r['ratios'][who]:.2f}" if who in r["ratios"] else "-" for who in CONTESTANTS]
        lines.append(f"| {r['operator']} | {'x'.join(map(str, r['shape']))} | {1e6 * r['seconds']['best']:.1f} | {' | '.join(numbers)} |")
    means = []
    for who in CONTESTANTS:
        logs = [math.log(r["ratios"][who]) for r in rows if who in r["ratios"]]
        means.append(f"{math.exp(sum(logs) / len(logs)):.2f}" if logs else "-")
    return "\n".join([*lines, f"| geometric mean | | | {' | '.join(means)} |"])


def cpu() -> str:
    """The CPU's name, with what it can do of AVX-512."""
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    model = next((line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")), "unknown")
    flags = next((line.split() for line in lines if line.startswith("flags")), [])
    return f"{model}, avx512f {'avx512f' in flags}, avx512_vnni {'avx512_vnni' in flags}"


def measure(folder: Path, threads: int, rounds: int, output: Path | None, onednn: Path | None) -> int:
    """Both tables; exit code 1 where a result differs from the naive one's or oneDNN's."""
    os.environ["OMP_NUM_THREADS"] = str(threads)
    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:threads])
    try:
        import torch

        torch.set_num_threads(threads)
        library = f"PyTorch {torch.__version__}"
    except ImportError:
        library = "none"
    entries = json.loads((folder / "entries.json").read_text())
    names = list(dict.fromkeys(e["operator"] for e in entries))
    rows = {
        title: [measured(folder, n, SHAPES[n][number], rounds, entries, onednn) for n in names]
        for number, title in enumerate(("large shapes", "small shapes"))
    }
    print(f"{cpu()}; {threads} threads; library: {library}")
    for title, found in rows.items():
        print(table(title, found))
    if output:
        output.write_text(json.dumps({"cpu": cpu(), "threads": threads, "library": library, **rows}, indent=2))
    return 0 if all(r["agrees"] for found in rows.values() for r in found) else 1


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("step", choices=("emit", "measure"))
    parser.add_argument("folder", type=Path)
    parser.add_argument("--only", nargs="*", default=list(SHAPES), choices=list(SHAPES))
    parser.add_argument("--threads", type=int, default=len(os.sched_getaffinity(0)))
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--onednn", type=Path, help="an environment with onednn-cpu-gomp and onednn-devel")
    parser.add_argument("--json", type=Path)
    parser.add_argument("--processor-time", action="store_true", help="what the process has taken of all cores, not time on the wall")
    arguments = parser.parse_args()
    if arguments.processor_time:
        CLOCK[0] = time.process_time
    if arguments.step == "emit":
        emit(arguments.folder, arguments.only)
        return 0
    return measure(
        arguments.folder.resolve(), arguments.threads, arguments.rounds, arguments.json, arguments.onednn and arguments.onednn.resolve()
    )


if __name__ == "__main__":
    sys.exit(main())
