"""benchmarks/semantics_check.py: operations agree with their meanings, and one that does something else is seen."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3] / "benchmarks"))

import semantics_simt_lanes
import semantics_vnni
from semantics_simt import Simulator
from semantics_trials import Search, first_difference

SEARCH = Search(only="", rounds=4, seed=1)


def trial_named(trials, name):
    return next(trial for trial in trials if name in trial.name)


def test_an_intrinsic_agrees_with_its_meaning_and_another_one_does_not(tmp_path):
    right = trial_named(semantics_vnni.vnni_trials(), "<dpbusds>")
    wrong = replace(right, text=right.text.replace("dpbusds", "dpbusd"))
    run = semantics_vnni._runner([right, wrong], tmp_path, emulate=True)
    assert first_difference(right, 0, SEARCH, lambda arrays: run(0, arrays)) == ""
    assert "simulator" in first_difference(wrong, 1, SEARCH, lambda arrays: run(1, arrays))


def test_a_shuffle_agrees_with_its_meaning_and_another_one_does_not(tmp_path):
    right = trial_named(semantics_simt_lanes.lane_trials(), "sm_90 simt.shuffle<up> masked on f32")
    wrong = replace(right, text=right.text.replace("shfl_up", "shfl_down"))
    simulator = Simulator([right, wrong], "sm_90", tmp_path)
    assert first_difference(right, 0, SEARCH, lambda arrays: simulator.run(0, right, arrays)) == ""
    assert "simulator" in first_difference(wrong, 1, SEARCH, lambda arrays: simulator.run(1, wrong, arrays))
