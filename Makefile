# Laike.  `make run` and `make test` need Python 3.11 or newer and nothing else; they bring the rest themselves.

MAKEFLAGS += --no-print-directory
VENV_PYTHON := .venv/bin/python
IS_NEW_ENOUGH := -c 'import sys; sys.exit(sys.version_info < (3, 11))'

# The first Python on the PATH that is new enough; `make run PYTHON=/some/python` decides otherwise.
FOUND_PYTHON := $(or $(PYTHON),$(shell for name in python3 python3.14 python3.13 python3.12 python3.11; do \
	if $$name $(IS_NEW_ENOUGH) 2>/dev/null; then echo $$name; break; fi; done))

.PHONY: help
help: ## Say what there is
	@awk 'BEGIN { FS = ":.*## " } /^[a-z-]+:.*## / { printf "  make %-11s %s\n", $$1, $$2 }' Makefile

.PHONY: run
run: python ## Run Laike at http://localhost:8000, with a demo company and a demo customer's site
	@$(FOUND_PYTHON) tools/ground.py run
	@exec $(VENV_PYTHON) -m saas.run

SHARED := --dist loadfile --no-loadscope-reorder

.PHONY: test
test: ground-test ## Test everything, in a browser too (ARGS="-k seats" picks some)
	@PATH="$(CURDIR)/.venv/bin:$$PATH" npm --prefix frontend test
	@$(VENV_PYTHON) tools/browser.py
ifdef ARGS
	@$(VENV_PYTHON) -m pytest -q $(ARGS)
else
	@# One process more than a small machine has processors: these wait a good deal, browsers do not.
	@$(VENV_PYTHON) -m pytest -q -n 3 $(SHARED) --ignore=tests/journeys
	@$(VENV_PYTHON) -m pytest -q -n 2 $(SHARED) tests/journeys
endif

.PHONY: test-unit
test-unit: ground-test ## Test the quick part: nothing that needs a browser or minutes
	@PATH="$(CURDIR)/.venv/bin:$$PATH" npm --prefix frontend test
	@$(VENV_PYTHON) -m pytest -q -n 3 $(SHARED) -m "not slow" --ignore=tests/journeys $(ARGS)

.PHONY: lint
lint: ground-test ## Check style, types, templates, import directions and translations
	$(VENV_PYTHON) -m ruff check .
	$(VENV_PYTHON) -m ruff format --check .
	.venv/bin/lint-imports --no-logo
	$(VENV_PYTHON) -m djlint --quiet --lint .
	PATH="$(CURDIR)/.venv/bin:$$PATH" npm --prefix frontend run lint
	$(VENV_PYTHON) tools/translations.py check

.PHONY: format
format: ground-test ## Put the sources into shape
	$(VENV_PYTHON) -m ruff check --fix --exit-zero .
	$(VENV_PYTHON) -m ruff format .
	PATH="$(CURDIR)/.venv/bin:$$PATH" npm --prefix frontend run format

.PHONY: messages
messages: ground-test ## Collect new texts into translations/
	@$(VENV_PYTHON) tools/translations.py update

.PHONY: bench
bench: ground-test ## Measure, beside what one would take instead
	@$(VENV_PYTHON) -m bench $(ARGS)

.PHONY: lock
lock: ground-test ## Choose the newest allowed versions and write them down with their hashes
	@$(VENV_PYTHON) tools/lock.py

.PHONY: clean
clean: ## Throw away everything made here, the data in var/ too
	rm -rf .venv .ground.lock frontend/node_modules frontend/dist frontend/src/i18n translations/.compiled var

.PHONY: ground-test
ground-test: python
	@$(FOUND_PYTHON) tools/ground.py test

.PHONY: python
python:
	@if [ -z "$(FOUND_PYTHON)" ]; then \
		echo "Laike needs Python 3.11 or newer, and none is on the PATH (python3 is: $$(python3 -V 2>&1 || true))."; \
		echo "Install one (Debian: apt-get install python3 python3-venv), or name it: make $(or $(MAKECMDGOALS),run) PYTHON=/path/to/python3"; \
		exit 1; \
	elif ! $(FOUND_PYTHON) $(IS_NEW_ENOUGH) 2>/dev/null; then \
		echo "$(FOUND_PYTHON) is no Python 3.11 or newer ($$($(FOUND_PYTHON) -V 2>&1 || true))."; \
		exit 1; \
	fi
