# Every target makes the environment it needs, once. A stamp in the environment says what is installed
# there, so the next run starts at once.

PYTHON ?= python3
ARGS   ?=

BIN        := .venv/bin/python
BENCH      := .venv-bench/bin/python
BENCH_HIPS := .venv-bench-hips/bin/python

FIND_BROWSER := for name in "$$CHROMIUM" chromium chromium-browser google-chrome; do command -v "$$name"; done | grep -q .

export PIP_DISABLE_PIP_VERSION_CHECK := 1
PIP := -m pip install -qq

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help demo test browser lint docs pictures notebooks lab features bench clean

help: ## Say what there is to make
	@sed -nE 's/^([a-z]+):.*## (.*)/  make \1\t\2/p' Makefile | expand -t 16
	@echo "  Another Python: make PYTHON=python3.12 ...   Options for pytest: make test ARGS='-k matmul'"

demo: .venv/.has-examples ## Fit a curve to noisy points: the library in one picture
	@$(BIN) examples/noisy_quadratic.py $(ARGS)
	@$(BIN) examples/graphs.py

test: .venv/.has-test browser ## Run every test and doctest
	@$(BIN) -m pytest -n auto $(ARGS)

# Pages are tested in a browser. Where there is none, and none can be had, their tests are skipped.
browser:
	@$(FIND_BROWSER) || { [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null && \
		echo "Installing Chromium, to test pages in; the first time takes a while ..." && apt-get update -qq && \
		DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium >/dev/null; } || \
		echo "NO BROWSER: pages will not be tested. Install Chromium, or name one: CHROMIUM=/path make test" >&2

lint: .venv/.has-lint ## Check style, formatting and types
	@$(BIN) -m ruff check
	@$(BIN) -m ruff format --check
	@$(BIN) -m mypy

docs: .venv/.has-test ## Write the pages that are made from the code
	@$(BIN) -m docs

pictures: .venv/.has-test browser ## Draw the pictures in the README
	@$(BIN) -m docs.pictures

notebooks: .venv/.has-test ## Run the notebooks, and store what they show
	@$(BIN) -m notebooks $(ARGS)

lab: .venv/.has-notebooks ## Open the notebooks in JupyterLab
	@$(BIN) -m jupyterlab notebooks $(ARGS)

features: .venv-bench/.ready .venv-bench-hips/.ready ## Try what docs/features.md says of other libraries
	@$(BENCH) -m benchmarks.features --hips-python $(BENCH_HIPS) $(ARGS)

bench: .venv-bench/.ready .venv-bench-hips/.ready ## Measure against other libraries, side by side
	@$(BENCH) -m benchmarks --hips-python $(BENCH_HIPS) $(ARGS)

clean: ## Remove the environments, caches and builds
	rm -rf .venv .venv-bench .venv-bench-hips build dist .hypothesis .mypy_cache .pytest_cache .ruff_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

.venv/.has-%: pyproject.toml | $(BIN)
	@echo "Installing autograd-nn[$*] into .venv; the first time takes a while ..."
	@$(BIN) $(PIP) --editable '.[$*]'
	@touch $@

.venv-bench/.ready: pyproject.toml benchmarks/requirements.txt | $(BENCH)
	@echo "Installing autograd-nn and its peers into .venv-bench; the first time takes a while ..."
	@$(BENCH) $(PIP) --editable . --requirement benchmarks/requirements.txt
	@touch $@

# HIPS autograd has the import name of ours, so it lives alone.
.venv-bench-hips/.ready: benchmarks/requirements-hips.txt | $(BENCH_HIPS)
	@echo "Installing HIPS autograd into .venv-bench-hips ..."
	@$(BENCH_HIPS) $(PIP) --requirement benchmarks/requirements-hips.txt
	@touch $@

$(BIN) $(BENCH) $(BENCH_HIPS):
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "autograd-nn needs Python 3.11 or newer. Name one: make PYTHON=python3.12 ..." >&2; exit 1; }
	@$(PYTHON) -m venv $(@:/bin/python=) || { rm -rf $(@:/bin/python=); exit 1; }
