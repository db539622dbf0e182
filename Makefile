# Every task of the project. `make help` explains; only Python 3 and git need to be there beforehand.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.NOTPARALLEL:

UV := $(shell command -v uv 2>/dev/null || echo .tools/uv/bin/uv)
UV_VERSION := 0.13.9
BIN := .venv/bin
export PATH := $(CURDIR)/$(BIN):$(PATH)
export UV_PYTHON_PREFERENCE := system

# Extras of the package that `make run` installs, remembered: make run EXTRAS="ocr multilingual"
INSTALLED_EXTRAS := $(or $(shell cat .venv/.extras 2>/dev/null),ocr)
EXTRAS ?= $(INSTALLED_EXTRAS)

PY_SOURCES := backend scripts tests
# Tests that start several servers, or measure memory: nothing runs beside them.
ALONE := tests/integration/production tests/integration/bad_input/test_large.py
WEB_SOURCES := $(shell find frontend/src frontend/public frontend/api-reference frontend/index.html frontend/vite.config.ts frontend/package-lock.json -type f 2>/dev/null)

.PHONY: help run build test test-long check fix bench demo e2e clean schema screenshots

help: ## show this list
	@awk 'BEGIN{FS=":.*## "} /^[a-z0-9-]+:.*## /{printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: .venv/.ready-run frontend/dist/index.html ## set everything up and serve on http://127.0.0.1:8000
	@$(BIN)/biblios serve

build: frontend/dist/index.html ## build the pages

demo: .venv/.ready-run ## load the demo library into the running server's account (asks for address and password)
	@$(BIN)/biblios demo

test: .venv/.ready-dev frontend/dist/index.html ## set everything up and run the whole suite
	cd frontend && npm test && npm run size
	scripts/ensure_browser.sh
	scripts/ensure_mongodb.sh
	scripts/ensure_backlot.sh
	$(BIN)/python -m pytest tests/unit tests/contract tests/integration $(addprefix --ignore=,$(ALONE)) -n 2 --dist loadfile $(PYTEST_ARGS)
	$(BIN)/python -m pytest tests/security tests/e2e -n 2 --dist loadfile -p no:randomly $(PYTEST_ARGS)
	$(BIN)/python -m pytest $(ALONE) tests/performance -p no:randomly $(PYTEST_ARGS)

test-long: .venv/.ready-dev frontend/dist/index.html ## the whole suite with its long matrices and soaks whole (hours)
	scripts/ensure_browser.sh
	scripts/ensure_mongodb.sh
	scripts/ensure_backlot.sh
	BIBLIOS_TEST_LONG=1 $(BIN)/python -m pytest tests $(PYTEST_ARGS)

check: .venv/.ready-dev frontend/node_modules/.ready ## the fast loop: lint, types, import rules, unit tests
	$(BIN)/ruff check $(PY_SOURCES)
	$(BIN)/ruff format --check $(PY_SOURCES)
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/vulture
	$(BIN)/deptry backend
	$(BIN)/hadolint Dockerfile.backend frontend/Dockerfile
	$(BIN)/check-jsonschema --builtin-schema vendor.compose-spec docker-compose.yml
	$(BIN)/check-jsonschema --builtin-schema vendor.github-workflows .github/workflows/ci.yml
	$(BIN)/actionlint
	$(BIN)/zizmor --offline --quiet .github
	$(BIN)/shellcheck scripts/*.sh .ci/run
	cd frontend && npm run lint && npm run typecheck && npm run knip
	$(BIN)/python -m pytest tests/unit -m "not slow" -q -n 2 --dist loadfile

fix: .venv/.ready-dev frontend/node_modules/.ready ## format and repair what can be repaired automatically
	$(BIN)/ruff check --fix $(PY_SOURCES)
	$(BIN)/ruff format $(PY_SOURCES)
	cd frontend && npm run format

bench: .venv/.ready-dev frontend/dist/index.html ## measure the figures; table on the screen, JSON in bench-results/
	$(BIN)/python -m scripts.bench $(BENCH_ARGS)

e2e: .venv/.ready-dev frontend/dist/index.html ## the journeys in a real browser only
	scripts/ensure_browser.sh
	$(BIN)/python -m pytest tests/e2e $(PYTEST_ARGS)

screenshots: .venv/.ready-dev frontend/dist/index.html ## renew docs/user/screenshots from the e2e run
	scripts/ensure_browser.sh
	BIBLIOS_TEST_SCREENSHOTS=docs/user/screenshots $(BIN)/python -m pytest tests/e2e

schema: .venv/.ready-dev ## write the API's schema and regenerate the web client's types
	$(BIN)/python -m backend.openapi frontend/openapi.json
	cd frontend && npm run gen

clean: ## remove what was built (not your data)
	rm -rf .venv .tools frontend/node_modules frontend/dist .mypy_cache .ruff_cache .pytest_cache

# --- set-up steps; each runs again only when its inputs change ---

.tools/uv/bin/uv:
	@echo "uv is not installed: putting it into .tools/"
	@python3 -m venv .tools/uv
	@.tools/uv/bin/python -m pip install --quiet "uv==$(UV_VERSION)"

ifeq ($(UV),.tools/uv/bin/uv)
UV_READY := .tools/uv/bin/uv
endif

# The development environment contains all of the run environment, so it counts for both.
.venv/.ready-run: uv.lock pyproject.toml $(if $(filter-out $(INSTALLED_EXTRAS),$(EXTRAS)),other-extras) | $(UV_READY)
	@if [ -e .venv/.ready-dev ]; then $(UV) sync --frozen --all-extras --all-groups --quiet; \
	else $(UV) sync --frozen --no-dev --group web $(addprefix --extra ,$(EXTRAS)); fi
	@echo "$(EXTRAS)" > .venv/.extras
	@touch $@

.venv/.ready-dev: uv.lock pyproject.toml | $(UV_READY)
	$(UV) sync --frozen --all-extras --all-groups
	@touch $@ .venv/.ready-run

.PHONY: other-extras
other-extras:

frontend/node_modules/.ready: frontend/package-lock.json | .venv/.ready-run
	cd frontend && npm ci --no-audit --no-fund --loglevel=error
	@touch $@

frontend/dist/index.html: frontend/node_modules/.ready $(WEB_SOURCES)
	cd frontend && npm run build
	@touch $@
