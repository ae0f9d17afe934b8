# Two audiences share this file. A database administrator builds the extension alone, by PGXS: make, sudo make install,
# make installcheck. A developer types make up or make check, which install what is missing first: so this file must
# also be readable where there is no pg_config yet.

.DEFAULT_GOAL := all
DEVELOP := up down cluster seed screenshots check check-long check-valgrind fuzz fuzz-coverage torture lint format client renew revoke crl packages test-packages deb bench bench-check bench-year bench-packages
.PHONY: $(DEVELOP)

JB_VERSION := $(shell sed -n "s/^default_version = '\(.*\)'/\1/p" extension/jb_scheduler.control)

ifneq ($(filter $(DEVELOP),$(MAKECMDGOALS)),)

# ---- for developers: the scripts stand in dev/ ----

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
	@dev/install dev/test-packages web/packages test/browser/packages test/clients/packages cluster/cells/packages
	@dev/install cluster/ha/packages || echo "make check: without these packages no fail-over is played"
	@dev/check

# what takes longer than anybody waits for: hours of random calls, fifty fail-overs, the packages, another Debian
check-long:
	@dev/install dev/test-packages test/debian/packages test/packages/packages web/packages cluster/ha/packages cluster/shards/packages
	@JB_HA_TIMES=50 dev/check long ha shards packages debian13

# the Debian packages, in build/deb
deb: packages
	@dev/install test/packages/packages web/packages
	@dev/deb

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

else

# ---- the extension, by PGXS (which has a check of its own, that only says no: hence one or the other) ----

