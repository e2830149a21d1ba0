"""Completion scripts, asked by the shells themselves where they are installed."""

from __future__ import annotations

import argparse
import shutil
import subprocess

import pytest

from xpiler.tools import completion


def parser() -> argparse.ArgumentParser:
    top = argparse.ArgumentParser(prog="tool", description="A tool.")
    top.add_argument("--version", action="version", version="1")
    commands = top.add_subparsers()
    make = commands.add_parser("make", help="it's made")
    make.add_argument("--to", choices=("here", "there"), help="where it's put")
    make.add_argument("-o", metavar="FILE")
    return top


def script(shell: str) -> str:
    return completion.SHELLS[shell](list(completion.contexts(parser())))


def bash(*words: str) -> list[str]:
    """What bash offers for the last word."""
    quoted = " ".join(f"'{word}'" for word in words)
    code = f"{script('bash')}\nCOMP_WORDS=({quoted}); COMP_CWORD={len(words) - 1}; _tool; printf '%s\\n' \"${{COMPREPLY[@]}}\""
    return subprocess.run(["bash", "-c", code], capture_output=True, text=True, check=True).stdout.split()


def test_bash_knows_where_it_is():
    assert bash("tool", "") == ["make", "-h", "--help", "--version"]
    assert bash("tool", "make", "--t") == ["--to"]
    assert bash("tool", "make", "--to", "") == ["here", "there"]
    assert bash("tool", "make", "-o", "") == []  # a file: the shell's own completion


def test_fish_reads_its_script():
    if shutil.which("fish") is None:
        pytest.skip("fish is not installed")
    command = f"{script('fish')}\ncomplete -C 'tool make --to '"
    done = subprocess.run(["fish", "--no-config", "-c", command], capture_output=True, text=True, check=True)
    assert [line.split("\t")[0] for line in done.stdout.splitlines()] == ["here", "there"]


def test_zsh_reads_its_script():
    if shutil.which("zsh") is None:
        pytest.skip("zsh is not installed")
    code = f"autoload -U compinit && compinit -D -u\n{script('zsh')}\nprint -r -- ${{_comps[tool]}}"
    done = subprocess.run(["zsh", "-f", "-c", code], capture_output=True, text=True, check=True)
    assert "_bash_complete" in done.stdout


def test_every_command_has_a_context():
    found = {(context.command, context.subcommand) for context in completion.commands()}
    assert {("xpiler", "translate"), ("xpiler-opt", ""), ("xpiler-translate", "")} <= found
    passes = next(context for context in completion.commands() if context.command == "xpiler-opt")
    assert any("--loop-split" in option.names for option in passes.options)
