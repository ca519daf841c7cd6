# `make demo` and `make test` do all the set-up themselves: they need Python 3.11 or newer, make and git, nothing else.
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet --quiet
CHECKS := "ruff check" "ruff format --check" "mypy" "pyright --pythonpath $(BIN)/python" "lint-imports --no-logo"

export PYTHON

.PHONY: help demo test lint format bench fuzz words wheel pins clean

help: ## say what can be made here
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1@\2/p' $(MAKEFILE_LIST) | while IFS=@ read -r name what; do \
	  printf '%-14s %s\n' "$$name" "$$what"; done

# Set-up. Each stamp is newer than the pins it was made from, so it is done once, and again when they change.
$(VENV)/made:
	@sh scripts/venv.sh $(VENV)
	@touch $@

$(VENV)/run: requirements.txt requirements-build.txt pyproject.toml | $(VENV)/made
	@echo "setup: installing the packages pinned in requirements.txt (once)"
	@$(PIP) install --require-hashes -r requirements.txt -r requirements-build.txt
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/dev: requirements-dev.txt requirements-axe.txt $(VENV)/run
	@echo "setup: installing the packages pinned in requirements-dev.txt (once)"
	@$(PIP) install --require-hashes -r requirements-dev.txt
	@$(PIP) install --require-hashes --no-deps -r requirements-axe.txt
	@touch $@

demo: $(VENV)/run ## build a realistic ledger in build/demo, verify it, write its reports
	@rm -rf build/demo
	@mkdir -p build
	$(BIN)/evenhand demo build/demo

test: $(VENV)/dev ## run every test (ARGS="-k words" chooses), PostgreSQL included where it can be had
	@bash scripts/services.sh
	$(BIN)/python -m pytest -n auto --maxprocesses 8 $(ARGS)

lint: $(VENV)/dev ## check style, types and the order of the rooms
	@failed=; for check in $(CHECKS); do \
	  echo "== $$check"; $(BIN)/$$check || failed="$$failed, $${check%% *}"; done; \
	test -z "$$failed" || { echo "lint: not clean: $${failed#, }" >&2; exit 1; }

format: $(VENV)/dev ## rewrite the code in the house's form
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

bench: $(VENV)/dev ## measure and print the ratios the project promises
	@for script in benchmarks/[!_]*.py; do echo "== $$script"; $(BIN)/python "$$script" || exit 1; done

fuzz: $(VENV)/dev ## run the property tests with many more examples
	$(BIN)/python -m pytest -n auto --maxprocesses 8 --hypothesis-profile fuzz --timeout 3600 $(ARGS)

words: $(VENV)/dev ## gather the words to translate, keep the translations, compile them
	$(BIN)/python scripts/words.py

wheel: $(VENV)/dev ## build the wheel in dist/
	$(BIN)/python -m hatchling build -t wheel

pins: $(VENV)/dev ## resolve the pins again (ARGS=--upgrade to move them)
	sh scripts/pins.sh $(BIN)/uv $(ARGS)

clean: ## remove what these commands made: the environment, builds and caches
	rm -rf $(VENV) build dist .hypothesis .mypy_cache .pytest_cache .ruff_cache .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
