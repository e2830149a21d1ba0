"""`xpiler translate FILE --to PLATFORM`: the output text, its verdict, and the report."""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from xpiler.platforms.names import PLATFORMS
from xpiler.tools.commands.model_arguments import add_model_arguments, model_options
from xpiler.tools.commands.source_arguments import add_source_arguments, name_and_expression, reading_options
from xpiler.tools.commands.tuning import seconds_of, sizes_of, tuned

if TYPE_CHECKING:
    from xpiler.options import TranslateOptions
    from xpiler.translation import Translation

STANDARD_ERROR = "/dev/stderr"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command line of `xpiler translate`."""
    add_source_arguments(parser)
    parser.add_argument("--to", required=True, choices=PLATFORMS, help="the target platform")
    parser.add_argument("--arch", dest="target_arch", default="", help="the target's architecture")
    parser.add_argument("-o", dest="output", default="-", metavar="FILE", help="where to write the output ('-': standard output)")
    parser.add_argument(
        "--verify",
        choices=("prove", "test", "none"),
        default="prove",
        help="prove that the output does what the source does, and run both (default); run both; or nothing",
    )
    parser.add_argument(
        "--validate-each", action="store_true", help="prove the kernel before and after every pass equal, and name a pass that is wrong"
    )
    parser.add_argument(
        "--certificate",
        type=Path,
        default=None,
        metavar="DIR",
        help="write what a proof for all sizes rests on, and a script that asks cvc5",
    )
    parser.add_argument("--timeout", type=float, default=30.0, metavar="SECONDS", help="what the proof may take")
    parser.add_argument("--require", choices=("tested", "proved"), default="", help="fail unless the verdict is at least this")
    parser.add_argument(
        "--assume-valid", action="store_true", help="take the source to be free of races, overruns and the like: what is found is a warning"
    )
    parser.add_argument("--keep-refuted", action="store_true", help="write the output even where it was refuted")
    parser.add_argument("--json", metavar="FILE", default="", help="write the report as JSON ('-': standard output)")
    parser.add_argument(
        "--report",
        metavar="FILE",
        nargs="?",
        const=STANDARD_ERROR,
        default="",
        help="say what was recognised, what it was written with, and what stayed scalar and why (standard error unless FILE is given)",
    )
    parser.add_argument(
        "--schedule", type=Path, default=None, metavar="FILE", help="pipeline text to use instead of the target's default schedule"
    )
    parser.add_argument(
        "--tune",
        type=seconds_of,
        default=0.0,
        metavar="TIME",
        help="search so long for a fast schedule first (xpiler tune has more options)",
    )
    parser.add_argument(
        "--args", nargs="*", type=name_and_expression, default=[], metavar="NAME=NUMBER", help="the sizes that --tune measures at"
    )
    parser.add_argument("--seed", type=int, default=0, help="seed of the random inputs")
    parser.add_argument(
        "--patterns",
        nargs="?",
        const="",
        default=None,
        metavar="DIR",
        help="use the saved patterns of this folder (default: your own)",
    )
    add_model_arguments(parser)


def execute(arguments: argparse.Namespace) -> int:
    """Translates, writes, reports; the exit code."""
    from xpiler.diagnostics import XpilerError
    from xpiler.options import TranslateOptions
    from xpiler.report import as_json, failure_as_json
    from xpiler.tools.output_file import write_output
    from xpiler.translation import translate_file

    options = TranslateOptions(
        **reading_options(arguments),
        verify=arguments.verify,
        assume_valid=arguments.assume_valid,
        seconds=arguments.timeout,
        validate_each=arguments.validate_each,
        certificate=arguments.certificate,
        schedule=arguments.schedule,
        patterns=arguments.patterns,
        seed=arguments.seed,
    )
    try:
        with _input_path(arguments) as path, tuned(path, options, sizes_of(arguments), arguments.tune) as (options, why):
            result, explanation = _explained(path, options, why) if arguments.report else (translate_file(path, options), "")
            result.schedule_reason = why or result.schedule_reason
            if arguments.llm or arguments.llm_replay:
                from xpiler.propose.llm.explaining import explanation as explained_again
                from xpiler.propose.llm.session import improved

                before = result.text
                result = improved(result, options, model_options(arguments))
                explanation = explained_again(result, options) if arguments.report and result.text != before else explanation
    except XpilerError as error:
        if arguments.json:
            write_output(arguments.json, json.dumps(failure_as_json(arguments.file, arguments.to, error), indent=2) + "\n")
        raise
    for diagnostic in result.diagnostics:
        print(diagnostic, file=sys.stderr)
    code = _judge(result, arguments)
    if code == 0 or (arguments.keep_refuted and result.answer.verdict.value == "refuted"):
        write_output(arguments.output, result.text)
    if arguments.json:
        write_output(arguments.json, json.dumps(as_json(result), indent=2) + "\n")
    if arguments.report == STANDARD_ERROR:
        print(explanation, end="", file=sys.stderr)
    elif arguments.report:
        write_output(arguments.report, explanation)
    return code


def _explained(path: str, options: TranslateOptions, why: str) -> tuple[Translation, str]:
    """The translation and the text of `--report`."""
    from xpiler.explanation.statements import Statements
    from xpiler.explanation.text import explained
    from xpiler.translation import translate_with_modules

    statements = Statements(options.to)
    result, modules = translate_with_modules(path, options, statements)
    result.schedule_reason = why or result.schedule_reason
    return result, explained(result, modules, statements)


def _judge(result: Translation, arguments: argparse.Namespace) -> int:
    """Prints the verdict on stderr; 1 where it refuses the output."""
    from xpiler.verify.header import details
    from xpiler.verify.verdict import Verdict

    answer = result.answer
    if answer.verdict is Verdict.NONE:
        return 0
    if answer.verdict is Verdict.REFUTED:
        print(f"{result.source}: error: the output is refuted: {answer.reason}\n  with {answer.counterexample}", file=sys.stderr)
        return 1
    print(f"{result.source}: verdict: {answer}", file=sys.stderr)
    for line in details(answer):
        print(f"  {line}", file=sys.stderr)
    if arguments.require and answer.verdict.value not in ("proved", arguments.require):
        print(
            f"{result.source}: error: expected a verdict of '{arguments.require}' or stronger, got '{answer.verdict.value}'",
            file=sys.stderr,
        )
        return 1
    return 0


class _input_path:
    """The path of the source; standard input ("-") is copied to a file of the platform's suffix."""

    def __init__(self, arguments: argparse.Namespace):
        self._arguments = arguments
        self._folder: tempfile.TemporaryDirectory | None = None

    def __enter__(self) -> str:
        if self._arguments.file != "-":
            return self._arguments.file
        from xpiler.diagnostics import InvalidInput
        from xpiler.platforms.names import OUTPUT_SUFFIX

        platform = self._arguments.source_platform
        if not platform:
            raise InvalidInput("standard input has no suffix", hint="say the platform with --from")
        self._folder = tempfile.TemporaryDirectory(prefix="xpiler-stdin-")
        path = Path(self._folder.name) / f"stdin{OUTPUT_SUFFIX[platform]}"
        path.write_bytes(sys.stdin.buffer.read())
        return str(path)

    def __exit__(self, *_: object) -> None:
        if self._folder:
            self._folder.cleanup()
