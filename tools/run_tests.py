#!/usr/bin/python3
"""Runs everything that can be checked and counts it: one line per part, full logs in build/test-logs/,
and a closing line `N passed, N failed`.

Called by ./test, which installs what is missing first."""

import argparse
import concurrent.futures
import os
import pathlib
import re
import signal
import subprocess
import sys
import threading
import time
import xml.etree.ElementTree

ROOT = pathlib.Path(__file__).resolve().parent.parent
BUILD = ROOT / "build"
LOGS = BUILD / "test-logs"
TESTS = ROOT / "tests"
PYTHON = "/usr/bin/python3"
JOBS = 2
# So many parts that mostly wait for a server, a browser or the clock run side by side. Of those that keep the processors
# busy one runs at a time, behind the others: it gets what they leave.
WAITING = 3
BEHIND = ("nice", "-n", "10")
# How long a part may take before it counts as hanging: far above what it needs on a busy machine. A build ends sooner.
PART_S = 3600
BUILD_S = 1800
TAIL_LINES = 60
LINT_LINES = 8
GOOD_LINE = re.compile(r"\[\d+/\d+\] [A-Z]| +Start +\d+: |.* Test +#\d+: .* (Passed|Skipped) ")
NODE_TEST = re.compile(r"^(test|test-.+|.+[.\-_]test)\.(js|cjs|mjs)$")


class Count:
    """How many tests passed, failed and were skipped."""

    def __init__(self, passed=0, failed=0, skipped=0):
        self.passed = passed
        self.failed = failed
        self.skipped = skipped

    def add(self, other):
        """Adds another count to this one."""
        self.passed += other.passed
        self.failed += other.failed
        self.skipped += other.skipped

    def text(self):
        """As it is shown beside a part."""
        words = [f"{self.passed} passed"]
        if self.failed:
            words.append(f"{self.failed} failed")
        if self.skipped:
            words.append(f"{self.skipped} skipped")
        return ", ".join(words)


class Running:
    """The child processes, so that an interrupt ends them all."""

    def __init__(self):
        self.lock = threading.Lock()
        self.children = set()

    def call(self, command, log, env=None, timeout_s=BUILD_S):
        """Runs a command in its own process group with its output in a log; its exit code."""
        with open(log, "ab") as out:
            out.write(f"$ {' '.join(map(str, command))[:200]}\n".encode())
            out.flush()
            child = subprocess.Popen(
                command,
                cwd=ROOT,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                env={**os.environ, **(env or {})},
                start_new_session=True,
            )
            with self.lock:
                self.children.add(child.pid)
            try:
                return child.wait(timeout_s)
            except subprocess.TimeoutExpired:
                out.write(f"\nstopped: not done after {timeout_s} s\n".encode())
                return 124
            finally:
                end_group(child.pid)
                child.wait()
                with self.lock:
                    self.children.discard(child.pid)

    def end(self):
        """Ends what still runs."""
        with self.lock:
            for pid in self.children:
                end_group(pid)


def end_group(pid):
    """Ends a process group that we started, with whatever a test left behind in it."""
    try:
        os.killpg(pid, signal.SIGKILL)
    except ProcessLookupError:
        pass


RUNNING = Running()


def tail(log, lines_max=TAIL_LINES):
    """The last lines of a log, without what a build or ctest did well on the way."""
    lines = log.read_text(encoding="utf-8", errors="replace").splitlines() if log.exists() else []
    lines = [line for line in lines if not GOOD_LINE.match(line)]
    return "\n".join("    " + line for line in lines[-lines_max:])


def junit(path):
    """The count of a JUnit file, which ctest and pytest both write."""
    count = Count()
    if not path.exists():
        return count
    root = xml.etree.ElementTree.parse(path).getroot()
    for suite in [root] if root.tag == "testsuite" else root.iter("testsuite"):
        number = {key: int(suite.get(key, "0")) for key in ("tests", "failures", "errors")}
        skipped = int(suite.get("skipped", "0")) + int(suite.get("disabled", "0"))
        failed = number["failures"] + number["errors"]
        count.add(Count(number["tests"] - failed - skipped, failed, skipped))
    return count


