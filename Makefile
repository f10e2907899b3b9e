# Everything a person does with the portal on one machine. `make` alone lists it.
PORT ?= 8000
SCALE ?= 1
CONTROL ?=
PYTHON := .venv/bin/python

.DEFAULT_GOAL := help
.PHONY: help run test lint bench chaos demo shell fmt messages docs clean reset
.SILENT:

help: ## List what can be made
	awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: ## Serve the portal with demo data (PORT=8000); Ctrl-C ends it, the data stay
	bin/bootstrap run
	exec $(PYTHON) -m bin.serve --port $(PORT)

test: ## Lint and the whole suite: SQLite, PostgreSQL, Redis, journeys in Chromium
	bin/bootstrap test
	exec $(PYTHON) -m bin.test

lint: ## Style, types, room order, templates, migrations, translations, generated docs, API schema
	bin/bootstrap test
	exec $(PYTHON) -m bin.lint

bench: ## Measure on PostgreSQL, print a table, write var/bench.json
	bin/bootstrap test
	exec $(PYTHON) -m bench

chaos: ## Kill the portal's parts while 300 sit an exam, compare with what they were told (CONTROL=ack-first must be red)
	bin/bootstrap test
	exec $(PYTHON) -m bench.chaos --control "$(CONTROL)"

demo: ## Load the demo into the database in use, once (SCALE=1 is the whole country)
	bin/bootstrap run
	exec $(PYTHON) manage.py demo --scale $(SCALE)

shell: ## A Python shell with the models at hand
	bin/bootstrap run
	exec $(PYTHON) manage.py shell

fmt: ## Put the code into the house format
	bin/bootstrap test
	$(PYTHON) -m ruff check --fix-only --quiet .
	$(PYTHON) -m ruff format .

messages: ## Collect the texts into the catalog and compile it
	bin/bootstrap test
	exec $(PYTHON) manage.py messages

docs: ## Write the generated pages of docs/ anew
	bin/bootstrap test
	exec $(PYTHON) manage.py generate_docs

clean: ## Remove what tools leave behind; data and environment stay
	rm -rf .coverage* htmlcov .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis var/test var/log
	find . -name __pycache__ -not -path './.venv/*' -prune -exec rm -rf {} +

reset: ## Forget the local database and its files; the next run makes them anew
	rm -rf var/portal.sqlite3* var/portal.draft* var/media var/broker var/celerybeat-schedule*
