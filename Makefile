# Everything runs in .venv, which `make setup` makes once; a second call finds it ready.
PYTHON ?= python3
BIN := .venv/bin
# A file's tests share what takes long to make, so each file goes to one process, in the order
# that tests/conftest.py gives them.
PARALLEL := --numprocesses auto --dist loadfile --no-loadscope-reorder
export PIP_DISABLE_PIP_VERSION_CHECK := 1
# Hundreds of processes import the kit in the tests: compiled once, whatever the machine has set.
export PYTHONDONTWRITEBYTECODE :=

.PHONY: setup lint test test-every coverage docs demo clean

setup: .venv/ready

.venv/ready: pyproject.toml constraints.txt
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --progress-bar off --quiet --no-compile --constraint constraints.txt --editable ".[dev]"
	# On all cores; what is no Python 3 among it stops nothing.
	-$(BIN)/python -m compileall -q -q -j 0 $(BIN)/../lib
	@touch $@

lint: setup
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy

test: lint
	$(BIN)/python -m pytest $(PARALLEL) -m "not slow"
	$(BIN)/python -m pytest $(PARALLEL) -m slow

# Of what is many and alike (attacks, answers whose grade is known, courses from release to scores)
# `test` takes a share, and the next commit the next one.
test-every: lint
	$(BIN)/python -m pytest $(PARALLEL) --every

# What runs confined, or in a process of its own, is not seen by it.
coverage: setup
	$(BIN)/python -m pytest $(PARALLEL) -m "not slow" --cov --cov-report=term --cov-report=html

# Its theme prints that another tool follows it, which is no fault of a page.
docs: setup
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --quiet --strict
	@echo site/index.html

demo: setup
	$(BIN)/python demo/run.py

clean:
	rm -rf .venv .gradekit .coverage* htmlcov site
