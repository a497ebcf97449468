# `make` lists the verbs. Everything slow to make is kept in $(CAIRN_CACHE), outside the checkout.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

export CAIRN_CACHE ?= $(HOME)/.cache/cairn
export CARGO_TARGET_DIR ?= $(CAIRN_CACHE)/target

# Runs a command between a line that names it and one with its duration.
step = . scripts/lib.sh && step

.PHONY: help
help: ## this list
	@sed -n 's/^\([a-z]*\): .*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 12

# The whole workspace, as the tests build it: with `-p` Cargo would choose other features for the
# dependencies and compile them once more.
.PHONY: demo
demo: programs app ## a network of all four categories on an embedded chain, with real data, and the app (DEMO_ONCE=1: exit at the end)
	@$(step) "host binaries" cargo build --workspace --bins
	@"$(CARGO_TARGET_DIR)/debug/demo"

.PHONY: test
test: programs app ## every test; end to end on solana-test-validator too where it is installed
	@scripts/test

.PHONY: bench
bench: programs ## the measurements behind the numbers in ARCHITECTURE.md
	@$(step) "benchmarks" cargo bench -p cairn-protocol -p cairn-verify -p cairn-epoch -p cairn-store --bench merkle --bench check --bench wireless --bench storage --bench compute --bench close --bench append

.PHONY: programs
programs: bootstrap ## build the programs to target/deploy
	@scripts/build-programs

.PHONY: app
app: bootstrap ## build the operators' app to app/dist, which oracles serve
	@scripts/build-app

.PHONY: generate
generate: bootstrap ## derive idl/ and the Rust clients from the programs (needs anchor)
	@scripts/generate

.PHONY: check
check: ## formatting, lints, and that the committed IDLs and clients are current
	@scripts/check

.PHONY: fuzz
fuzz: bootstrap ## generated input for every decoder, a minute each (SECONDS_EACH=60)
	@scripts/fuzz $(or $(SECONDS_EACH),60)

.PHONY: bootstrap
bootstrap: ## install what building needs and this machine lacks
	@scripts/bootstrap

.PHONY: validator
validator: ## install solana-test-validator (45 min from the registry)
	@scripts/install-tool solana-test-validator

.PHONY: anchor
anchor: ## install anchor's command line (12 min from the registry)
	@scripts/install-tool anchor

.PHONY: clean
clean: ## remove what was built, here and in the cache; tools stay
	@cargo clean
	@rm -rf target programs/target app/dist app/node_modules "$(CAIRN_CACHE)"/{target-programs,target-idl,target-fuzz,programs,generate}
