"""`xpiler`: the command people type. Parses arguments and hands over to one module a subcommand."""

from __future__ import annotations

import argparse
import importlib
import sys

from xpiler import __version__
from xpiler.tools.guarded_process import end_on_interrupt, guarded
from xpiler.tools.native_folder import PrintFolder

COMMANDS = {
    "translate": "translate a kernel file to another platform",
    "run": "run a kernel file of any platform on this machine",
    "verify": "prove that one kernel file does what another does, at given sizes",
    "batch": "translate all kernel files below a folder",
    "bundle": "translate a kernel file into a folder that checks the output on another machine",
    "tune": "search for a fast schedule, measured or by a model",
    "repair": "mend a translation that verify refutes, and show the difference",
    "patterns": "list, add, show and re-prove saved patterns",
    "annotate": "ask a language model for the meaning of a builtin, for you to accept",
    "report": "show what a log of a language model's proposals holds",
    "doctor": "say which compilers and tools are here, what for, and how to get the rest",
    "completion": "print a completion script for a shell",
}


def parser(only: str = "") -> argparse.ArgumentParser:
    """The whole command line, or that of one subcommand alone, whose arguments are declared in its own module."""
    top = argparse.ArgumentParser(prog="xpiler", description="Translates tensor kernels between CUDA C, HIP, BANG C and C with AVX-512.")
    top.add_argument("--version", action="version", version=f"xpiler {__version__}")
    top.add_argument("--cmake-dir", action=PrintFolder, const="cmake", help="print the folder for CMake's Xpiler_DIR and exit")
    top.add_argument("--plugin", action=PrintFolder, const="libXpilerDialects.so", help="print the plugin of mlir-opt and exit")
    commands = top.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for name, text in [(name, text) for name, text in COMMANDS.items() if only in ("", name)]:
        module = importlib.import_module(f"xpiler.tools.commands.{name}")
        module.add_arguments(commands.add_parser(name, help=text, description=getattr(module, "DESCRIPTION", text)))
    return top


def main() -> None:
    """The entry point: exit code 0 done, 1 failed or refused or refuted, 2 usage."""
    end_on_interrupt()
    named = sys.argv[1] if len(sys.argv) > 1 and sys.argv[1] in COMMANDS else ""  # the arguments of the others take a while to make
    arguments = parser(named).parse_args()
    module = importlib.import_module(f"xpiler.tools.commands.{arguments.command}")
    sys.exit(guarded(lambda: module.execute(arguments)))


if __name__ == "__main__":
    main()
