# make, sudo make install, make installcheck: the extension, by PGXS, for the server of PG_CONFIG. What a developer types,
# such as make up and make check, is in dev/targets.mk.

.DEFAULT_GOAL := all
DEVELOP := up down cluster seed screenshots check check-long check-valgrind fuzz fuzz-coverage torture lint format client renew revoke crl packages test-packages deb release bench bench-check bench-year bench-packages
.PHONY: $(DEVELOP)

# PGXS has a check of its own, which only says that there is none: hence one or the other.
ifneq ($(filter $(DEVELOP),$(MAKECMDGOALS)),)
include dev/targets.mk
else

JB_VERSION := $(shell sed -n "s/^default_version = '\(.*\)'/\1/p" extension/jb_scheduler.control)
OUT := build/extension
PG_CONFIG ?= pg_config
SCRIPT := $(OUT)/jb_scheduler--$(JB_VERSION).sql
RIGHTS := $(OUT)/jb_scheduler_rights.sql
# The heart, its annexes, and what concerns all of their functions.
AT_LAST := extension/schema/80-search_path.sql extension/schema/81-dump.sql extension/schema/82-names.sql extension/schema/90-grants.sql
SCHEMA := $(filter-out $(AT_LAST),$(sort $(wildcard extension/schema/*.sql))) $(sort $(wildcard extension/annex/*/*.sql)) $(AT_LAST)
DELTAS := $(shell ls extension/delta/*.sql 2>/dev/null | sort -V)
UPDATES := $(DELTAS:extension/delta/%.sql=$(OUT)/jb_scheduler--%--$(JB_VERSION).sql)
FOLDERS := $(filter-out %/server,$(sort $(patsubst %/,%,$(dir $(wildcard extension/src/*/*.cpp)))))
ROOMS := $(sort $(patsubst %/,%,$(dir $(wildcard extension/src/core/*/*.cpp))))
# The room that takes longest to compile is three sources, which come first: the others are compiled beside them.
FILES_scheduling_1 := scheduling/[a-o]*.cpp
FILES_scheduling_2 := scheduling/[p-r]*.cpp
FILES_scheduling_3 := scheduling/[s-z]*.cpp
CORE := $(patsubst %,$(OUT)/rooms/scheduling_%.o,1 2 3) \
        $(patsubst extension/src/core/%,$(OUT)/rooms/%.o,$(filter-out %/scheduling,$(ROOMS)))
AROUND := $(FOLDERS:extension/src/%=$(OUT)/%.o)

# Two libraries: that of the calls, which each version has beside the others', and that of what a server has once.
MODULE_big := jb_scheduler-$(JB_VERSION)
OBJS := $(CORE) $(AROUND)
MODULES := jb_scheduler
ONCE := $(OUT)/once.o
EXTENSION := extension/jb_scheduler
DATA_built := $(SCRIPT) $(UPDATES) $(RIGHTS)
REGRESS := $(sort $(patsubst test/regress/sql/%.sql,%,$(wildcard test/regress/sql/*.sql)))
# What a topic should show is in the topic: test/regress/launch shows only what differs, and none of it is expected.
REGRESS_OPTS := --inputdir=$(OUT)/regress --outputdir=$(OUT)/regress --load-extension=jb_scheduler \
                --launcher=test/regress/launch
REGRESS_PREP := $(OUT)/regress
EXTRA_CLEAN := build
# A session may load the calls of two versions: each library finds its own functions.
SHLIB_LINK := -Wl,-Bsymbolic -lstdc++ -licui18n -licuuc
# make install leaves symbols out; INSTALL_STRIP_FLAG= keeps them.
INSTALL_STRIP_FLAG ?= -s

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
one_source = @mkdir -p $(@D) && wanted=$$(printf '\#include "%s"\n' $(patsubst extension/src/%,%,$(sort $(wildcard $(1))))) && \
             if [ "$$wanted" != "$$(cat $@ 2>/dev/null)" ]; then printf '%s\n' "$$wanted" > $@; fi

$(AROUND:.o=.cpp): $(OUT)/%.cpp: FORCE
	$(call one_source,extension/src/$*/*.cpp)

$(CORE:.o=.cpp): $(OUT)/rooms/%.cpp: FORCE
	$(call one_source,extension/src/core/$(or $(FILES_$*),$*/*.cpp))

# The little of pg that both libraries need is compiled into each.
$(ONCE:.o=.cpp): FORCE
	$(call one_source,extension/src/server/*.cpp extension/src/pg/guard.cpp)

$(ONCE): $(ONCE:.o=.cpp)
	$(CXX) $(FLAGS) $(SERVER) -c -o $@ $<

jb_scheduler.so: $(ONCE)
	$(CXX) $(CXXFLAGS) $(CXXFLAGS_SL) -shared -o $@ $< $(LDFLAGS) $(LDFLAGS_SL)

$(AROUND): $(OUT)/%.o: $(OUT)/%.cpp
	$(CXX) $(FLAGS) $(SERVER) -c -o $@ $<

# Objects for one major version of the server are of no use to another, nor those of another version of ours. PGXS makes each file secondary, so that a file
# that is missing makes nothing anew: only this file's time does.
$(OUT)/server: FORCE
	@mkdir -p $(@D) && if [ "$$(cat $@ 2>/dev/null)" != "$(MAJORVERSION) $(JB_VERSION)" ]; then echo "$(MAJORVERSION) $(JB_VERSION)" > $@; fi
$(AROUND) $(ONCE): $(OUT)/server

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

-include $(OBJS:.o=.d) $(ONCE:.o=.d)

.PHONY: FORCE
.DELETE_ON_ERROR:

$(SCRIPT): $(SCHEMA) extension/first_check.sql extension/assemble
	@mkdir -p $(@D)
	extension/assemble install $(JB_VERSION) $(SCHEMA) > $@

$(UPDATES): $(OUT)/jb_scheduler--%--$(JB_VERSION).sql: $(DELTAS) $(SCHEMA) extension/first_rights.sql extension/assemble
	@mkdir -p $(@D)
	extension/assemble update $* $(JB_VERSION) $(SCHEMA) > $@

$(RIGHTS): extension/rights.psql extension/schema/00-roles.sql extension/schema/90-grants.sql extension/assemble
	@mkdir -p $(@D)
	extension/assemble rights > $@

$(OUT)/regress: FORCE
	mkdir -p $@/expected
	ln -sfn $(CURDIR)/test/regress/sql $@/sql
	touch $(REGRESS:%=$@/expected/%.out)

endif
