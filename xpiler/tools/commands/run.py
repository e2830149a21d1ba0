"""`xpiler run FILE`: runs a kernel file of any platform on this machine, natively or simulated."""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from xpiler.tools.commands.source_arguments import add_source_arguments, name_and_expression

if TYPE_CHECKING:
    import numpy as np

    from xpiler.running import Outcome


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command line of `xpiler run`."""
    add_source_arguments(parser)
    parser.add_argument("--arch", dest="source_arch", default="", metavar="ARCH", help="the same as --source-arch")
    parser.add_argument(
        "--args",
        nargs="*",
        type=name_and_expression,
        default=[],
        metavar="NAME=VALUE",
        help="a number for a scalar; for a buffer a .npy file or random, negative, zero, equal, large, index, out, with :COUNT behind",
    )
    parser.add_argument("--call", default="", metavar="NAME", help="the host function to call, where the file has several")
    parser.add_argument("--argv", nargs=argparse.REMAINDER, default=[], help="the rest are words for a file that is a whole program")
    parser.add_argument("--save", metavar="DIR", default="", help="write every buffer after the run as DIR/<name>.npy")
    parser.add_argument("--lenient", action="store_true", help="let pass what real code gets away with")
    parser.add_argument("--documented-errors", action="store_true", help="functions miss by up to what their platform documents")
    parser.add_argument(
        "--option",
        nargs="*",
        type=name_and_expression,
        default=[],
        metavar="NAME=VALUE",
        help="a reading of the BANG simulator: log_base=2",
    )
    parser.add_argument(
        "--cycles", action="store_true", help="print what the cycle model of BANG says the run takes (a model, no measurement)"
    )
    parser.add_argument("--trace", metavar="FILE", default="", help="write a line for every event of a simulated kernel")
    parser.add_argument("--seed", type=int, default=0, help="seed of random inputs and of the order of threads")
    parser.add_argument(
        "--orders", type=int, default=3, metavar="N", help="orders of threads and tasks to try; results that differ are a finding"
    )
    parser.add_argument("--timeout", type=float, default=60.0, metavar="SECONDS")
    parser.add_argument("--json", action="store_true", help="print findings and counts as JSON")


def execute(arguments: argparse.Namespace) -> int:
    """Builds, runs once, prints buffers, findings and counts; 1 where something was found."""
    from xpiler.diagnostics import InvalidInput, Place
    from xpiler.running import RunOptions, run_file

    options = RunOptions(
        platform=arguments.source_platform,
        arch=arguments.source_arch,
        kernel=arguments.kernel,
        launch=arguments.launch,
        call=arguments.call,
        extents=dict(arguments.extent),
        argv=tuple(arguments.argv),
        documented_errors=arguments.documented_errors,
        readings={"weights": arguments.bang_weights, **dict(arguments.option)},
        trace=arguments.trace,
        include_dirs=tuple(arguments.include_dirs),
        defines=tuple(arguments.defines),
        strict=not arguments.lenient,
        seed=arguments.seed,
        orders=arguments.orders,
        timeout_s=arguments.timeout,
    )
    with tempfile.TemporaryDirectory(prefix="xpiler-run-") as folder:
        outcome = run_file(arguments.file, dict(arguments.args), options, Path(folder))
    if arguments.cycles and not outcome.result.cycles and not outcome.result.failure:
        raise InvalidInput("only the BANG simulator has a cycle model", Place(arguments.file))
    if arguments.json:
        print(
            json.dumps(
                {
                    "how": outcome.how,
                    "orders": outcome.orders,
                    "findings": list(outcome.result.findings),
                    **_numbers(outcome, arguments.cycles),
                },
                indent=2,
            )
        )
    else:
        _print(outcome)
        if arguments.cycles:
            print(cycles_text(outcome.result.cycles))
    if arguments.save and not outcome.result.failure:
        _save(outcome, Path(arguments.save))
    if outcome.result.failure:
        print(f"{arguments.file}: error: {outcome.result.failure}", file=sys.stderr)
    return 0 if outcome.result.ok else 1


def _numbers(outcome: Outcome, cycles: bool) -> dict:
    counts: dict = {"counts": outcome.result.counts}
    return {**counts, "cycle_model": outcome.result.cycles} if cycles else counts


def cycles_text(cycles: dict) -> str:
    """One line on the cycles of a run, which says that they are a model's."""
    busy = ", ".join(f"{queue} {cycles[queue] / max(1, cycles['cores']):.0%}" for queue in ("io", "move", "compute"))
    return f"  cycle model (no measurement): {cycles['total']} cycles; queues busy of the cores' time: {busy}"


def _print(outcome: Outcome) -> None:
    print(f"{outcome.symbol}: {outcome.how}")
    print(outcome.result.output, end="")
    for name, array in zip(outcome.names, outcome.result.arrays, strict=False):
        print(f"  {name}[{array.size}] = {_summary(array)}")
    for finding in outcome.result.findings:
        print(f"  {_sentence(finding)}")
    for key, value in sorted(outcome.result.counts.items()):
        for name, count in sorted(value.items()) if isinstance(value, dict) else [(key, value)]:
            print(f"  {name}: {count}")
    if not outcome.checked:
        print("  run without checks of bounds, initialisation and races")
    if outcome.orders > 1:
        print(f"  orders of threads and tasks tried: {outcome.orders}")


def _sentence(finding: dict) -> str:
    """Place, kind, message, and who: the kernel with its block and thread, or its task."""
    who = f", task {finding['task']}" if "task" in finding else ""
    who = f", block {finding['block']}, thread {finding['thread']}" if finding.get("block") else who
    kernel = f" ({finding['kernel']}{who})" if finding.get("kernel") else ""
    return f"{finding.get('file', '')}:{finding.get('line', '')}: {finding.get('kind', '')}: {finding.get('message', '')}{kernel}"


def _summary(array: np.ndarray) -> str:
    first = ", ".join(f"{v:g}" for v in array.ravel()[:6].tolist())
    return f"{{{first}{', ...' if array.size > 6 else ''}}}"


def _save(outcome: Outcome, folder: Path) -> None:
    import numpy as np

    folder.mkdir(parents=True, exist_ok=True)
    for name, array in zip(outcome.names, outcome.result.arrays, strict=False):
        np.save(folder / f"{name}.npy", array)
