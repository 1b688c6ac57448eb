# Regulars. On a fresh machine with Python 3.11+, make and git: `make demo`, `make test`.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
PIP    := $(BIN)/python -m pip --disable-pip-version-check
JOBS   ?= 2
DATA   ?= complete-journey

.DEFAULT_GOAL := help
.PHONY: help setup demo serve test test-full check format bench docs reference picture lock clean

help:  ## list these targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

# A stamp says which lock the environment was filled from; a changed lock fills it again.
$(VENV)/bin/python:
	$(PYTHON) -c 'import sys; sys.exit("Regulars needs Python 3.11 or newer; set PYTHON=…" if sys.version_info < (3, 11) else 0)'
	$(PYTHON) -m venv $(VENV)

$(VENV)/.run: requirements/run.txt pyproject.toml | $(VENV)/bin/python
	$(PIP) install --quiet --require-hashes -r requirements/run.txt
	$(PIP) install --quiet --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.dev: requirements/dev.txt pyproject.toml | $(VENV)/bin/python
	$(PIP) install --quiet --require-hashes -r requirements/dev.txt
	$(PIP) install --quiet --no-deps --no-build-isolation -e .
	@touch $@ $(VENV)/.run

$(VENV)/.full: requirements/full.txt pyproject.toml | $(VENV)/bin/python
	$(PIP) install --quiet --require-hashes -r requirements/full.txt
	$(PIP) install --quiet --no-deps --no-build-isolation -e .
	@touch $@ $(VENV)/.dev $(VENV)/.run

setup: $(VENV)/.dev  ## make .venv with everything that developers need

demo: $(VENV)/.run  ## import a real data set, analyse it, write the report
	$(BIN)/regulars demo --data $(DATA)

serve: $(VENV)/.run  ## start the server on embedded defaults with the shipped demo
	$(BIN)/regulars serve

test: $(VENV)/.dev  ## the default tests; what is not installed is skipped in words
	$(BIN)/pytest -n $(JOBS) --dist loadgroup

test-full: $(VENV)/.full  ## also the slow tests, on every engine
	$(BIN)/pytest -n $(JOBS) --dist loadgroup -m "slow or not slow"

check: $(VENV)/.dev  ## format, lint, types, import rules, documentation
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	$(BIN)/pytest -q tests/house --ignore tests/house/test_examples.py  # `make test` runs the guides

format: $(VENV)/.dev  ## format and repair what can be repaired
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: $(VENV)/.dev  ## measure speed and memory; results are printed and kept as JSON
	$(BIN)/python -m benchmarks

reference: $(VENV)/.dev  ## write docs/reference from the declarations
	$(BIN)/python -m regulars.cli.reference docs/reference

docs: reference  ## build the documentation site into site/
	$(BIN)/zensical build --clean --strict

picture: $(VENV)/.run  ## draw the README's picture from the CDNOW demo (needs chromium)
	rm -rf build/picture && mkdir -p build/picture docs/images
	$(BIN)/regulars demo --data cdnow --path build/picture/CDNOW
	chromium --headless --no-sandbox --disable-gpu --disable-background-networking \
		--hide-scrollbars --user-data-dir=build/picture/browser --window-size=1100,1370 \
		--screenshot=docs/images/report.png file://$(CURDIR)/build/picture/CDNOW/report-en.html

UV_LOCK = $(BIN)/uv pip compile pyproject.toml --quiet --universal --python-version 3.11 \
	--generate-hashes --no-emit-index-url --no-annotate --custom-compile-command 'make lock'

lock: $(VENV)/.dev  ## refresh requirements/*.txt: hashes, no addresses
	$(UV_LOCK) --upgrade --all-extras --group dev -o requirements/full.txt
	$(UV_LOCK) -c requirements/full.txt --extra demo --extra files --extra report --extra server --group dev -o requirements/dev.txt
	$(UV_LOCK) -c requirements/full.txt --extra demo --extra files --extra report --extra server --group build -o requirements/run.txt

clean:  ## remove what was made here, the environment too
	rm -rf $(VENV) site build dist regulars-demo .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