def tap(text):
    """The count of the summary that node's test runner ends its TAP output with."""
    last = {}
    for key, number in re.findall(r"^# (\w+) (\d+)$", text, re.MULTILINE):
        last[key] = int(number)
    failed = last.get("fail", 0) + last.get("cancelled", 0)
    return Count(last.get("pass", 0), failed, last.get("skipped", 0) + last.get("todo", 0))


def settle(count, code):
    """A part that counts no test, or fails without saying which test did, is itself one failure."""
    if (code != 0 and count.failed == 0) or count.passed + count.failed == 0:
        count.failed += 1
    return count


def configure(preset, log):
    """Makes the build directory of a preset; whether that worked."""
    return RUNNING.call(["cmake", "--preset", preset, "-DGUICHET_TESTS=ON"], log) == 0


def make(preset, log, *targets):
    """Builds what of a preset is named, or all; whether that worked."""
    only = ["--target", *targets] if targets else []
    return RUNNING.call([*BEHIND, "cmake", "--build", "--preset", preset, *only, "--", f"-j{JOBS}"], log) == 0


def build_part(preset, *targets):
    """A part that builds a preset, or some targets of it."""

    def run(part, _options):
        good = configure(preset, part.log) and make(preset, part.log, *targets)
        return Count() if good else Count(0, 1)

    return run


# The tests of src/store that are as true of PostgreSQL: with a database of a server started for them.
ON_BOTH = r"^store\.(durability|gather|known|postgres|sequence|statement|sum|writer)\."
# Runs a command with a PostgreSQL server beside it, in which tests then keep their rows.
WITH_POSTGRES = (PYTHON, "-m", "tests.support.postgres", "--run")


def ctest(preset, part, around=(), only=()):
    """Runs the unit tests of a preset that is built, or some of them, perhaps inside another command."""
    report = LOGS / f"{part.name}.xml"
    report.unlink(missing_ok=True)
    env = {
        "ASAN_OPTIONS": "abort_on_error=0:detect_stack_use_after_return=1:strict_string_checks=1",
        "UBSAN_OPTIONS": "print_stacktrace=1",
        "TSAN_OPTIONS": f"halt_on_error=1:suppressions={ROOT / 'tools' / 'tsan.txt'}",
    }
    command = [*BEHIND, *around, "ctest", "--preset", preset, "--output-junit", str(report), f"-j{JOBS}", *only]
    code = RUNNING.call(command, part.log, env, timeout_s=PART_S)
    return settle(junit(report), code)


def unit(part, _options):
    """The unit tests of the release build; those of the store once more, on PostgreSQL."""
    count = ctest("release", part)
    count.add(ctest("release", part, WITH_POSTGRES, ["-R", ON_BOTH]))
    return count


# Tests without a second thread but the writer's, and the longest of those with it: other tests of the same code race no less.
ALONE = r"_sweep\.|^(wire|document|einvoice|pages|face|api_[a-z]+|openapi)\."


def together():
    """The programs of the other tests, as the build names them (cmake/unit.cmake)."""
    names = [f"{path.parent.name}.{path.stem.removeprefix('test_')}." for path in (TESTS / "unit").rglob("test_*.c")]
    return sorted("unit_" + name.rstrip(".").replace(".", "_") for name in names if not re.search(ALONE, name))


def sanitizer(preset, *only):
    """A part that runs the unit tests of a build with a sanitizer, or some of them."""

    def run(part, _options):
        return ctest(preset, part, only=only)

    return run


# What clang-tidy needs of a build.
GENERATED = [f"guichet_generated_{layer}" for layer in ("base", "store", "pages")]


