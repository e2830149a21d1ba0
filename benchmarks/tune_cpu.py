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
LARGE = {
    "add": (1 << 24,),
    "gelu": (1 << 22,),
    "softmax": (4096, 1024),
    "layernorm": (4096, 1024),
    "row_sum": (4096, 4096),
    "gemm": (1024, 1024, 1024),
    "gemm_int8": (1024, 1024, 1024),
    "transpose": (4096, 4096),
    "maxpool": (16, 112, 112, 64),
}
SMALL = {
    "add": (4096,),
    "gelu": (4096,),
    "softmax": (16, 256),
    "layernorm": (16, 256),
    "row_sum": (64, 256),
    "gemm": (64, 64, 64),
    "gemm_int8": (64, 64, 64),
    "transpose": (128, 128),
    "maxpool": (1, 16, 16, 64),
}


def emit(folder: Path, only: list[str]) -> None:
    """Writes sources and the list of what they are."""
    from xpiler.options import TranslateOptions
    from xpiler.tune.builder import lower_all
    from xpiler.tune.space import Space
    from xpiler.tune.subject import Subject

    folder.mkdir(parents=True, exist_ok=True)
    entries = []
    for name in only:
        sizes = dict(zip(_size_names(name), LARGE[name], strict=True))
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
    shutil.copy(ROOT / "benchmarks" / "tuning" / "naive" / "kernels.cpp", folder / "naive.cpp")
    shutil.copy(ROOT / "benchmarks" / "tuning" / "onednn" / "primitives.cpp", folder / "onednn.cpp")
    shutil.copy(__file__, folder / "tune_cpu.py")


def idle_passes(subject: Subject, space: Space) -> frozenset[str]:
    """Passes that change nothing in this kernel: their settings are all one."""
    from xpiler.tune.builder import lower_all

    default = lower_all(subject, [space.default.schedule])[0][0]
    probes = [(name, point.schedule) for name, points in space.probes().items() for point in points]
    texts = [text for text, _, _ in lower_all(subject, [schedule for _, schedule in probes])]
    busy = {name for (name, _), text in zip(probes, texts, strict=True) if text not in ("", default)}
    return frozenset(name for name, _ in probes if name not in busy)


def _size_names(name: str) -> tuple[str, ...]:
    sys.path.insert(0, str(ROOT / "kernels"))
    from corpus import OPERATORS

    return OPERATORS[name].sizes


