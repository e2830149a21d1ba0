"""`report.html` of a tuning database: for each subject its curve, its rooflines, its schedule, both texts, its verdict and all trials.

The page needs nothing from elsewhere: no script, no font, no picture.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from pathlib import Path

from xpiler.tune.database import Record, Trial
from xpiler.tune.page.chart import Axis, Chart, number

STYLE = Path(__file__).with_name("style.css")


def page(records: Sequence[Record]) -> str:
    """The whole page."""
    body = "".join(map(_subject, records)) or "<p>No trials.</p>"
    return (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8"><title>Xpiler: tuning</title>'
        f"<style>{STYLE.read_text()}</style></head>\n<body><h1>Tuning</h1>{body}</body></html>\n"
    )


def _subject(record: Record) -> str:
    best = record.best
    parts = [f"<h2>{escape(record.description)}</h2>"]
    if not best:
        return "".join([*parts, "<p>No schedule has been judged yet.</p>", _trials(record.trials)])
    gain = best["default"] / best["score"] if best["score"] else 1.0
    parts.append(
        f'<p><span class="{escape(best["verdict"])}">{escape(best["verdict"])}</span> {escape(best["scope"])}</p>'
        f"<p>{gain:.2f} times the default schedule: {best['score']:.6g} against {best['default']:.6g} {escape(best['unit'])}; "
        f"{len(record.trials)} trials.</p><h3>Schedule</h3><pre><code>{escape(best['schedule'])}</code></pre>"
        f'<div class="charts">{_progress(record, best)}{"".join(_roofline(p, best) for p in best["peaks"])}</div>'
        f'<div class="texts"><div><h3>Source: {escape(best["path"])}</h3><pre>{escape(best["source"])}</pre></div>'
        f"<div><h3>Output for {escape(best['target'])}</h3><pre>{escape(best['output'])}</pre></div></div>"
    )
    return "".join([*parts, _trials(record.trials)])


def _progress(record: Record, best: dict) -> str:
    """Every trial's gain over the default schedule, and the best so far that no verdict speaks against."""
    gains = [(k, best["default"] / t.score, t) for k, t in enumerate(record.trials, 1) if t.score]
    highest = max([1.0, *(gain for _, gain, _ in gains)])
    chart = Chart("Progress", Axis("trial", 0, max(2, len(record.trials))), Axis("times the default schedule", 0, highest * 1.1))
    reached, steps = 1.0, [(0.0, 1.0)]
    for k, gain, trial in gains:
        better = gain > reached and trial.verdict not in ("", "none", "refuted")
        steps += [(k, reached), (k, gain)] if better else []
        reached = gain if better else reached
        style = "bad" if trial.verdict == "refuted" else "kept" if better else "trial"
        chart.dot((k, gain), style, f"{gain:.2f}: {trial.schedule} {trial.verdict}")
    chart.line([*steps, (len(record.trials), reached)], "best")
    return f"<figure>{chart.svg()}<figcaption>Progress: dots are trials, the line is the best that was judged</figcaption></figure>"


def _roofline(platform: str, best: dict) -> str:
    """What a machine does at most at each intensity, and the kernel: where it is bound to lie, and where it was measured."""
    peaks, intensity = best["peaks"][platform], max(best["operations"] / best["bytes"], 1e-3) if best["bytes"] else 1.0
    ridge = peaks["operations"] / peaks["bytes"]
    low, high = min(ridge, intensity) / 16, max(ridge, intensity) * 16
    roof = lambda x: min(peaks["operations"], x * peaks["bytes"])  # noqa: E731
    measured = best["operations"] / best["time"] if best["time"] and platform == best["target"].split()[0] else 0.0
    floor = min(roof(low), measured or roof(low)) / 2
    chart = Chart(
        f"Roofline of {platform}",
        Axis("operations a byte", low, high, logarithmic=True),
        Axis(f"operations a {peaks['unit']}", floor, peaks["operations"] * 3, logarithmic=True),
    )
    chart.line([(low, roof(low)), (ridge, roof(ridge)), (high, roof(high))], "roof")
    chart.line([(intensity, floor), (intensity, roof(intensity))], "kernel")
    said = f"{platform}: {peaks['machine']}"
    if measured:
        share = 100 * measured / roof(intensity)
        chart.dot((intensity, measured), "here", f"{number(measured)} operations a {peaks['unit']}")
        chart.note((intensity, measured), f"{share:.0f} %")
        said += f"; the kernel reaches {share:.0f} % of it"
    return f"<figure>{chart.svg()}<figcaption>{escape(said)}</figcaption></figure>"


def _trials(trials: Sequence[Trial]) -> str:
    rows = "".join(
        f'<tr><td>{k}</td><td>{t.score or 0:.6g}</td><td class="{escape(t.state)}">{escape(t.state)}</td>'
        f'<td class="{escape(t.verdict)}">{escape(t.verdict)}</td><td><code>{escape(t.schedule)}</code> {escape(t.detail)}</td></tr>'
        for k, t in enumerate(trials, 1)
    )
    head = "<tr><th>trial</th><th>score</th><th>state</th><th>verdict</th><th>schedule</th></tr>"
    return f"<details><summary>All trials</summary><table>{head}{rows}</table></details>"
