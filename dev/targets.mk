# What developers type, from make up to make bench: each installs first what is missing, and calls a script of this folder.
# The Makefile includes this file where one of its targets is asked for. It must also be readable where there is no
# pg_config yet.

# The pages are built only where there is npm; all else comes up without them.
up: packages
	@dev/build
	@dev/web install && dev/web build || true
	@echo "Starting PostgreSQL, jb_fcgi and nginx, or what of them is down: .run/log"
	@dev/stack up .run
	@dev/demo .run

down:
	@dev/stack down .run

# three nodes with automatic fail-over on this machine, in .cluster; with SHARDS=4 so many databases behind one, in .shards
cluster: packages
	@dev/install cluster/$(if $(SHARDS),shards,ha)/packages
	@dev/build
	@$(if $(SHARDS),cluster/shards/stack up .shards $(SHARDS),cluster/ha/stack up .cluster)

# coaches, clients and a week of sessions to look at; again, it adds nothing
seed:
	@dev/seed .run

# the pictures of docs/secretary.md
screenshots: packages
	@dev/build
	@dev/web screenshots

check:
	@dev/install dev/test-packages web/packages test/browser/packages test/clients/packages test/mcp/packages cluster/cells/packages
	@dev/install cluster/ha/packages || echo "make check: without these packages no fail-over is played"
	@dev/check

# what takes longer than anybody waits for: hours of random calls, fifty fail-overs, the release, the packages, another Debian
check-long:
	@dev/install dev/test-packages test/debian/packages test/packages/packages web/packages cluster/ha/packages cluster/image/packages cluster/shards/packages test/sign_in/packages
	@JB_FAULTS=update_extension,kill_backend,kill_postmaster,kill_fcgi,kill_worker dev/check torture
	@JB_HA_TIMES=50 dev/check servers long simulate_long ha shards sign_in release packages debian13

# the Debian packages, in build/deb
deb: packages
	@dev/install test/packages/packages web/packages
	@dev/deb

# What is published of this commit: build/release.
release: packages
	@dev/install test/packages/packages web/packages
	@dev/release

# Whether what callers are told is true, whatever is killed: ten minutes, or JB_TORTURE_SECONDS. JB_TORTURE_OPTIONS are
# those of test/torture/run: --record puts the table into test/torture/RESULTS.md.
torture: test-packages
	@dev/build torture
	@test/torture/run $(JB_TORTURE_OPTIONS)

# The extension's regression tests under valgrind.
check-valgrind: test-packages
	@test/valgrind/check

# New input for every parser, JB_FUZZ_SECONDS (60) each, and which of their branches it reaches.
fuzz: test-packages
	@test/fuzz/run fuzz

fuzz-coverage: test-packages
	@test/fuzz/run coverage

lint: test-packages
	@dev/lint

format: test-packages
	@dev/lint format

# make client NAME=anna ROLE=secretary: one more certificate, with a .p12 for a browser, known to the running stack
client:
	@dev/stack client .run "$(NAME)" "$(ROLE)"

# another certificate for anna; anna's is refused from now on; the list of those that are refused, made anew
renew:
	@dev/stack renew .run "$(NAME)"

revoke:
	@dev/stack revoke .run "$(NAME)"

crl:
	@dev/stack crl .run

packages:
	@dev/install

test-packages:
	@dev/install dev/test-packages

# How fast it is, beside its peers: an hour and more. JB_BENCH_SECONDS and JB_BENCH_ROUNDS make it longer or shorter.
bench: bench-packages
	@bench/run

# A short run, whose ratios are compared with those that make bench recorded.
bench-check: bench-packages
	@bench/run --check

# What a simulated year costs in bytes, and what stays flat.
bench-year: bench-packages
	@bench/upkeep

bench-packages:
	@dev/install bench/packages
	@dev/build bench
