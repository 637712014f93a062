# What can be done here: `make` prints it. Every target first sees to what it needs (scripts/need).
# ARGS="..." is handed on to the program a target starts.

.DEFAULT_GOAL := help
.PHONY: help run web build test check bench soak screenshots openapi clean

ARGS ?=
TARGET := $(or $(CARGO_TARGET_DIR),target)

help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: build ## a shop with stock, orders, agents and buyers that talk; prints the address and the sign-ins
	@exec $(TARGET)/release/xiaoer demo $(ARGS)

web: ## the console and the widget, into web/dist
	@scripts/need node npm
	cd web && npm run build

build: ## the release binary with the web inside
	@scripts/need rust node cc
	@$(MAKE) --no-print-directory web
	cargo build --release -p xiaoer

test: ## everything: lints, Rust tests on both databases, web tests, browser tests
	@scripts/test

check: ## formatting, lints, the house's own rules, types of the web
	@scripts/need rust node cc npm
	@scripts/check rust
	@scripts/check web

bench: ## the figures of the README, measured on this machine
	@scripts/need rust node cc postgres
	@$(MAKE) --no-print-directory web
	scripts/with-postgres cargo bench -p xiaoer --bench desk -- $(ARGS)

soak: ## kill -9 under load, twenty times on each database
	@scripts/need rust node cc postgres nextest
	XIAOER_KILLS=20 scripts/with-postgres cargo nextest run --workspace --profile soak --test 'durability*' $(ARGS)

screenshots: ## every page in both themes, widths and languages, into ./screenshots
	@scripts/screenshots $(ARGS)

openapi: ## writes docs/openapi.json and web/api/schema.ts anew
	@scripts/need rust node cc npm
	cargo run -q -p xiaoer -- openapi > docs/openapi.json.new
	mv docs/openapi.json.new docs/openapi.json
	cd web && npm run schema

clean: ## removes what was built
	cargo clean
	rm -rf web/dist screenshots docs/openapi.json.new
