# Two commands do everything on a fresh machine: `make figures` and `make test`.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
JOBS   ?=

.PHONY: figures test setup browser check checkers lint schemas lab lock clean

figures: setup            ## run the notebooks and make every figure
	$(BIN)/stancebook build $(if $(JOBS),--jobs $(JOBS))

# One process for each core; those with the slowest tests come first, which is the order of their names.
SHARED := -n auto --maxprocesses 8 --dist loadfile --no-loadscope-reorder

test: setup               ## unit tests, then every notebook on the shipped debate
	$(BIN)/python -m pytest -q $(SHARED)
	$(BIN)/python -m pytest -q $(SHARED) --nbval-lax --nbval-current-env notebooks -p no:cacheprovider

setup: $(VENV)/.done

$(VENV)/.done: requirements.lock pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.lock -e .
	@touch $@

browser: setup            ## what tests/browser needs besides Chromium: Playwright, and axe-core by npm
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[browser]'
	npm install --silent --no-audit --no-save --no-package-lock --prefix build axe-core@4.14.1

check: setup              ## the shipped debate's files
	$(BIN)/stancebook check data/soviet-dictatorship

CHECKERS := @citation-js/core@0.8.2 @argdown/cli@1.7.5 @apache-annotator/dom@0.2.0 @apache-annotator/selector@0.2.0 jsdom@24 graphology@0.26.0 graphology-graphml@0.5.2
PATHS := -c 'import sysconfig; print(sysconfig.get_path("purelib"))'

# They have an environment of their own, which looks into ours: one of them needs an older lxml than the figures are made with.
checkers: setup           ## programs of others that read what `stancebook export` writes (needs Node 20 and npm)
	$(PYTHON) -m venv build/checkers
	$(BIN)/python $(PATHS) > "$$(build/checkers/bin/python $(PATHS))/stancebook.pth"
	build/checkers/bin/python -m pip install --quiet --disable-pip-version-check -e '.[exchange-checks]' pytest hypothesis
	build/checkers/bin/python -m pip install --quiet --disable-pip-version-check --no-deps commonmeta-py==0.312 # for CSL's schema, which it brings
	npm install --prefix build/checkers --no-save --no-package-lock --no-audit --no-fund --silent $(CHECKERS)

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

schemas: setup            ## data/schema and data/README.md from analysis/schemas.py
	$(BIN)/python -m analysis.dictionary data

lab: setup                ## the notebooks in JupyterLab
	$(BIN)/jupyter lab notebooks

lock:                     ## pin what a fresh resolution of pyproject.toml gives now
	rm -rf build/lock && $(PYTHON) -m venv build/lock
	build/lock/bin/python -m pip install --quiet --disable-pip-version-check -e '.[test]'
	build/lock/bin/python -m pip freeze --exclude-editable | grep -v '^-e\|^pip==\|@ file' > requirements.lock

clean:
	rm -rf build $(VENV)
