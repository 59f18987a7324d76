# 护童. Two commands do everything: `make run` and `make test`. `make help` lists the rest.
SHELL := /bin/sh
.DEFAULT_GOAL := help
.NOTPARALLEL:

# Relative, so that a checkout whose path has spaces needs no care. setup.py sees what is left to do and is quick.
BIN := .venv/bin
SET_UP = python=$$(scripts/find-python) && "$$python" -I scripts/setup.py

.PHONY: help setup setup-dev setup-test run demo-reset test check proof proof-faults screens triage-report lock

help:  ## this list
	@awk -F ':.*## +' '/^[a-z-]+:.*##/ {printf "  make %-15s%s\n", $$1, $$2}' Makefile

setup:  ## look at the machine, make .venv from the lock: leaves .venv/bin/hutong
	@$(SET_UP)

setup-dev:
	@$(SET_UP) --dev

setup-test: setup-dev  ## the same with all that tests need: PostgreSQL, Chromium, Chinese letters
	@$(BIN)/python -m tests.support

# A visitor's county, made the first time and kept. Production refuses its accounts and its clock.
run: setup  ## set up and serve the whole product with a demonstration county on 127.0.0.1
	@HUTONG_MODE=demo exec $(BIN)/hutong serve

demo-reset: setup  ## throw the demonstration county away and make a new one
	@HUTONG_MODE=demo exec $(BIN)/hutong init --demo --reset

test: setup-test  ## all tests, real PostgreSQL and real browser included
	@$(BIN)/python -m pytest -n 3

check: setup-dev  ## style, types, import direction, keywords, protocols
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	$(BIN)/python -m scripts.check_data

proof: setup-test  ## the slow proofs; their figures go to docs/proof/
	@$(BIN)/python -m pytest -m proof

proof-faults: setup-test  ## plant each known fault in a copy and require a named test to fail
	@$(BIN)/python -m tests.faults

screens: setup-test  ## pictures of chat and console from the running product, into docs/screens/
	@$(BIN)/python -m tests.browser.screens

triage-report: setup-dev  ## how well triage reads the open corpus
	@$(BIN)/python -m tests.bench.triage_report

lock:  ## resolve pyproject.toml anew into requirements.txt and requirements-dev.txt
	@scripts/lock
