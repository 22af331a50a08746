# A short name for what is done often. CMakePresets.json, tools/ and ./test hold the substance.

PYTHON = /usr/bin/python3
SOURCES = $(shell find src tests -name '*.[ch]' -o -name '*.cpp' | grep -v node_modules)

.PHONY: all check asan tsan clang debug lint fmt fuzz deb clean

all: build/release/build.ninja
	cmake --build --preset release

check: all
	ctest --preset release

asan tsan clang debug: %: build/%/build.ninja
	cmake --build --preset $@
	ctest --preset $@

build/%/build.ninja:
	cmake --preset $*

lint:
	./test --only lint

fuzz:
	./test --only fuzz

# The Debian package, in build/deb; ./setup deb installs what it needs.
deb:
	tools/make_deb.py

fmt:
	clang-format-14 -i $(SOURCES)

clean:
	rm -rf build
