# make run   — install, put the sample station on duty beside its console, hear an announced test within a minute
# make test  — install and pass every check and test
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/.installed
DEVELOPED := $(VENV)/.developed
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check

.PHONY: run install develop test lint bench clean

$(INSTALLED): pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Cần Python 3.11 trở lên ($(PYTHON) cũ hơn)."; exit 2; }
	@$(PYTHON) -m venv $(VENV) || { echo "Chưa tạo được môi trường Python; trên Debian/Ubuntu cài thêm gói python3-venv."; exit 2; }
	@$(PIP) "setuptools>=69" wheel
	@$(PIP) --prefer-binary --editable .
	@touch $@

$(DEVELOPED): $(INSTALLED)
	@$(PIP) --prefer-binary --editable '.[dev]'
	@touch $@

install: $(INSTALLED)

develop: $(DEVELOPED)

run: $(INSTALLED)
	@$(BIN)/broadcaster run --test-airing --console

test: $(DEVELOPED) lint
	@$(BIN)/python -m pytest -n auto --dist loadgroup -q

lint: $(DEVELOPED)
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

bench: $(DEVELOPED)
	@$(BIN)/python -m tests.bench

clean:
	rm -rf $(VENV) build *.egg-info