def arrays(name: str, shape: tuple[int, ...]) -> list[np.ndarray]:
    """Inputs, then the output, in the launcher's order."""
    generator = np.random.default_rng(0)
    floats = lambda *dims: generator.uniform(-2, 2, dims).astype(np.float32)  # noqa: E731
    if name.startswith("gemm"):
        m, n, k = shape
        if name == "gemm":
            return [floats(m, k), floats(k, n), np.zeros((m, n), np.float32)]
        a, b = (generator.integers(-128, 127, dims).astype(np.int8) for dims in ((m, k), (k, n)))
        return [a, b, np.zeros((m, n), np.int32)]
    if name == "maxpool":
        b, h, w, c = shape
        return [floats(b, h, w, c), np.zeros((b, h // 2, w // 2, c), np.float32)]
    if name == "layernorm":
        return [floats(*shape), floats(shape[1]), floats(shape[1]), np.zeros(shape, np.float32)]
    outputs = {"row_sum": shape[:1], "transpose": shape[::-1]}.get(name, shape)
    return [floats(*shape) for _ in range(2 if name == "add" else 1)] + [np.zeros(outputs, np.float32)]


def library_call(name: str, data: list[np.ndarray]) -> Callable[[], object] | None:
    """The same operator by PyTorch, or None where it has none."""
    import torch

    t = [torch.from_numpy(a) for a in data]
    functional = torch.nn.functional
    with torch.no_grad():
        return {
            "add": lambda: torch.add(t[0], t[1], out=t[2]),
            "gelu": lambda: functional.gelu(t[0], approximate="tanh"),
            "softmax": lambda: torch.softmax(t[0], 1, out=t[1]),
            "layernorm": lambda: functional.layer_norm(t[0], t[0].shape[1:], t[1], t[2]),
            "row_sum": lambda: torch.sum(t[0], 1, out=t[1]),
            "gemm": lambda: torch.mm(t[0], t[1], out=t[2]),
            "gemm_int8": lambda: torch._int_mm(t[0], t[1]),
            "transpose": lambda: t[1].copy_(t[0].T),
            "maxpool": lambda: functional.max_pool2d(t[0].permute(0, 3, 1, 2), 2),
        }.get(name)


def primitive_call(folder: Path, prefix: Path, name: str, data: list[np.ndarray], shape: tuple[int, ...]) -> Callable[[], object] | None:
    """The same operator by a primitive of the oneDNN below `prefix`, or None where it has none."""
    output = folder / "onednn.so"
    if not output.exists():
        library = max((prefix / "lib").glob("libdnnl.so.*"), key=lambda path: len(path.name))
        place = [f"-I{prefix / 'include'}", f"-L{library.parent}", f"-l:{library.name}", f"-Wl,-rpath,{library.parent}"]
        subprocess.run(["g++", *FLAGS, str(folder / "onednn.cpp"), "-o", str(output), *place], check=True)
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
    output = folder / f"{file}.so"
    if not output.exists():
        subprocess.run(["g++", *FLAGS, "-march=native", str(folder / f"{file}.cpp"), "-o", str(output)], check=True)
    return ctypes.CDLL(str(output))


def measured(folder: Path, name: str, shape: tuple[int, ...], rounds: int, entries: list[dict], onednn: Path | None) -> dict:
    """One row: the median seconds of default, best, naive and library, and the ratios to the best."""
    data = arrays(name, shape)
    own = [e for e in entries if e["operator"] == name]
    calls = {e["file"]: native_call(compiled(folder, e["file"]), f"{name}_kernel", data, shape) for e in own}
    ranked = sorted(calls, key=lambda file: np.median(take_turns({file: calls[file]}, 3)[file]))
    contest = {"default": calls[own[0]["file"]], "best": calls[ranked[0]]}
    contest["best"]()
    result = data[-1].copy()
    contest["naive"] = native_call(compiled(folder, "naive"), f"naive_{name}_kernel", data, shape)
    contest["naive"]()
    agrees = bool(np.allclose(result, data[-1], 1e-3, 1e-3))
    primitive = primitive_call(folder, onednn, name, data, shape) if onednn else None
    if primitive is not None:
        primitive()
        agrees = agrees and bool(np.allclose(result, data[-1], 1e-3, 1e-3))
        contest["onednn"] = primitive
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
    return {"operator": name, "shape": shape, "seconds": median, "ratios": ratio, "schedule": schedule, "agrees_with_naive": agrees}


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
    """Both tables; exit code 1 where a result differs from the naive one's."""
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
        title: [measured(folder, n, shapes[n], rounds, entries, onednn) for n in names]
        for title, shapes in (("large shapes", LARGE), ("small shapes", SMALL))
    }
    print(f"{cpu()}; {threads} threads; library: {library}")
    for title, found in rows.items():
        print(table(title, found))
    if output:
        output.write_text(json.dumps({"cpu": cpu(), "threads": threads, "library": library, **rows}, indent=2))
    return 0 if all(r["agrees_with_naive"] for found in rows.values() for r in found) else 1


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("step", choices=("emit", "measure"))
    parser.add_argument("folder", type=Path)
    parser.add_argument("--only", nargs="*", default=list(LARGE), choices=list(LARGE))
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
    return measure(arguments.folder, arguments.threads, arguments.rounds, arguments.json, arguments.onednn)


if __name__ == "__main__":
    sys.exit(main())
