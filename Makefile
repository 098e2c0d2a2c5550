# Each command does its own set-up; the stamps in .venv say what has been done already.
SHELL := bash
.DEFAULT_GOAL := help
.PHONY: help run test test-without-qt test-screen lint bench bench-samples screenshots wheel clean

python := .venv/bin/python
set_up := packaging/set-up.sh
pytest := $(python) -m pytest

help:
	@echo "make run          open the window on the digits sample"
	@echo "make test         run all tests: without Qt, then with it, on a virtual desktop"
	@echo "make lint         ruff and mypy"
	@echo "make bench        measure what the window and the training promise"
	@echo "make bench-samples  train every sample to the score that it promises (a quarter of an hour)"
	@echo "make screenshots  the pictures of the README"
	@echo "make wheel        build dist/*.whl, and run it from an empty folder"

.venv/packages: pyproject.toml $(set_up)
	@$(set_up) packages
.venv/packages-test: pyproject.toml $(set_up)
	@$(set_up) packages test
.venv/packages-bench: pyproject.toml $(set_up)
	@$(set_up) packages bench
.venv/libraries: $(set_up)
	@$(set_up) libraries
.venv/desktop: $(set_up)
	@$(set_up) desktop

run: .venv/packages .venv/libraries
	@$(python) -m netbuilder resources/samples/digits-cnn.netb

test: .venv/packages-test .venv/libraries .venv/desktop
	@without=0; screen=0; \
	$(MAKE) --no-print-directory test-without-qt || without=1; \
	$(MAKE) --no-print-directory test-screen || screen=1; \
	exit $$((without + screen))

test-without-qt: .venv/packages-test
	$(pytest) -n 2 --dist worksteal -p tests.without_qt -p no:pytest-qt --ignore=tests/ui --ignore=tests/end_to_end

test-screen: .venv/packages-test .venv/libraries .venv/desktop
	@widgets=0; desktop=0; \
	QT_QPA_PLATFORM=offscreen $(pytest) tests/ui || widgets=1; \
	$(pytest) tests/end_to_end || desktop=1; \
	exit $$((widgets + desktop))

lint: .venv/packages-test
	$(python) -m ruff check .
	$(python) -m ruff format --check .
	$(python) -m mypy

bench: .venv/packages-test .venv/packages-bench .venv/libraries .venv/desktop
	@$(python) -m tests.benchmarks

bench-samples: .venv/packages-test
	@$(python) -m tests.benchmarks.bench_samples

screenshots: .venv/packages-test .venv/libraries .venv/desktop
	@$(python) packaging/screenshots.py

wheel: .venv/packages-test
	rm -rf build dist
	$(python) -m pip wheel --quiet --disable-pip-version-check --no-deps --wheel-dir dist .
	packaging/check-wheel.sh dist/netbuilder-*.whl

clean:
	rm -rf build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find netbuilder tests packaging -name __pycache__ -type d -prune -exec rm -rf {} +
