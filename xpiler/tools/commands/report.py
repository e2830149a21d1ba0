"""`xpiler report FILE`: a tuning database as an HTML page, or what a log of exchanges with a language model holds."""

from __future__ import annotations

import argparse
from collections import Counter
from pathlib import Path

DATABASE = b"SQLite format 3\0"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command line of `xpiler report`."""
    parser.add_argument("file", type=Path, help="a database that tune wrote, or a file that --llm-log wrote")
    parser.add_argument("-o", dest="output", default="report.html", metavar="FILE", help="where to write the page ('-': standard output)")


def execute(arguments: argparse.Namespace) -> int:
    """Writes the page, or prints the log."""
    from xpiler.diagnostics import InvalidInput, Place

    try:
        with arguments.file.open("rb") as file:
            is_database = file.read(len(DATABASE)) == DATABASE
    except OSError as error:
        raise InvalidInput(f"cannot read the file: {error.strerror}", Place(str(arguments.file)), "check the path") from None
    return _write_page(arguments) if is_database else _print_log(arguments.file)


def _write_page(arguments: argparse.Namespace) -> int:
    """The page of a database."""
    import sqlite3

    from xpiler.diagnostics import InvalidInput, Place
    from xpiler.tools.output_file import write_output
    from xpiler.tune.database import records
    from xpiler.tune.page.page import page

    try:
        found = records(arguments.file)
    except sqlite3.Error as error:
        raise InvalidInput(f"no database of tune: {error}", Place(str(arguments.file))) from None
    write_output(arguments.output, page(found))
    return 0


def _print_log(log: Path) -> int:
    """Prints one line for each exchange with what became of it, then the sums."""
    from xpiler.propose.llm.records import entries

    sums: Counter[str] = Counter()
    usd = 0.0
    for entry in entries(log):
        sums[entry["what"]] += 1
        if entry["what"] == "exchange":
            usd += float(entry.get("usd", 0.0))
            sums["tokens"] += int(entry.get("input_tokens", 0)) + int(entry.get("output_tokens", 0))
            print(_exchange(entry))
        else:
            sums[str(entry.get("verdict"))] += 1
            print(_judgement(entry))
    verdicts = ", ".join(f"{n} {word}" for word, n in sorted(sums.items()) if word not in ("exchange", "judgement", "tokens"))
    print(f"{sums['exchange']} exchanges, {sums['tokens']} tokens, {usd:.4f} USD: {verdicts or 'no verdicts'}")
    return 0


def _exchange(entry: dict) -> str:
    failure = f" failed: {entry['failure']}" if entry.get("failure") else ""
    tokens = f"{entry.get('input_tokens', 0)} + {entry.get('output_tokens', 0)} tokens"
    return f"{str(entry.get('request'))[:12]} {entry.get('prompt')}@{entry.get('version')} by {entry.get('model')}: {tokens}{failure}"


def _judgement(entry: dict) -> str:
    parts = [f"  {entry.get('kind')}: {entry.get('verdict')}", entry.get("repair"), entry.get("reason"), entry.get("counterexample")]
    return " - ".join(str(part) for part in parts if part)