def formatted():
    """The sources that clang-format looks at."""
    places = [ROOT / "src", TESTS / "unit", TESTS / "support", TESTS / "fuzz", ROOT / "bench"]
    return [
        str(path)
        for place in places
        if place.exists()
        for path in sorted(place.rglob("*"))
        if path.suffix in (".c", ".h", ".cpp")
    ]


def lint(part, _options):
    """The checks that only read the sources or the objects; each counts as one."""
    if not (configure("clang", part.log) and make("clang", part.log, *GENERATED)):
        return Count(0, 1)
    cppcheck = BUILD / "clang" / "cppcheck"
    cppcheck.mkdir(parents=True, exist_ok=True)
    checks = {
        "layers": [PYTHON, "tools/check_layers.py"],
        "banned": [PYTHON, "tools/check_banned.py"],
        "globals": [PYTHON, "tools/check_globals.py", "build/release"],
        "headers": [PYTHON, "tools/check_headers.py", "build/release"],
        "format": ["clang-format-14", "--dry-run", "-Werror", *formatted()],
        "tidy": [PYTHON, "tools/tidy.py", "build/clang"],
        "cppcheck": [
            "cppcheck",
            "--project=build/clang/compile_commands.json",
            "--file-filter=src/*",
            "--enable=warning,portability,performance",
            "--inline-suppr",
            "--suppressions-list=tools/cppcheck.txt",
            f"--cppcheck-build-dir={cppcheck}",
            "--error-exitcode=1",
            "--quiet",
            f"-j{JOBS}",
        ],
    }
    count = Count()
    for name, command in checks.items():
        log = LOGS / f"lint-{name}.log"
        log.unlink(missing_ok=True)
        good = RUNNING.call([*BEHIND, *command], log, {"PYTHONDONTWRITEBYTECODE": "1"}) == 0
        count.add(Count(1, 0) if good else Count(0, 1))
        if not good:
            with open(part.log, "a", encoding="utf-8") as out:
                out.write(f"{name}, in {log.relative_to(ROOT)}:\n{tail(log, LINT_LINES)}\n")
    return count


def program_env(options):
    """What the tests that start the program need to know."""
    return {
        "GUICHET_BIN": str(BUILD / options.preset / "guichet"),
        "GUICHET_RENDER": str(BUILD / options.preset / "render_pages"),
        "PYTHONPYCACHEPREFIX": str(BUILD / "pycache"),
    }


def pytest(part, options, around=(), **env):
    """What is written in Python: tests/contract and tests/journeys against the built program, and
    the unit tests of the generators."""
    report = LOGS / f"{part.name}.xml"
    report.unlink(missing_ok=True)
    command = [*around, PYTHON, "-m", "pytest", str(part.place), "-q", "--durations=10"]
    command += ["-o", f"cache_dir={BUILD / 'pytest-cache'}", f"--junitxml={report}"]
    env |= program_env(options) | {"GUICHET_TEST_LOGS": str(LOGS / part.name)}
    code = RUNNING.call(command, part.log, env, timeout_s=PART_S)
    return settle(junit(report), code)


def on_postgres(part, options):
    """The same tests, with every server's rows in PostgreSQL."""
    return pytest(part, options, WITH_POSTGRES)


def contract(part, options):
    """The contract tests, then whether they touched every fact of the seed pages: one test more."""
    record = LOGS / "coverage.json"
    record.unlink(missing_ok=True)
    count = pytest(part, options, GUICHET_RECORD=str(record))
    command = [str(BUILD / options.preset / "guichet"), "--coverage", str(record)]
    good = RUNNING.call(command, part.log) == 0
    count.add(Count(1, 0) if good else Count(0, 1))
    return count


def browser_files():
    """The test files for node, by its own naming rule."""
    return sorted(
        str(path.relative_to(ROOT))
        for path in (TESTS / "browser").rglob("*")
        if NODE_TEST.match(path.name) and "node_modules" not in path.parts
    )


