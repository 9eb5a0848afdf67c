# make run   — install, put the sample station on duty, hear an announced test within a minute
# make test  — install and pass every check and test
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed

.PHONY: run test lint bench golden clean

$(STAMP): pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Cần Python 3.11 trở lên ($(PYTHON) cũ hơn)."; exit 2; }
	@$(PYTHON) -m venv $(VENV) || { echo "Chưa tạo được môi trường Python; trên Debian/Ubuntu cài thêm gói python3-venv."; exit 2; }
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --only-binary :all: --upgrade "setuptools>=69" wheel
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --prefer-binary --editable '.[dev]'
	@touch $@

run: $(STAMP)
	@$(BIN)/broadcaster run --test-airing

test: $(STAMP) lint
	@$(BIN)/python -m pytest -n auto --dist loadgroup -q

lint: $(STAMP)
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

bench: $(STAMP)
	@$(BIN)/python -m tests.bench

clean:
	rm -rf $(VENV) build *.egg-info
