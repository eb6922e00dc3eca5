# Two commands do everything on a machine that has Rust and Node: `make demo` and `make test`.
# The page is built first, since the service embeds it; one build profile serves demo and tests.

EXPOSURE = $(or $(CARGO_TARGET_DIR),target)/debug/exposure
# npm workspaces: the client, and the site that the service embeds.
WEB = packages
WEB_SOURCES = $(shell find $(WEB)/*/src $(WEB)/*/test -type f) $(wildcard $(WEB)/*.json $(WEB)/*/*.json $(WEB)/*/*.mjs) crates/identifier/kinds.json

# Tests look for the command where cargo puts it by default; elsewhere they are told.
ifdef CARGO_TARGET_DIR
export EXPOSURE_BIN = $(EXPOSURE)
endif

.PHONY: demo test lint bench web binary clean

# make a synthetic leak, index it, serve the form until Ctrl-C (DEMO_ONCE=1 checks itself and exits)
demo: binary
	$(EXPOSURE) demo

# every test: Rust, TypeScript, the page in Chromium
test: binary
	tools/cargo-test
	cd $(WEB) && npm test && npm run test:service && npm run test:package
	tools/with-chromium sh -c 'cd $(WEB) && npm run test:browser'

# formatting and lints, warnings as errors
lint: web
	cargo fmt --all --check
	cargo clippy --workspace --all-targets --locked -- -D warnings
	cd $(WEB) && npm run lint

# canonical forms, scanner, bulk evaluation and index, each beside its peers (BENCH_ARGS="--part index --tags N" for one, at
# another size); whole commands, and a billion of them, are measured by benches/build.py and benches/billion.py
bench:
	cargo run --release --locked -p exposure-benches -- $(BENCH_ARGS)

binary: web
	cargo build --workspace --locked

web: $(WEB)/site/dist/site.json

# Only when something of it changed: the service embeds the page, and would be compiled again.
$(WEB)/site/dist/site.json: $(WEB)/node_modules/.package-lock.json $(WEB_SOURCES)
	cd $(WEB) && npm run build

$(WEB)/node_modules/.package-lock.json: $(WEB)/package-lock.json $(wildcard $(WEB)/package.json $(WEB)/*/package.json)
	cd $(WEB) && npm ci --no-audit --no-fund

clean:
	cargo clean
	rm -rf $(WEB)/site/dist $(WEB)/client/lib $(WEB)/*/build $(WEB)/node_modules