def browser(part, options):
    """tests/browser, in Chromium."""
    command = ["node", "--test", "--test-reporter=tap", *browser_files()]
    code = RUNNING.call(command, part.log, program_env(options), timeout_s=PART_S)
    return settle(tap(part.log.read_text(encoding="utf-8", errors="replace")), code)


def fuzz_one(name, options):
    """One target searches for a while, from its seeds and what earlier runs found; whether it found nothing wrong."""
    log = LOGS / f"fuzz-{name}.log"
    log.unlink(missing_ok=True)
    corpus = BUILD / "fuzz-corpus" / name
    corpus.mkdir(parents=True, exist_ok=True)
    command = [
        *BEHIND,
        str(BUILD / "asan" / f"fuzz_{name}"),
        f"-max_total_time={options.fuzz_seconds}",
        "-timeout=10",
        "-rss_limit_mb=1024",
        "-print_final_stats=1",
        f"-artifact_prefix={LOGS}/{name}-",
        str(corpus),
        str(TESTS / "fuzz" / "seeds" / name),
    ]
    return RUNNING.call(command, log, timeout_s=options.fuzz_seconds + 120) == 0


def fuzz(part, options):
    """Every target of the asan build."""
    names = [path.stem.removeprefix("fuzz_") for path in sorted((TESTS / "fuzz").glob("fuzz_*.c"))]
    with concurrent.futures.ThreadPoolExecutor(JOBS) as pool:
        good = dict(zip(names, pool.map(lambda name: fuzz_one(name, options), names)))
    bad = [name for name in names if not good[name]]
    for name in bad:
        with open(part.log, "a", encoding="utf-8") as out:
            out.write(f"{name}, in {LOGS.relative_to(ROOT)}/fuzz-{name}.log:\n{tail(LOGS / f'fuzz-{name}.log')}\n")
    return settle(Count(len(names) - len(bad), len(bad)), 0)


class Part:
    """Something that runs by itself: its name, what it needs first, whether it mostly waits."""

    def __init__(self, name, run, needs=(), waits=False, place=None):
        self.name = name
        self.run = run
        self.needs = needs
        self.waits = waits
        self.place = place
        self.log = LOGS / f"{name}.log"
        self.count = None
        self.seconds = 0.0

    def exists(self):
        """Whether there is anything to run: an empty directory is as good as none."""
        return self.place is None or any(
            path.is_file() and "node_modules" not in path.parts for path in self.place.rglob("*")
        )

    def is_build(self):
        """Builds are counted only when they fail."""
        return self.name.startswith("build-")


def parts():
    """All parts, those that matter most first; of those that wait, the longest."""
    return [
        Part("build-release", build_part("release")),
        Part("unit", unit, ["build-release"], place=TESTS / "unit"),
        Part("build-asan", build_part("asan")),
        Part("asan", sanitizer("asan"), ["build-asan"], place=TESTS / "unit"),
        Part("fuzz", fuzz, ["build-asan"], place=TESTS / "fuzz"),
        Part("build-tsan", build_part("tsan", *together())),
        Part("tsan", sanitizer("tsan", "-E", ALONE), ["build-tsan"], place=TESTS / "unit"),
        Part("lint", lint, ["build-release"]),
        Part("journeys-postgres", on_postgres, ["build-release"], True, TESTS / "journeys"),
        Part("journeys", pytest, ["build-release"], True, TESTS / "journeys"),
        Part("browser", browser, ["build-release"], True, TESTS / "browser"),
        Part("contract-postgres", on_postgres, ["build-release"], True, TESTS / "contract"),
        Part("contract", contract, ["build-release"], True, TESTS / "contract"),
        Part("deploy", pytest, ["build-release"], True, TESTS / "deploy"),
        Part("generators", pytest, [], True, TESTS / "unit"),
    ]


