# Two commands do everything on a machine that has Rust and Node: `make demo` and `make test`. The
# site is built first, since the service embeds it. One build profile serves demo and tests, and the
# command has the same features in both (tools/check-features), so that nothing is compiled twice.

EXPOSURE = $(or $(CARGO_TARGET_DIR),target)/debug/exposure
# npm workspaces: the client, and the site that the service embeds.
WEB = packages
WEB_SOURCES = $(shell find $(WEB)/*/src $(WEB)/*/test $(WEB)/*/advice -type f 2>/dev/null) $(wildcard $(WEB)/*.json $(WEB)/*/*.json $(WEB)/*/*.mjs) $(wildcard crates/identifier/*.json) crates/identifier/phone_spellings.txt

# Tests look for the command where cargo puts it by default; otherwise `EXPOSURE_BIN` names it.
ifdef CARGO_TARGET_DIR
export EXPOSURE_BIN = $(EXPOSURE)
endif

.PHONY: demo test lint docs package bench web binary clean

# makes a synthetic leak, indexes it, serves the form until Ctrl-C (DEMO_ONCE=1 checks itself and
# exits)
demo: binary
	$(EXPOSURE) demo

# every test: Rust, TypeScript, the site in Chromium
test: binary
	tools/cargo-test
	cd $(WEB) && npm test && npm run test:service && npm run test:package
	tools/with-chromium sh -c 'cd $(WEB) && npm run test:browser'

# formatting and lints of all languages, warnings as errors
lint: web
	tools/lint-scripts
	tools/check-features
	cargo fmt --all --check
	rustfmt --check --edition 2024 tests/fuzz/fuzz_targets/*.rs
	cargo clippy --workspace --all-targets --locked -- -D warnings
	tools/check-package
	cd $(WEB) && npm run lint

# the documentation of the crates, warnings as errors
docs:
	RUSTDOCFLAGS="-D warnings" cargo doc --workspace --no-deps --locked

# the crates that others may use, packaged as for a registry and compiled from that
package:
	tools/check-package --verify

# canonical forms, scanner, bulk evaluation and index beside their peers; BENCH_ARGS="--part index
# --tags N" for one part at another size. Whole commands are measured by the scripts in benches/.
bench:
	cargo run --release --locked -p exposure-benches -- $(BENCH_ARGS)

# The command alone: what only tests and benchmarks need is compiled by them.
binary: web
	cargo build --locked -p exposure-cli

web: $(WEB)/site/dist/site.json

# Only when something of it changed: the service embeds the page, and would be compiled again.
$(WEB)/site/dist/site.json: $(WEB)/node_modules/.package-lock.json $(WEB_SOURCES)
	cd $(WEB) && npm run build

$(WEB)/node_modules/.package-lock.json: $(WEB)/package-lock.json $(wildcard $(WEB)/package.json $(WEB)/*/package.json)
	cd $(WEB) && npm ci --no-audit --no-fund

clean:
	cargo clean
	rm -rf $(WEB)/site/dist $(WEB)/client/lib $(WEB)/*/build $(WEB)/node_modules
