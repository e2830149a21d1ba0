"""`xpiler verify SOURCE TARGET`: whether one text does what the other does."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from xpiler.tools.commands.pair_options import add_pair_options
from xpiler.tools.commands.source_arguments import sizes_of

if TYPE_CHECKING:
    from xpiler.verify.verdict import Answer


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command line of `xpiler verify`."""
    parser.add_argument("source", help="the file that says what is right: text of any platform, or a module (.mlir)")
    parser.add_argument("target", help="the file to judge")
    parser.add_argument(
        "--sizes",
        type=sizes_of,
        default={},
        metavar="n=33,m=5",
        help="values of the integer parameters, which the verdict holds for; chosen by the prover unless given",
    )
    parser.add_argument("--kernel", default="", metavar="NAME", help="the kernel to take, where a file has several and no launcher")
    parser.add_argument("--launch", default="", metavar="GEOMETRY", help="how the source is launched, where the file does not say")
    add_pair_options(parser)
    parser.add_argument("--timeout", type=float, default=60.0, metavar="SECONDS", help="what the proof may take")
    parser.add_argument(
        "--assume-valid", action="store_true", help="take the source to be free of races, overruns and the like: what is found is a warning"
    )
    parser.add_argument(
        "--no-run", action="store_true", help="do not run the programs: nothing is refuted then, and a proof is not confirmed by a run"
    )
    parser.add_argument("--require", choices=("tested", "proved"), default="", help="fail unless the verdict is at least this")
    parser.add_argument(
        "--certificate",
        type=Path,
        default=None,
        metavar="DIR",
        help="write what a proof for all sizes rests on, and a script that asks cvc5",
    )
    parser.add_argument("--seed", type=int, default=0, help="seed of the random inputs")
    parser.add_argument("--json", action="store_true", help="print the verdict as JSON")


def execute(arguments: argparse.Namespace) -> int:
    """Prints the verdict; 1 where the target is refuted, or not proved although that is required."""
    from xpiler.verify.texts import VerifyOptions, verify_files
    from xpiler.verify.verdict import Verdict

    options = VerifyOptions(
        sizes=arguments.sizes,
        platforms=(arguments.source_platform, arguments.target_platform),
        archs=(arguments.source_arch, arguments.target_arch),
        include_dirs=tuple(arguments.include_dirs),
        defines=tuple(arguments.defines),
        kernel=arguments.kernel,
        launch=arguments.launch,
        seconds=arguments.timeout,
        run=not arguments.no_run,
        assume_valid=arguments.assume_valid,
        seed=arguments.seed,
        certificate=arguments.certificate,
    )
    answer = verify_files(arguments.source, arguments.target, options)
    if arguments.json:
        print(json.dumps(_as_json(answer), indent=2))
    else:
        _print(arguments.target, answer)
    strong = ("proved", arguments.require)
    return int(answer.verdict is Verdict.REFUTED or bool(arguments.require and answer.verdict.value not in strong))


def _print(target: str, answer: Answer) -> None:
    from xpiler.verify.header import details

    print(f"{target}: {answer}")
    for line in details(answer):
        print(f"  {line}")
    if answer.counterexample:
        print(f"{target}: error: refuted with {answer.counterexample}", file=sys.stderr)


def _as_json(answer: Answer) -> dict[str, object]:
    from xpiler.report import answer_as_json

    return answer_as_json(answer)