def chosen(options):
    """The parts to run, with what they need."""
    everything = {part.name: part for part in parts()}
    if options.preset != "release":
        name = f"build-{options.preset}"
        everything.setdefault(name, Part(name, build_part(options.preset)))
        for part in everything.values():
            if part.name.startswith(("contract", "journeys", "deploy", "browser")):
                part.needs = [name]
    wanted = [name for names in options.only for name in names.split(",")]
    for name in wanted:
        if name not in everything:
            raise SystemExit(f"no part {name}; there are {', '.join(everything)}")
    names = set(wanted or everything)
    for name in list(names):
        names.update(everything[name].needs)
    for name in wanted:
        if not everything[name].exists():
            raise SystemExit(f"{everything[name].place.relative_to(ROOT)}: there is no test yet")
    return [part for part in everything.values() if part.name in names and part.exists()]


def show(part):
    """The line of a part that has ended, with the end of its log when something failed."""
    if part.is_build() and not part.count.failed:
        said = "done"
    else:
        said = part.count.text()
    print(f"{part.name:<18} {said:<40} {part.seconds:6.1f} s", flush=True)
    if part.count.failed:
        print(tail(part.log), flush=True)


def run_part(part, options, ended):
    """Runs one part on its own thread."""
    started = time.monotonic()
    part.log.unlink(missing_ok=True)
    try:
        count = part.run(part, options)
    except Exception as error:  # a broken part must not hang the others
        with open(part.log, "a", encoding="utf-8") as out:
            out.write(f"{type(error).__name__}: {error}\n")
        count = Count(0, 1)
    with ended:
        part.seconds = time.monotonic() - started
        part.count = count
        ended.notify()


def run_all(todo, options):
    """Starts each part when what it needs is there and a place is free."""
    ended = threading.Condition()
    waiting = list(todo)
    running = []
    by_name = {part.name: part for part in todo}
    with ended:
        while waiting or running:
            for part in list(waiting):
                needs = [by_name[name] for name in part.needs if name in by_name]
                if any(need.count is not None and need.count.failed for need in needs):
                    waiting.remove(part)
                    part.count = Count(0, 1)
                    part.log.write_text("not run: what it needs was not built\n", encoding="utf-8")
                    show(part)
                    continue
                beside = sum(other.waits == part.waits for other in running)
                free = beside < (WAITING if part.waits else 1)
                if free and all(need.count is not None for need in needs):
                    waiting.remove(part)
                    running.append(part)
                    threading.Thread(
                        target=run_part, args=(part, options, ended), daemon=True
                    ).start()
            if running:
                ended.wait()
            for part in list(running):
                if part.count is not None:
                    running.remove(part)
                    show(part)


def main():
    parser = argparse.ArgumentParser(prog="./test", description=__doc__)
    parser.add_argument(
        "--only",
        action="append",
        default=[],
        metavar="PART[,PART...]",
        help="only these parts: unit lint asan tsan contract journeys deploy browser fuzz",
    )
    parser.add_argument("--fuzz-seconds", type=int, default=20, help="for each target (20)")
    parser.add_argument(
        "--preset", default="release", help="the build that contract, journeys, deploy and browser run on"
    )
    options = parser.parse_args()
    LOGS.mkdir(parents=True, exist_ok=True)
    todo = chosen(options)
    try:
        run_all(todo, options)
    except KeyboardInterrupt:
        RUNNING.end()
        return 130
    total = Count()
    for part in todo:
        total.add(part.count)
    if total.skipped:
        places = [f"{part.name} {part.count.skipped}" for part in todo if part.count.skipped]
        print(f"skipped: {', '.join(places)} (see build/test-logs/)")
    if total.failed:
        places = [f"{part.name} {part.count.failed}" for part in todo if part.count.failed]
        print(f"failed: {', '.join(places)} (see build/test-logs/)")
    print(f"{total.passed} passed, {total.failed} failed")
    return 1 if total.failed else 0


if __name__ == "__main__":
    sys.exit(main())
