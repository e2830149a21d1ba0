"""`xpiler tune FILE --to PLATFORM`: searches for a fast schedule, and writes the output it makes."""

from __future__ import annotations

import argparse
import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from xpiler.tools.commands.model_arguments import add_model_arguments, model_options
from xpiler.tools.commands.source_arguments import add_source_arguments, name_and_expression, reading_options
from xpiler.tools.commands.tuning import seconds_of, sizes_of

if TYPE_CHECKING:
    from xpiler.propose.llm.llm_proposer import LLMProposer
    from xpiler.tune.tuner import Outcome

DESCRIPTION = (
    "Searches for a fast schedule: on this CPU for vnni, by the simulator's cycle model for bang (a model, no measurement). "
    "What becomes the best has a verdict. The schedule can be replayed with translate --schedule."
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command line of `xpiler tune`."""
    add_source_arguments(parser)
    parser.add_argument("--to", required=True, choices=("bang", "vnni"), help="the target platform")
    parser.add_argument("--arch", dest="target_arch", default="", help="the target's architecture")
    parser.add_argument("--args", nargs="*", type=name_and_expression, default=[], metavar="NAME=NUMBER", help="the sizes to tune for")
    parser.add_argument("--budget", type=seconds_of, default=300.0, metavar="TIME", help="how long to search: 300s, 5m (default 300s)")
    parser.add_argument("--trials", type=int, default=0, metavar="N", help="end after so many trials")
    parser.add_argument("--strategy", choices=("tree", "random"), default="tree", help="tree search, or passes in random order")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, metavar="N", help="compilers at a time")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument(
        "--db", type=Path, default=Path("xpiler-tune.sqlite"), metavar="FILE", help="where trials are kept (one SQLite file)"
    )
    parser.add_argument("--emulated", action="store_true", help="measure also where this CPU only emulates the target")
    parser.add_argument("--timeout", type=float, default=30.0, metavar="SECONDS", help="what the proof of a best candidate may take")
    parser.add_argument("-o", dest="output", default="-", metavar="FILE", help="where to write the output ('-': standard output)")
    parser.add_argument("--save-schedule", default="", metavar="FILE", help="where to write the schedule found, for translate --schedule")
    parser.add_argument("--json", metavar="FILE", default="", help="write the report as JSON ('-': standard output)")
    add_model_arguments(parser)


def execute(arguments: argparse.Namespace) -> int:
    """Tunes, writes, reports; the exit code."""
    from xpiler.options import TranslateOptions
    from xpiler.tools.output_file import write_output
    from xpiler.tune.tuner import TuneOptions, tune

    options = TranslateOptions(
        **reading_options(arguments),
        seconds=arguments.timeout,
        seed=arguments.seed,
    )
    how = TuneOptions(arguments.budget, arguments.trials, arguments.strategy, arguments.seed, arguments.jobs, arguments.emulated)
    proposer = _proposer(arguments) if arguments.llm or arguments.llm_replay else None
    report = lambda line: print(line, file=sys.stderr)  # noqa: E731
    outcome = tune(arguments.file, options, sizes_of(arguments), how, arguments.db, report, proposer)
    for failure in proposer.failures if proposer else ():
        print(f"{arguments.file}: warning: language model: {failure}", file=sys.stderr)
    assert outcome.translation is not None
    write_output(arguments.output, outcome.translation.text)
    if arguments.save_schedule:
        write_output(arguments.save_schedule, outcome.schedule + "\n")
    if arguments.json:
        write_output(arguments.json, json.dumps(_as_json(outcome), indent=2) + "\n")
    print(_summary(arguments.file, outcome), file=sys.stderr)
    return 0


def _proposer(arguments: argparse.Namespace) -> LLMProposer:
    """A language model that is asked for schedules."""
    from dataclasses import replace

    from xpiler.propose.llm.llm_proposer import schedule_tasks
    from xpiler.propose.llm.session import proposer_of

    options = model_options(arguments)
    return proposer_of(replace(options, prompts=options.prompts or schedule_tasks()))[1]


def _summary(file: str, outcome: Outcome) -> str:
    states = ", ".join(f"{count} {state}" for state, count in sorted(outcome.states.items())) or "none"
    gain = outcome.default / outcome.score if outcome.score else 1.0
    return (
        f"{file}: {gain:.2f} times the default schedule ({outcome.score:.6g} {outcome.unit}); trials: {states}; {outcome.refuted} refuted"
    )


def _as_json(outcome: Outcome) -> dict:
    """Keys: unit, default, score, gain, schedule, trials, states, refuted, curve, translation (see `translate --json`)."""
    from xpiler.report import as_json

    assert outcome.translation is not None
    return {
        "unit": outcome.unit,
        "default": outcome.default,
        "score": outcome.score,
        "gain": outcome.default / outcome.score if outcome.score else 1.0,
        "schedule": outcome.schedule,
        "trials": outcome.trials,
        "states": outcome.states,
        "refuted": outcome.refuted,
        "curve": outcome.curve,
        "translation": as_json(outcome.translation),
    }
