# Each target sets up what it needs by itself, in .venv.
PYTHON ?= python3
ifeq ($(OS),Windows_NT)
BIN := .venv/Scripts
else
BIN := .venv/bin
endif

# A new environment, unless there is one that works.
VENV = $(BIN)/python -m pip --version >/dev/null 2>&1 || $(PYTHON) -m venv --clear .venv
# One whose Python is gone is as good as none.
ifneq ($(shell $(BIN)/python -c "print(1)" 2>/dev/null),1)
$(shell rm -f .venv/site .venv/pdf .venv/test)
endif

# What computes with torch, and so might differ on another machine.
WITH_TORCH = snippets tests/test_snippets.py tests/test_pictures.py \
	tests/test_labs.py::test_prints_what_is_stored \
	tests/test_browser.py::test_copied_code_runs

.PHONY: site serve pdf test lint draw labs new reviewed bench clean

site: .venv/site  ## build the site, in both languages, into site/
	$(BIN)/python scripts/make_site.py build

serve: .venv/site  ## serve it, building again whenever a source changes
	$(BIN)/python scripts/make_site.py serve

# not the environment's, where LANGUAGE often says another thing
SECTION =
LANGUAGE =
FORM =

pdf: .venv/pdf  ## print it: make pdf SECTION=gradients LANGUAGE=zh FORM=questions
	$(BIN)/python scripts/pdf.py --section "$(SECTION)" --language "$(LANGUAGE)" \
		--form "$(FORM)"

test: .venv/test lint  ## run every test, the answers once more as on another machine
	$(BIN)/python -m pytest -n auto
	ATEN_CPU_CAPABILITY=default $(BIN)/python -m pytest -n auto $(WITH_TORCH)

lint: .venv/test
	$(BIN)/ruff check
	$(BIN)/ruff format --check

draw: .venv/test  ## draw the pictures again
	$(BIN)/python scripts/draw.py

labs: .venv/test  ## run the labs again and store what they print: make labs LAB=…
	$(BIN)/python scripts/labs.py $(LAB)

new: .venv/site  ## lay out a question: make new SECTION=gradients SLUG=gradient-noise
	$(BIN)/python scripts/new.py "$(SECTION)" "$(SLUG)"

reviewed: .venv/site  ## record that a Chinese page says what its English page says now
	$(BIN)/python scripts/reviewed.py "$(PAGE)"

bench: .venv/test  ## measure the build, the tests and a page's weight
	$(BIN)/python scripts/bench.py

clean:
	rm -rf .venv site pdf

.venv/site: pyproject.toml
	$(VENV)
	$(BIN)/python -m pip install --quiet --editable ".[site]"
	touch $@

.venv/pdf: pyproject.toml
	$(VENV)
	$(BIN)/python -m pip install --quiet --editable ".[pdf]"
	touch $@ .venv/site

.venv/test: pyproject.toml
	$(VENV)
	$(BIN)/python -m pip install --quiet --editable ".[test]"
	touch $@ .venv/site .venv/pdf
