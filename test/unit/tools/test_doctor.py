"""`xpiler doctor` reports what the toolchains themselves find."""

from __future__ import annotations

from xpiler import doctor
from xpiler.platforms.hip import toolchain as hip
from xpiler.platforms.vnni import toolchain as vnni


def test_a_row_for_every_platform_and_package():
    names = [row.name for row in doctor.inspect()]
    assert len(names) == len(set(names)) == len(doctor.PACKAGES) + len(doctor.TOOLCHAINS) + 2


def test_what_is_found_has_its_version():
    rows = {row.name: row for row in doctor.inspect()}
    assert rows["z3-solver"].version[0].isdigit()
    assert rows[vnni.find().path.name].version == vnni.find().version


def test_what_is_missing_says_how_to_get_it(monkeypatch):
    monkeypatch.setattr(hip, "program", lambda *_, **__: None)
    row = next(row for row in doctor.inspect() if row.name == hip.NEED.name)
    assert not row.version
    assert "clang-22" in row.how_to_get
