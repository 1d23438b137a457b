# Everything a newcomer needs: `make demo` and `make test` set themselves up on Debian 12 with Python 3.11.
SHELL := /bin/bash
PYTHON ?= python3
BIN := .venv/bin
SECONDS ?= 0
MINUTES ?= 10
# a test that hangs fails with the stacks of its threads
PYTEST := $(BIN)/python -m pytest -q -o faulthandler_timeout=300 -o faulthandler_exit_on_timeout=true
CONSOLE ?= 127.0.0.1:8710
PERSONA ?= persona/xiaomei

DEMO_PACKAGES := libsrt1.5-openssl fonts-noto-cjk
TEST_PACKAGES := $(DEMO_PACKAGES) nginx-light libnginx-mod-rtmp srt-tools ffmpeg systemd openssl iproute2 chromium

.PHONY: help demo quick test check bench soak eval viseme-net landmark-tool venv clean
help:
	@echo "make demo [SECONDS=20] [CONSOLE=HOST:PORT]  the demo anchor on air, recorded under ./recordings"
	@echo "make quick                                  the inner loop: tests without processes on air, under 90 s"
	@echo "make test                                   set up and run all tests"
	@echo "make check                                  ruff and mypy"
	@echo "make bench                                  measure, print ratios"
	@echo "make soak [MINUTES=10]                      the long runs"
	@echo "make eval [MINDS='catalogue qwen:FOLDER openai:URL#MODEL']  five shops' questions, and how many are answered right"
	@echo "make viseme-net                             train the net that reads mouth shapes from sound, and judge it"
	@echo "make landmark-tool                          what finds the features of a photo for anchor prepare (1 GB)"
	@echo "make venv                                   only build .venv, with all that tests and development need"

demo: .stamps/demo .stamps/show
	@mkdir -p recordings
	@echo "== starting the show; type a question and press Enter, Ctrl-C ends"
	@state=$$(mktemp -d); $(BIN)/anchor run $(PERSONA) --to file:recordings/$$(date +%Y%m%d-%H%M%S).mp4 \
	  --chat replay:$(PERSONA)/replay.jsonl --chat stdin: --chat http: \
	  --console $(CONSOLE) --seconds $(SECONDS) --state $$state; code=$$?; rm -rf $$state; exit $$code

quick: .stamps/venv
	@$(PYTEST) -n 2 -m "not soak and not bench and not slow" tests/unit tests/golden tests/pipeline tests/contract

# Tests on air wait more than they compute, so three of them share two cores; each file keeps to one process.
test: .stamps/test .stamps/venv .stamps/peers check
	@echo "== tests on air"
	@$(PYTEST) -n 3 --dist loadfile -m "not soak and not bench and not alone" tests/e2e
	@echo "== tests on air that take the whole machine"
	@$(PYTEST) -m alone tests/e2e
	@echo "== all other tests"
	@$(PYTEST) -n 2 -m "not soak and not bench" tests/unit tests/golden tests/pipeline tests/contract
	@echo "== a minute of the long run"
	@MINUTES=1 $(BIN)/python -m pytest -q -m soak tests/e2e/test_soak.py

check: .stamps/venv
	@echo "== ruff, mypy"
	@$(BIN)/ruff check . && $(BIN)/ruff format --check -q . && $(BIN)/mypy

bench: .stamps/test .stamps/venv
	@$(BIN)/python -m pytest -q -s -m bench tests/bench

soak: .stamps/test .stamps/venv
	@MINUTES=$(MINUTES) $(BIN)/python -m pytest -q -s -m soak

MINDS ?= catalogue
SHOPS := $(addprefix tests/eval/,clothes food appliances gadgets cafe)
eval: .stamps/venv
	@$(BIN)/anchor eval $(SHOPS) $(foreach mind,$(MINDS),--mind '$(mind)')

viseme-net: .stamps/venv
	@$(MAKE) --no-print-directory packages PACKAGES=flite
	@OMP_NUM_THREADS=1 $(BIN)/python -m anchor.cli.train_visemes

LANDMARK_TOOL ?= $(or $(XDG_DATA_HOME),$(HOME)/.local/share)/anchor/landmark-tool
landmark-tool:
	@echo "== MediaPipe in an environment of its own: $(LANDMARK_TOOL)"
	@$(PYTHON) -m venv $(LANDMARK_TOOL)
	@$(LANDMARK_TOOL)/bin/pip install -q --disable-pip-version-check "mediapipe==0.10.21" 2>&1 | { grep -v "is ignored" || true; }; exit $${PIPESTATUS[0]}

venv: .stamps/venv

# What a show needs, and nothing of tests or development.
.stamps/show: setup.cfg pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed (PYTHON=...)"; exit 1; }
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null || $(MAKE) --no-print-directory packages PACKAGES=python3-venv
	@echo "== virtual environment in .venv"
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@echo "== torch, from the version pinned in constraints.txt (the largest part)"
	@$(BIN)/pip install -q --disable-pip-version-check -c constraints.txt torch 2>&1 | { grep -v "is ignored" || true; }; exit $${PIPESTATUS[0]}
	@echo "== everything else"
	@$(BIN)/pip install -q --disable-pip-version-check -c constraints.txt -e '.[espeak]' 2>&1 | { grep -v "is ignored" || true; }; exit $${PIPESTATUS[0]}
	@mkdir -p .stamps && touch $@

.stamps/venv: .stamps/show
	@echo "== what tests and development need"
	@$(BIN)/pip install -q --disable-pip-version-check -c constraints.txt -e '.[espeak,qwen,test,dev]' 2>&1 | { grep -v "is ignored" || true; }; exit $${PIPESTATUS[0]}
	@mkdir -p .stamps && touch $@

.stamps/demo:
	@$(MAKE) --no-print-directory packages PACKAGES="$(DEMO_PACKAGES)"
	@mkdir -p .stamps && touch $@

.stamps/test:
	@$(MAKE) --no-print-directory packages PACKAGES="$(TEST_PACKAGES)"
	@mkdir -p .stamps && touch $@

# Node.js comes from a wheel, so that no more of Debian is needed for one server that the tests publish to.
.stamps/peers: .stamps/venv tests/peers/package-lock.json
	@echo "== node-media-server, for the tests"
	@PATH="$$PWD/$(BIN):$$PATH" npm ci --prefix tests/peers --silent --no-audit --no-fund
	@mkdir -p .stamps && touch $@

# Installs what is missing of PACKAGES; RUNLEVEL=1 keeps Debian from starting the servers it installs.
.PHONY: packages
packages:
	@missing=""; for p in $(PACKAGES); do dpkg-query -W -f='$${db:Status-Status}' $$p 2>/dev/null | grep -qx installed || missing="$$missing $$p"; done; \
	if [ -z "$$missing" ]; then exit 0; fi; \
	if [ "$$(id -u)" = 0 ]; then sudo=env; elif sudo -n true 2>/dev/null || [ -t 0 ] && command -v sudo >/dev/null; then sudo="sudo env"; else \
	  echo "These Debian packages are missing, and installing them needs root. Run:"; echo "  apt-get install$$missing"; exit 1; fi; \
	echo "== Debian packages:$$missing"; \
	$$sudo apt-get update -qq && $$sudo RUNLEVEL=1 DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $$missing >/dev/null

clean:
	rm -rf .venv .stamps .mypy_cache .ruff_cache .pytest_cache *.egg-info
