"""The result of `run_on_gpu.py` as markdown."""

from __future__ import annotations


def markdown(result: dict) -> str:
    """Head line, disagreements, results, planted faults, the corpus."""
    about, cases = result["about"], result["cases"]
    of = {role: [c for c in cases if c["role"] == role] for role in ("clean", "faulty", "twin", "cuda", "hip")}
    lines = [f"{about['gpu']}, {' '.join(about['nvcc'])}, {about['seconds']} s.", "", *_summary(of), ""]
    lines += [
        "## Results",
        "",
        "| case | compared | GPU and simulator | largest difference | memcheck | simulator finds |",
        "|-|-|-|-|-|-|",
    ]
    lines += [_result_row(c) for c in of["clean"]]
    lines += ["", "## Planted faults", "", "Each with its clean twin; a twin's cell is what was found although nothing is wrong.", ""]
    lines += ["| fault | compute-sanitizer | simulator | twin: sanitizer | twin: simulator |", "|-|-|-|-|-|"]
    twins = {c["name"]: c for c in of["twin"]}
    lines += [_fault_row(c, twins[c["name"]]) for c in of["faulty"]]
    lines += ["", *_more(of["faulty"])]
    for role, title in (("cuda", "Emitted CUDA"), ("hip", "Emitted HIP, 32-lane waves, through `hip_on_cuda.h`")):
        if of[role]:
            lines += ["", f"## {title}", "", "| text | runs | within the corpus' bound | largest error |", "|-|-|-|-|"]
            lines += _corpus_rows(of[role])
    return "\n".join(lines)


def _summary(of: dict[str, list[dict]]) -> list[str]:
    defined = [c for c in of["clean"] if "undefined" not in _rule(c)]
    agree = sum(_agrees(c) for c in defined)
    seen = [c for c in of["faulty"] if _sanitizer_found(c)]
    lines = [
        f"- {agree} of {len(defined)} cases agree; the rest: {_names(c for c in defined if not _agrees(c))}.",
        f"- {len(seen)} of {len(of['faulty'])} planted faults are found by compute-sanitizer, "
        f"{sum(map(_simulator_found, of['faulty']))} by the simulator.",
        f"- Found by the sanitizer and not by the simulator: {_names(c for c in seen if not _simulator_found(c))}.",
        f"- Clean twins with a finding: sanitizer {_names(c for c in of['twin'] if _sanitizer_found(c))}; "
        f"simulator {_names(c for c in of['twin'] if c['simulator'])}.",
    ]
    for role in ("cuda", "hip"):
        ran = [c for c in of[role] if "skipped" not in c]
        if ran:
            lines.append(f"- Emitted {role.upper()}: {sum(_agrees(c) for c in ran)} of {len(ran)} runs are within the bound of the corpus.")
    return lines


def _names(cases) -> str:
    return ", ".join(f"`{c['name']}`" for c in cases) or "none"


def _rule(case: dict) -> str:
    return case["outputs"][0]["comparison"] if case.get("outputs") else ""


def _agrees(case: dict) -> bool:
    return bool(case.get("gpu", {}).get("equal"))


def _sanitizer_found(case: dict) -> bool:
    return any(s.get("found") for s in case.get("sanitizer", ()))


def _simulator_found(case: dict) -> bool:
    return bool(set(case["simulator"]) & set(case["kinds"]))


def _outcome(case: dict) -> str:
    gpu = case.get("gpu", {})
    if "skipped" in case or "equal" not in gpu:
        return case.get("skipped") or gpu.get("failure") or "not run"
    return "equal" if gpu["equal"] else f"{gpu['differing']} differ"


def _sanitized(case: dict) -> str:
    return "; ".join(_sanitizer_cell(s) for s in case.get("sanitizer", ())) or "not run"


def _sanitizer_cell(said: dict) -> str:
    return f"{said['tool']}: {said['failure']}" if "failure" in said else f"{said['tool']}: {said['found'] or '-'}"


def _row(*cells: str) -> str:
    return "| " + " | ".join(cell.replace("|", "/").replace("\n", " ") for cell in cells) + " |"


def _result_row(case: dict) -> str:
    largest = case.get("gpu", {}).get("largest") or "0"
    return _row(case["name"], _rule(case), _outcome(case), largest, _sanitized(case), ", ".join(case["simulator"]) or "-")


def _fault_row(case: dict, twin: dict) -> str:
    return _row(case["name"], _sanitized(case), ", ".join(case["simulator"]) or "-", _sanitized(twin), ", ".join(twin["simulator"]) or "-")


def _size(error: str) -> float:
    """The number that a largest error begins with."""
    return float(error.split()[0]) if error else 0.0


def _corpus_rows(cases: list[dict]) -> list[str]:
    """A row for each text whose runs are all as they should be; the others run by run."""
    texts: dict[str, list[dict]] = {}
    for case in cases:
        texts.setdefault(case.get("source") or case["name"], []).append(case)
    lines = []
    for source, runs in texts.items():
        if all(map(_agrees, runs)):
            largest = max((str(run["gpu"].get("largest", "")) for run in runs), key=_size)
            lines.append(_row(source.rpartition("/")[2].partition(".")[0], str(len(runs)), "all", largest))
        else:
            lines += [_row(run["name"], "1", _outcome(run), run.get("gpu", {}).get("largest", "")) for run in runs]
    return lines


def _more(faulty: list[dict]) -> list[str]:
    """Where the simulator sees what no class of the sanitizer saw."""
    more = [c for c in faulty if _simulator_found(c) and not _sanitizer_found(c)]
    return ["The simulator sees more: " + (", ".join(f"`{c['name']}` ({', '.join(c['simulator'])})" for c in more) or "in no case") + "."]
