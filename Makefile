# Everything a maker of Antrean runs. It needs Python 3.11 or newer, make, and the network once.
#
# Packages come by uv, which pip brings by its checksum: measured on two shared cores, `make setup` in a fresh
# clone takes 11 s that way and 34 s with pip alone, from the same locks. Where uv finds no network (a mirror that
# only pip was told of) pip does it.

# Without its bytecode kept, each start of the server compiles all packages anew: six seconds instead of one.
unexport PYTHONDONTWRITEBYTECODE

PYTHON ?= python3
BIN := .venv/bin
STAMPS := .venv/stamps
CATALOGUES := $(patsubst %.po,%.mo,$(wildcard */translations/*/LC_MESSAGES/messages.po))

UV := $(BIN)/uv --quiet pip
UV_TOOL := $(BIN)/uv --quiet tool run
INSTALL := $(UV) install --require-hashes --compile-bytecode -r
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
COMPILE := $(BIN)/uv --quiet pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help run office setup setup-dev assets browser test tests lint format audit bench faults waits replays whole-day quarter screenshots messages lock clean

help: ## say what there is
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /|/' | awk -F '|' '{ printf "  make %-12s %s\n", $$1, $$2 }'

run: setup ## make a sample office if there is none, and serve it
	@exec $(BIN)/antrean demo

office: setup ## serve your own office to its network; the first time it is set up in the browser
	@exec $(BIN)/antrean serve --host 0.0.0.0

setup: $(STAMPS)/project assets $(CATALOGUES) ## make everything that running needs

setup-dev: $(STAMPS)/dev $(STAMPS)/npm setup ## make everything that the tests need, too

# one shell line each, so that a failure anywhere leaves no stamp behind
$(STAMPS)/uv: requirements-uv.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "Python 3.11 or newer is needed: make PYTHON=python3.12"; exit 1; }
	@echo "making .venv ..."
	@$(PYTHON) -m venv .venv
	@$(PIP) install --require-hashes -r $< \
	  || { [ -x $(BIN)/pip ] && echo "uv cannot be had; pip installs instead"; }
	@mkdir -p $(STAMPS) && touch $@

$(STAMPS)/runtime: requirements.lock $(STAMPS)/uv
	@echo "installing what running needs ..."
	@$(INSTALL) $< || $(PIP) install --require-hashes -r $<
	@touch $@

$(STAMPS)/dev: requirements-dev.lock $(STAMPS)/runtime
	@echo "installing what the tests need ..."
	@$(INSTALL) $< || $(PIP) install --require-hashes -r $<
	@touch $@

$(STAMPS)/project: pyproject.toml $(STAMPS)/runtime
	@$(UV) install --no-deps --no-build-isolation --editable . \
	  || $(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

$(STAMPS)/npm: package-lock.json .npmrc tools/assets.py $(STAMPS)/runtime
	@$(BIN)/python -m tools.assets lend
	@touch $@

assets: $(STAMPS)/runtime
	@$(BIN)/python -m tools.assets

%.mo: %.po | $(STAMPS)/runtime
	@$(BIN)/pybabel --quiet compile --input-file $< --output-file $@

browser: $(STAMPS)/dev
	@$(BIN)/python -m tools.browser

test: setup-dev browser ## run the linters, the type checker and all tests
	@$(MAKE) --no-print-directory --jobs=2 lint tests

# four at once on two cores, since most of a test is waiting for a server, a browser or a clock; the
# linters run beside the first of them
tests: setup-dev browser
	$(BIN)/pytest --numprocesses 4 --dist loadfile --no-loadscope-reorder

lint: setup-dev ## run the linters and the type checker
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports

audit: setup-dev ## ask the public database of weaknesses about all packages in the locks; needs the network
	@for lock in requirements.lock requirements-dev.lock requirements-uv.lock; do \
	  $(UV_TOOL) pip-audit==2.10.1 --disable-pip --require-hashes -r $$lock || exit 1; done

format: setup-dev ## put the code into its shape
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

bench: setup-dev ## measure; the figures in docs/performance.md come from here
	$(BIN)/python -m benchmarks $(ARGS)

bench-%: setup-dev # one that `bench` does not run, with ARGS: bench-calls, -summaries, -boards, -kiosk, -estimates, -skm, -storm, -processes, -footprint, -pi
	$(BIN)/python -m benchmarks.$* $(ARGS)

SCHEDULES ?= 0
SEED ?= 0
faults: setup-dev ## break what the server stands on while it is used, and count; SCHEDULES=1000 at random, ARGS="redis_killed" one
	$(BIN)/python -m tools.faults --schedules $(SCHEDULES) --seed $(SEED) $(ARGS)

DIR ?=
waits: setup-dev ## let wait estimates compete; DIR=folder takes recordings of your own
	$(BIN)/python -m benchmarks.waits $(DIR) --simulated

replays: setup-dev ## replay the shipped day, or each recording in DIR=folder; fails where anything was lost
	$(BIN)/python -m benchmarks.replays $(or $(DIR),app/replay/days)

proof: setup-dev browser ## prove on a recorded day that each call is seen and heard, through cuts and restarts
	$(BIN)/python -m tools.proof

whole-day: setup-dev ## live a recorded day with twelve clerks who use every verb; DAY="FILE --postgres"
	$(BIN)/python -m tools.whole_day $(DAY)

quarter: setup-dev ## live a quarter of a survey up to its report and notice; OUT="folder --postgres"
	$(BIN)/python -m tools.quarter $(OUT)

screenshots: setup-dev browser ## take the pictures in docs/screenshots anew
	$(BIN)/python -m tools.screenshots

messages: $(STAMPS)/project ## bring the sentences of the code into the translators' catalogues
	$(BIN)/python -m tools.messages

lock: $(STAMPS)/dev ## write the locks anew; UPGRADE=--upgrade takes each package at its newest
	$(COMPILE) $(UPGRADE) --group pyproject.toml:installer --output-file requirements-uv.lock
	$(COMPILE) $(UPGRADE) --group dev --group assets pyproject.toml --output-file requirements-dev.lock
	$(COMPILE) $(UPGRADE) --group assets pyproject.toml --output-file requirements.lock
	$(BIN)/python -m tools.assets lock

clean: ## remove all that was made, except the office's files in instance/
	rm -rf .venv *.egg-info build dist web/static/web/vendor
	rm -rf .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis .schemathesis test-results
	rm -f */translations/*/LC_MESSAGES/messages.mo
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
