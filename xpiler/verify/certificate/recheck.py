"""Asks another solver about the obligations beside this file: every query must be unsatisfiable.

    python recheck.py [--solver cvc5|z3] [--milliseconds 5000]

Exit code 0 where all are, 1 where one is not, 2 where the solver is missing. `pip install cvc5` (or z3-solver) brings the solver;
nothing else is needed.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from importlib.util import find_spec
from pathlib import Path


def main() -> int:
    """Prints a line for each file and what is not unsatisfiable."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--solver", choices=("cvc5", "z3"), default="cvc5")
    parser.add_argument("--milliseconds", type=int, default=5000, help="for each query")
    options = parser.parse_args()
    ask, package = {"cvc5": (with_cvc5, "cvc5"), "z3": (with_z3, "z3-solver")}[options.solver]
    if find_spec(options.solver) is None:
        print(f"{options.solver} is not installed: pip install {package}", file=sys.stderr)
        return 2
    found: Counter[str] = Counter()
    for path in sorted(Path(__file__).resolve().parent.glob("*.smt2")):
        answers = Counter(ask(path, options.milliseconds))
        print(f"{path.name}: {', '.join(f'{count} {answer}' for answer, count in sorted(answers.items()))}")
        found += answers
    print(f"{sum(found.values())} queries: {found['unsat']} unsatisfiable, {found['sat']} satisfiable, {found['unknown']} not decided")
    return 0 if found["unsat"] == sum(found.values()) > 0 else 1


def with_cvc5(path: Path, milliseconds: int) -> list[str]:
    """The answers of cvc5 to the queries of a file."""
    import cvc5

    solver = cvc5.Solver()
    solver.setOption("incremental", "true")
    solver.setOption("tlimit-per", str(milliseconds))
    parser = cvc5.InputParser(solver)
    parser.setFileInput(cvc5.InputLanguage.SMT_LIB_2_6, str(path))
    answers = []
    while not (command := parser.nextCommand()).isNull():
        answer = command.invoke(solver, parser.getSymbolManager()).strip()
        if command.getCommandName() == "check-sat":
            answers.append(answer if answer in ("sat", "unsat") else "unknown")
    return answers


def with_z3(path: Path, milliseconds: int) -> list[str]:
    """The answers of Z3, each query by itself."""
    import z3

    head, *queries = path.read_text().split("(push 1)")
    answers = []
    for query in queries:
        solver = z3.Solver()
        solver.set("timeout", milliseconds)
        solver.from_string(head + query.replace("(check-sat)", "").replace("(pop 1)", ""))
        answers.append(str(solver.check()))
    return answers


if __name__ == "__main__":
    sys.exit(main())
