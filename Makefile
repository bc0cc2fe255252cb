# One command each. `make` alone shows them.
.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help setup run run-lan seed check test test-again bench bench-full backup restore words format docs pictures setup-docs setup-check setup-parts setup-test

python := .venv/bin/python
# Tests wait for browsers and servers about a third of their time, so a few more run than there are cores.
workers := $(shell echo $$(( ($$(nproc) * 3 + 1) / 2 )))

help: ## show this
	@awk -F ':[^#]*## ' '/^[a-z-]+:[^#]*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

setup: ## install what running needs, into .venv and static/vendor
	@scripts/environment.sh requirements.txt
	@$(python) scripts/vendor.py
	@$(python) scripts/words.py compile

run: setup ## start it; on an empty database with a demo to try
	@$(python) -m flask --app server demo --if-empty
	@exec $(python) server.py

run-lan: setup ## start it over HTTPS for a real phone in the same network; ADDRESS=… PORT=…
	@exec $(python) -m scripts.lan "$(ADDRESS)" "$(PORT)"

seed: setup ## make a database with 90 days of sign-ins to develop against; INSTANCE=instance-dev SEED=1
	@$(python) -m scripts.seed "$(INSTANCE)" "$(SEED)"

check: setup-check ## look for mistakes without running it: lint, types, arrows, templates
	$(python) -m ruff check
	$(python) -m ruff format --check
	$(python) -m mypy --strict astrow2fa server.py scripts
	.venv/bin/lint-imports
	$(python) -m djlint --lint --quiet templates
	$(python) scripts/local_paths.py

test: setup-test ## run all tests, or with T=tests/core some of them
	$(python) -m pytest $(or $(T),--numprocesses=$(workers) --dist=loadfile --no-loadscope-reorder)

test-again: setup-test ## run what failed last once more, alone, one after the other
	$(python) -m pytest --last-failed --last-failed-no-failures=none --maxfail=1

bench: setup-check ## measure it against a bare relay, in five minutes
	$(python) -m tests.load.bench

bench-full: setup-parts ## the same with 10,000 browsers and long runs; a flood, two nodes and one killed, sign-ins, polling, ten minutes without a pause
	$(python) -m tests.load.bench --full
	$(python) -m tests.load.flood
	$(python) -m tests.load.nodes
	$(python) -m tests.load.signins
	$(python) -m tests.load.polling
	$(python) -m tests.load.steady

backup: setup ## save the database, while servers run, into FILE=…
	@$(python) scripts/backup.py save "$(FILE)"

restore: setup ## bring the database back to FILE=…, while none runs
	@$(python) scripts/backup.py restore "$(FILE)"

words: setup ## bring the catalogues of all languages to the words that are in the source now
	@$(python) scripts/words.py update
	@$(python) scripts/words.py compile

format: setup-check ## lay out the Python files as `make check` wants them
	$(python) -m ruff check --fix-only
	$(python) -m ruff format

docs: setup-docs ## build the documentation's site into site/
	@NO_MKDOCS_2_WARNING=1 $(python) -m mkdocs build --strict --quiet --clean
	@echo "Open site/index.html, or with its search: python3 -m http.server --directory site"

pictures: setup ## draw the pictures of the documentation from the code
	@$(python) -m scripts.pictures

setup-docs: setup ## install also what the site needs
	@scripts/environment.sh requirements-docs.txt

setup-check: setup ## install also what checks and benchmarks need
	@scripts/environment.sh requirements-checks.txt

setup-test: setup-parts ## install also what tests need from npm and Debian: a push service, a browser
	@$(python) -m scripts.node_modules
	@scripts/debian.sh chromium chromium fonts-dejavu-core

setup-parts: setup-check ## install also what several nodes need from Debian: PostgreSQL, Redis, nginx, HAProxy
	@scripts/debian.sh '/usr/lib/postgresql/*/bin/postgres' postgresql
	@scripts/debian.sh redis-server redis-server
	@scripts/debian.sh '/usr/sbin/nginx' nginx-light
	@scripts/debian.sh /usr/sbin/haproxy haproxy
