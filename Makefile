# Every step of the continuous check is a target here. `make check` runs them all.

PYTHON ?= python
CLANG_FORMAT = $(PYTHON) -c 'from clang_format import clang_format; clang_format()'
ROOMS = xpiler lowering dialects prompts kernels benchmarks test
CXX_FILES = $(shell git ls-files 'dialects/**/*.cpp' 'dialects/**/*.h' 'xpiler/platforms/**/*.h' 'xpiler/platforms/**/*.cpp')

.PHONY: help install check format format-check lint types tests docs platform-check

help:  ## this list
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*##/ \t/' | expand -t 16

install:  ## editable, into the current environment
	$(PYTHON) -m pip install -e '.[test,dev]'

check: format-check lint types tests  ## all of the below

format:  ## rewrites the sources in the house style
	$(PYTHON) -m ruff format $(ROOMS)
	$(CLANG_FORMAT) -i $(CXX_FILES)

format-check:  ## says what `make format` would change
	$(PYTHON) -m ruff format --check $(ROOMS)
	$(CLANG_FORMAT) --dry-run --Werror $(CXX_FILES)

lint:  ## ruff
	$(PYTHON) -m ruff check $(ROOMS)

types:  ## mypy over the packages
	$(PYTHON) -m mypy xpiler

docs:  ## rewrites docs/generated
	$(PYTHON) docs/generate.py

platform-check:  ## makes a fifth platform in build/platform, builds it, runs its tests
	$(PYTHON) docs/platform-skeleton/check.py build/platform

tests:  ## pytest, which runs the lit tests too
	$(PYTHON) -m pytest
