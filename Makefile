# Every target sets up what it needs by itself; see `make help`. Nothing here needs root.
#   make demo                    the whole product on this machine, with arranged footage
#   make demo ONCE=1             the story once, then one JSON line
#   make demo CAMERA=rtsp://…    with a camera of yours
#   make test ARGS='-k parking'  arguments go on to pytest

PYTHON ?= python3
BIN := .venv/bin
SETUP := @$(PYTHON) -m deploy.setup
ROOMS := benchmarks cloud contract deploy edge firmware_bridge models tests

.DEFAULT_GOAL := help
.PHONY: help setup demo test check fuzz format bench lock clean

help: ## Show this list
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## (.*)/make \1\t\2/' | expand -t 14

setup: ## Fetch everything that the other targets need, and nothing else
	$(SETUP) tools browser-files models

# CAMERA goes by the environment: an address may hold a password and characters that a shell would read.
demo: export LINLI_CAMERA := $(CAMERA)
demo: ## Run the whole product here: ONCE=1 for one story, CAMERA=rtsp://… for a camera of yours
	$(SETUP) packages browser-files models
	@exec $(BIN)/linli-onebox demo $(if $(ONCE),--once)

test: ## Run all tests; as root on Debian, install first the Debian packages that some of them want
	$(SETUP) tools browser-files models debian
	@$(BIN)/python -m pytest --numprocesses logical --maxprocesses 2 --max-worker-restart 2 --dist loadfile --no-loadscope-reorder $(ARGS)

check: ## Check style, types, the rooms' import rules, and that the published documents are up to date
	$(SETUP) tools
	@failed=; \
	for tool in 'ruff check $(ROOMS)' 'ruff format --check $(ROOMS)' mypy lint-imports 'python -m contract.documents check' 'python -m cloud.app.documents check'; do \
	  echo "check · $$tool" && $(BIN)/$$tool || failed="$$failed, $${tool%% *}"; \
	done; \
	[ -z "$$failed" ] || { echo "check · failed: $${failed#, }" >&2; exit 1; }

fuzz: ## Fuzz the codecs for longer than `make test` does: SECONDS=300 for each of them
	$(SETUP) tools
	@LINLI_FUZZ_EXAMPLES=20000 $(BIN)/python -m pytest tests/fuzz -k 'not atheris' --timeout 3600
	@$(BIN)/python -m tests.fuzz --seconds $(or $(SECONDS),300)

format: ## Format the code and mend what can be mended by itself
	$(SETUP) tools
	@$(BIN)/ruff check --fix $(ROOMS)
	@$(BIN)/ruff format $(ROOMS)

bench: ## Measure; ARGS=--quick for under a minute
	$(SETUP) tools models
	@$(BIN)/python -m benchmarks.edge_cost $(ARGS)
	@$(BIN)/python -m benchmarks.bus $(ARGS)
	@$(BIN)/python -m benchmarks.cases $(ARGS)

# One file of exact versions and hashes an extra, for Python 3.11 and newer on x86-64 and arm64 alike. All agree with
# dev's, so that what was tested is what a gateway or a cloud installs. No address: any mirror of PyPI serves.
COMPILE := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --fork-strategy fewest --generate-hashes \
  --no-annotate --no-emit-index-url --no-emit-find-links --custom-compile-command 'make lock'

lock: ## Compile locks/ and package-lock.json anew; UPGRADE=1 takes the newest versions that are allowed
	$(SETUP) tools
	@$(COMPILE) $(if $(UPGRADE),--upgrade) --extra dev --output-file locks/dev.txt pyproject.toml
	@for extra in edge cloud models onebox; do \
	  $(COMPILE) --constraints locks/dev.txt --extra $$extra --output-file locks/$$extra.txt pyproject.toml || exit; \
	done
	@$(COMPILE) $(if $(UPGRADE),--upgrade) --constraints locks/dev.txt --output-file locks/setup.txt locks/setup.in
	@PATH="$$PATH:$(CURDIR)/$(BIN)" npm install --package-lock-only

clean: ## Take away all that set-up and tests made in this folder (models stay in ~/.cache/linli)
	@rm -rf .venv node_modules cloud/console/static/vendor test-results build dist \
	  .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .grimp_cache
	@find $(ROOMS) -name __pycache__ -type d -prune -exec rm -rf {} +
