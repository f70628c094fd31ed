# Two commands do everything: `make demo` and `make test`. Both set up from nothing.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
export DO_NOT_TRACK := 1
export PREFECT_SERVER_ANALYTICS_ENABLED := false
export HF_HUB_OFFLINE := 1
export TOKENIZERS_PARALLELISM := false

.PHONY: demo test app lint format sample setup constraints clean

demo: setup ## set up, run the whole pipeline on data/raw, print the themes, write the briefs
	$(BIN)/synthesis ingest data/raw
	$(BIN)/synthesis plan import data/plan/plan_workbook.xlsx
	$(BIN)/synthesis run
	$(BIN)/synthesis brief --all
	@echo "Now: make app"

app: setup ## open the explorer on the published run
	$(BIN)/synthesis app

test: setup ## set up (Chromium and PostgreSQL too) and pass the tests
	sh scripts/install_browser.sh
	sh scripts/install_postgresql.sh
	$(BIN)/python -m pytest --numprocesses 2 --dist loadfile

lint: setup ## format, lint, types and the import rule
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: setup
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

sample: setup ## lay out the sample district again from data/source
	$(BIN)/python scripts/lay_out_sample.py

setup: $(VENV)/.installed

$(VENV)/.installed: pyproject.toml constraints.txt
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --constraint constraints.txt torch==2.13.0
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable '.[dev]'
	touch $@

clean: ## remove what can be rebuilt
	rm -rf $(VENV) data/processed/runs data/processed/ledger data/processed/vault data/processed/cache data/processed/briefs data/processed/synthesis.db*
