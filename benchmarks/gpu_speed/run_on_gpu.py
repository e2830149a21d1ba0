"""Times emitted CUDA kernels against PyTorch's on the GPU of this machine.

    python run_on_gpu.py --json RESULT.json [--rounds 7]      needs nvcc and PyTorch

Ours and the library's calls take turns, several rounds; a round repeats a call until it has lasted a while, between two events.
Arrays stay on the device. The large ones exceed its cache, the small ones stay in it. Float products are real float on
both sides (no TF32).
"""

from __future__ import annotations

import argparse
import ctypes
import json
import multiprocessing
import statistics
import subprocess
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import torch
from operators import GROUPS, Subject

HERE = Path(__file__).resolve().parent
ROUND_MS = 20.0
FEWEST_CALLS = 3
CHILD_SECONDS = 40.0
FORK = multiprocessing.get_context("fork")  # PyTorch is imported once; only children touch the device before the end


class Emitted:
    """One emitted file, compiled, with its arrays on the device."""

    def __init__(self, library: Path, subject: Subject):
        self.library = ctypes.CDLL(str(library))
        self.library.resident_stop.restype = ctypes.c_float
        self.function = getattr(self.library, f"{subject.name}_kernel")
        self.sizes = [ctypes.c_int(size) for size in subject.sizes]

    def first(self, arrays: list[torch.Tensor], out: torch.Tensor) -> None:
        """The launcher as written, on host arrays."""
        self.pointers = [ctypes.c_void_p(a.data_ptr()) for a in (*arrays, out)]
        self.function(*self.pointers, *self.sizes)
        torch.cuda.synchronize()
        self.library.resident_replay()

    def milliseconds(self, calls: int) -> float:
        """The time of a call. Raises RuntimeError where a launch fails."""
        self.library.resident_start()
        for _ in range(calls):
            self.library.resident_rewind()
            self.function(*self.pointers, *self.sizes)
        passed = self.library.resident_stop()
        if passed < 0:
            raise RuntimeError("a launch failed")
        return passed / calls


def library_milliseconds(call: Callable[[], object], calls: int) -> float:
    """The time of a call of PyTorch's, by events."""
    start, stop = (torch.cuda.Event(enable_timing=True) for _ in range(2))
    start.record()
    for _ in range(calls):
        call()
    stop.record()
    stop.synchronize()
    return start.elapsed_time(stop) / calls


def filled(shape: tuple[int, ...], kind: torch.dtype) -> torch.Tensor:
    """Random values on the host."""
    if kind == torch.int8:
        return torch.randint(-128, 128, shape, dtype=kind)
    return (torch.rand(shape) * 4 - 2).to(kind)


def measured(library: Path, subject: Subject, rounds: int) -> dict:
    """Times of both, and how far the results lie apart."""
    torch.manual_seed(1)
    host = [filled(*kind) for kind in subject.inputs]
    out = torch.full(subject.output[0], 77, dtype=subject.output[1])
    emitted = Emitted(library, subject)
    emitted.first(host, out)
    arrays, result = [a.cuda() for a in host], torch.empty(subject.output[0], dtype=subject.output[1], device="cuda")

    def call() -> object:
        return subject.library(arrays, result)

    expected = call()
    difference = (out.double() - expected.cpu().double()).abs().max() / expected.double().abs().max().cpu()
    ours, theirs = [], []
    counts = [max(FEWEST_CALLS, int(ROUND_MS / max(once, 1e-3))) for once in (emitted.milliseconds(3), library_milliseconds(call, 3))]
    for _ in range(rounds):
        ours.append(emitted.milliseconds(counts[0]))
        theirs.append(library_milliseconds(call, counts[1]))
    return {
        "ms": statistics.median(ours),
        "library_ms": statistics.median(theirs),
        "error": float(difference),
        "right": bool(difference <= subject.tolerance),
        "bytes": subject.bytes_moved,
        "operations": subject.operations,
    }


def compiled(source: Path) -> tuple[Path, str]:
    """The shared library of an emitted file; what the compiler says where there is none."""
    wrapper, library = source.with_suffix(".timed.cu"), source.with_suffix(".so")
    wrapper.write_text(f'#include "{HERE / "resident.h"}"\n#include "{source}"\n')
    command = ["nvcc", "-O3", "-std=c++17", "-arch=native", "-shared", "-Xcompiler", "-fPIC", "-o", str(library), str(wrapper)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return library, done.stderr if done.returncode else ""


def copy_bandwidth() -> float:
    """Bytes read and written a second by a copy of a gigabyte on the device."""
    source = torch.empty(1 << 28, dtype=torch.float32, device="cuda")
    target = torch.empty_like(source)
    library_milliseconds(lambda: target.copy_(source), 3)
    return 2 * source.nbytes / (library_milliseconds(lambda: target.copy_(source), 20) / 1e3)


def in_child(library: Path, subject: Subject, rounds: int) -> dict:
    """One measurement in a process of its own: a kernel that fails spoils the device for its process."""
    receiver, sender = FORK.Pipe(duplex=False)
    child = FORK.Process(target=lambda: sender.send(measured(library, subject, rounds)))
    child.start()
    sender.close()
    try:
        return receiver.recv() if receiver.poll(CHILD_SECONDS) else {"failure": f"did not finish within {CHILD_SECONDS:g} s"}
    except EOFError:
        return {"failure": "the process ended, see above"}
    finally:
        child.kill()
        child.join()


def main() -> None:
    """Compiles everything side by side, then measures one after the other."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", type=Path, required=True)
    parser.add_argument("--rounds", type=int, default=7)
    options = parser.parse_args()
    options.json.write_text(json.dumps(everything(options.rounds), indent=1))


def everything(rounds: int) -> dict:
    """The device, its copy bandwidth and a row for each emitted file and shape."""
    sources = sorted((HERE / "emitted").glob("*.cu"))
    sources = [s for s in sources if not s.name.endswith(".timed.cu")]
    with ThreadPoolExecutor() as pool:
        libraries = dict(zip(sources, pool.map(compiled, sources), strict=True))
    rows = []
    for source, (library, failure) in libraries.items():
        name, origin = source.stem.rsplit("_from_", 1)
        for shapes, subjects in GROUPS.items():
            subject = next((s for s in subjects if s.name == name), None)
            if subject is None:
                continue
            found = {"failure": failure[-300:]} if failure else in_child(library, subject, rounds)
            rows.append({"operator": name, "from": origin, "shapes": shapes, "sizes": subject.label, **found})
            print(rows[-1], flush=True)
    return {"device": torch.cuda.get_device_name(), "torch": torch.__version__, "copy_bytes_a_second": copy_bandwidth(), "rows": rows}


if __name__ == "__main__":
    main()
