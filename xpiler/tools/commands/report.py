"""`xpiler report LOG`: what a log of exchanges with a language model holds."""

from __future__ import annotations

import argparse
from collections import Counter
from pathlib import Path


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command line of `xpiler report`."""
    parser.add_argument("log", type=Path, help="a file that --llm-log wrote")


def execute(arguments: argparse.Namespace) -> int:
    """Prints one line for each exchange with what became of it, then the sums."""
    from xpiler.propose.llm.records import entries

    sums: Counter[str] = Counter()
    usd = 0.0
    for entry in entries(arguments.log):
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