OUT := build/extension
PG_CONFIG ?= pg_config
SCRIPT := $(OUT)/jb_scheduler--$(JB_VERSION).sql
RIGHTS := $(OUT)/jb_scheduler_rights.sql
# The heart, its annexes, and what concerns all of their functions.
AT_LAST := extension/schema/80-search_path.sql extension/schema/90-grants.sql
SCHEMA := $(filter-out $(AT_LAST),$(sort $(wildcard extension/schema/*.sql))) $(sort $(wildcard extension/annex/*/*.sql)) $(AT_LAST)
DELTAS := $(shell ls extension/delta/*.sql 2>/dev/null | sort -V)
UPDATES := $(DELTAS:extension/delta/%.sql=$(OUT)/jb_scheduler--%--$(JB_VERSION).sql)
FOLDERS := $(sort $(patsubst %/,%,$(dir $(wildcard extension/src/*/*.cpp))))
ROOMS := $(sort $(patsubst %/,%,$(dir $(wildcard extension/src/core/*/*.cpp))))
CORE := $(ROOMS:extension/src/core/%=$(OUT)/rooms/%.o)
AROUND := $(FOLDERS:extension/src/%=$(OUT)/%.o)

MODULE_big := jb_scheduler
EXTENSION := extension/jb_scheduler
OBJS := $(AROUND) $(CORE)
DATA_built := $(SCRIPT) $(UPDATES) $(RIGHTS)
REGRESS := $(sort $(patsubst test/regress/sql/%.sql,%,$(wildcard test/regress/sql/*.sql)))
REGRESS_OPTS := --inputdir=test/regress --outputdir=$(OUT)/regress --load-extension=jb_scheduler
REGRESS_PREP := $(OUT)/regress
EXTRA_CLEAN := build
SHLIB_LINK := -lstdc++ -licui18n -licuuc

PGXS := $(wildcard $(shell $(PG_CONFIG) --pgxs 2>/dev/null))
ifeq ($(PGXS),)
$(error "$(PG_CONFIG)" knows no PostgreSQL to build for: install the package postgresql-server-dev-N of your server, or name another PG_CONFIG)
endif

# No bitcode: clang 14 cannot read the C++20 that g++ 12 can, and inlining across our entry points gains nothing.
override with_llvm := no
include $(PGXS)

# WERROR=-Werror where a warning shall fail: make check does that, and no build of a user's, whose compiler may know more.
# The server's flags stay (-fwrapv and -fno-strict-aliasing are part of its ABI), and COPT adds to them as in its own
# build. Its headers come by -isystem, after the C++ ones, so that they may not warn.
FLAGS = $(CXXFLAGS) $(COPT) $(CXXFLAGS_SL) $(CFLAGS_SL) -std=c++20 -Wall -Wextra -Wimplicit-fallthrough $(WERROR) \
        -fvisibility=hidden -fvisibility-inlines-hidden -MMD -MP -Iextension -Iextension/src \
        -DJB_VERSION='"$(JB_VERSION)"'
SERVER = -isystem $(includedir_server) -isystem $(pkgincludedir)/internal -D_GNU_SOURCE

# A folder of sources is compiled as one source, which takes a quarter of the time that its files take: they read the
# same headers. What names its files is written again only when a file has come or gone.
one_source = @mkdir -p $(@D) && wanted=$$(printf '\#include "%s"\n' $(patsubst extension/src/%,%,$(sort $(wildcard $(1)/*.cpp)))) && \
             if [ "$$wanted" != "$$(cat $@ 2>/dev/null)" ]; then printf '%s\n' "$$wanted" > $@; fi

$(AROUND:.o=.cpp): $(OUT)/%.cpp: FORCE
	$(call one_source,extension/src/$*)

$(CORE:.o=.cpp): $(OUT)/rooms/%.cpp: FORCE
	$(call one_source,extension/src/core/$*)

$(AROUND): $(OUT)/%.o: $(OUT)/%.cpp
	$(CXX) $(FLAGS) $(SERVER) -c -o $@ $<

# Objects for one major version of the server are of no use to another, nor those of another version of ours. PGXS makes each file secondary, so that a file
# that is missing makes nothing anew: only this file's time does.
$(OUT)/server: FORCE
	@mkdir -p $(@D) && if [ "$$(cat $@ 2>/dev/null)" != "$(MAJORVERSION) $(JB_VERSION)" ]; then echo "$(MAJORVERSION) $(JB_VERSION)" > $@; fi
$(AROUND): $(OUT)/server

# core knows nobody: it is compiled without the path to the server's headers, so that including one fails here.
$(CORE): $(OUT)/rooms/%.o: $(OUT)/rooms/%.cpp
	$(CXX) $(FLAGS) -c -o $@ $<

# For the unit tests: what the extension is made of is what they test.
$(OUT)/libjb_core.a: $(CORE)
	rm -f $@
	$(AR) cr $@ $^

# A peer of make bench.
$(OUT)/floor.so: bench/peers/floor.c
	$(CC) $(CFLAGS) $(CFLAGS_SL) $(SERVER) -shared -o $@ $<

-include $(OBJS:.o=.d)

.PHONY: FORCE
.DELETE_ON_ERROR:

$(SCRIPT): $(SCHEMA)
	@mkdir -p $(@D)
	{ printf '%s\n' '\echo Use "CREATE EXTENSION jb_scheduler" to load this file. \quit'; cat $(SCHEMA); } > $@

# What of the install script an update runs again: all but tables, indexes, operator classes, sequences and types. A
# trigger that is made again has to be enabled again. A statement begins at the beginning of a line and ends at the end
# of a line.
AGAIN := awk '/^(CREATE (TABLE|TYPE|(UNIQUE )?INDEX|SEQUENCE|OPERATOR CLASS)|ALTER TABLE) / && !/ ENABLE ALWAYS TRIGGER / { is_left_out = 1 } \
              !is_left_out { sub(/^CREATE/, "CREATE OR REPLACE"); print } \
              /;( *--.*)?$$/ { is_left_out = 0 }'

# An update from version V: the roles, the deltas from V on, and all that can be replaced.
$(UPDATES): $(OUT)/jb_scheduler--%--$(JB_VERSION).sql: $(DELTAS) $(SCHEMA) extension/first_rights.sql
	@mkdir -p $(@D)
	set -e; { printf '%s\n' '\echo Use "ALTER EXTENSION jb_scheduler UPDATE" to load this file. \quit'; $(AGAIN) $(firstword $(SCHEMA)); \
	  printf '%s\n' $(DELTAS) | sed -n '\,/$*\.sql$$,,$$p' | xargs cat; \
	  $(AGAIN) $(filter-out $(firstword $(SCHEMA)),$(SCHEMA)); cat extension/first_rights.sql; } > $@

# Roles and grants once more, as a script for psql, without the block that takes what others have.
$(RIGHTS): extension/rights.psql extension/schema/00-roles.sql extension/schema/90-grants.sql
	@mkdir -p $(@D)
	{ cat extension/rights.psql; sed -n '/^DO /,/^\$$roles\$$;/p' extension/schema/00-roles.sql; \
	  sed "1,/^\$$rights\$$;/d; s/'@extschema@, pg_temp'/:'path'/; s/@extschema@/:\"schema\"/" extension/schema/90-grants.sql; \
	  echo 'COMMIT;'; } > $@

$(OUT)/regress:
	mkdir -p $@

endif
