"""The Debian package, made of the program under test: what it holds, and that it works."""

import gzip
import os
import pathlib
import re
import shutil
import subprocess

import pytest

from support import server

ROOT = server.ROOT
OUT = ROOT / "build" / "deb"

pytestmark = pytest.mark.skipif(shutil.which("dh") is None, reason="needs debhelper: ./setup deb")


def output(*command, **options):
    """What a command prints, which must succeed."""
    done = subprocess.run(list(map(str, command)), capture_output=True, text=True, check=False,
                          **options)
    assert done.returncode == 0, f"{command}: {done.stdout[-4000:]}{done.stderr[-4000:]}"
    return done.stdout


@pytest.fixture(scope="module")
def package():
    output(ROOT / "tools" / "make_deb.py", "--built", server.binary().parent)
    made = list(OUT.glob("guichet_*.deb"))
    assert len(made) == 1
    return made[0]


@pytest.fixture(scope="module")
def tree(package, tmp_path_factory):
    """The package's files and, in DEBIAN, what controls it."""
    place = tmp_path_factory.mktemp("package")
    output("dpkg-deb", "--raw-extract", package, place)
    return place


def test_holds_its_files_with_their_modes(package):
    listed = {line.split()[5]: line.split()[0] for line in
              output("dpkg-deb", "--contents", package).splitlines() if line[0] != "d"}
    wanted = {
        "./etc/guichet/guichet.conf": "-rw-r--r--",
        "./lib/systemd/system/guichet.service": "-rw-r--r--",
        "./usr/bin/guichet": "-rwxr-xr-x",
        "./usr/lib/guichet/guichet": "-rwxr-xr-x",
        "./usr/lib/guichet/guichet-documents.so": "-rw-r--r--",
        "./usr/lib/sysusers.d/guichet.conf": "-rw-r--r--",
        "./usr/lib/tmpfiles.d/guichet.conf": "-rw-r--r--",
        "./usr/share/man/man1/guichet.1.gz": "-rw-r--r--",
        "./usr/share/man/man5/guichet.conf.5.gz": "-rw-r--r--",
        "./usr/share/doc/guichet/copyright": "-rw-r--r--",
        "./usr/share/doc/guichet/changelog.gz": "-rw-r--r--",
    }
    assert {name: listed.get(name) for name in wanted} == wanted
    assert not [name for name in listed if "/tests/" in name or "sandbox.json" in name]


def test_says_what_it_needs(tree):
    control = (tree / "DEBIAN" / "control").read_text()
    depends = re.search(r"^Depends: (.*)$", control, re.MULTILINE).group(1)
    # Linked with, loaded by the module, loaded when needed, and not a library at all.
    for name in ("libmicrohttpd12", "libsqlite3-0", "libcairo2", "libcurl4", "libxml2",
                 "fonts-inter", "systemd"):
        assert re.search(rf"\b{name}\b", depends), f"{name} is not in {depends}"
    assert (tree / "DEBIAN" / "conffiles").read_text() == "/etc/guichet/guichet.conf\n"


def test_its_program_is_the_one_under_test(tree):
    wrapper = tree / "usr" / "bin" / "guichet"
    assert wrapper.read_text().startswith("#!/bin/sh\n")
    assert output(tree / "usr/lib/guichet/guichet", "--version") == \
        output(server.binary(), "--version")


def test_its_configuration_is_accepted_and_changes_nothing_by_itself(tree, tmp_path):
    data = tmp_path / "data"
    data.mkdir()
    (data / "guichet.conf").symlink_to(tree / "etc" / "guichet" / "guichet.conf")
    told = server.command("config", "--data", data)
    bare = server.command("config", "--data", tmp_path)
    differ = {line for line in told.splitlines() if line not in bare.splitlines()}
    assert {line for line in differ if str(data) not in line} == set()


@pytest.mark.parametrize("page, section", [("guichet", 1), ("guichet.conf", 5)])
def test_its_manual_is_whole(tree, page, section):
    packed = tree / "usr" / "share" / "man" / f"man{section}" / f"{page}.{section}.gz"
    text = gzip.decompress(packed.read_bytes()).decode()
    if section == 1:
        names = re.findall(r"^  ([a-z-]+) +\S", server.command("--help").split("\n\n")[2],
                           re.MULTILINE)
        for name in names:
            assert f"\n.SS {name}\n" in text
            assert f"usage: guichet {name}" in text
    else:
        keys = re.findall(r"^(\w+) =", server.command("config", "--print-default"), re.MULTILINE)
        assert text.count("\n.TP\n") == len(keys)
    if shutil.which("groff"):
        done = subprocess.run(["groff", "-man", "-Tutf8", "-ww", "-z"], input=text, text=True,
                              capture_output=True, check=False)
        assert done.returncode == 0 and done.stderr == ""


def test_what_the_page_for_operators_points_at_is_there(tree):
    """Also what stands beside the pages in the sources: the examples, the alerts, the unit."""
    place = tree / "usr" / "share" / "doc" / "guichet"
    page = place / "docs" / "operations.md"
    for name in re.findall(r"\]\(([^)#:]+)", page.read_text(encoding="utf-8")):
        at = pathlib.Path(os.path.normpath(page.parent / name))
        if at.is_symlink() and os.readlink(at).startswith("/"):
            at = tree / os.readlink(at)[1:]
        assert at.exists(), name
    told = (place / "README.Debian").read_text()
    for name in re.findall(r"/usr/share/doc/guichet/\S+[^\s.,]", told):
        assert (tree / name[1:]).exists(), name


def test_the_directories_of_its_configuration_are_made(tree):
    """Those that deploy/guichet.conf and the example of one machine name."""
    made = set(re.findall(r"^d (\S+)", (tree / "usr/lib/tmpfiles.d/guichet.conf").read_text(), re.MULTILINE))
    for path in (ROOT / "deploy/guichet.conf", ROOT / "deploy/examples/one-machine/guichet.conf"):
        named = re.findall(r"_dir = (\S+)", path.read_text())
        assert named and set(named) <= made, path


def test_installs_and_purges_below_a_root_of_its_own(tree, tmp_path):
    """The scripts, as dpkg calls them with DPKG_ROOT: user, directory, link; and what purge leaves."""
    if os.getuid() != 0:
        pytest.skip("needs root")
    root = tmp_path / "root"
    for name in ("etc", "var/lib", "usr/lib"):
        (root / name).mkdir(parents=True)
    for name in ("sysusers.d", "tmpfiles.d"):
        shutil.copytree(tree / "usr/lib" / name, root / "usr/lib" / name)
    output("systemd-sysusers", f"--root={root}", "guichet.conf")
    assert "guichet:x:" in (root / "etc" / "passwd").read_text()
    output("systemd-tmpfiles", f"--root={root}", "--create", "guichet.conf")
    data = root / "var" / "lib" / "guichet"
    assert data.stat().st_mode & 0o777 == 0o700 and (data / "backup").is_dir()
    assert os.readlink(data / "guichet.conf") == "/etc/guichet/guichet.conf"


def test_purge_keeps_data_and_removes_what_is_empty(tree, tmp_path):
    script = (tree / "DEBIAN" / "postrm").read_text().split("# Automatically added")[0]
    data = tmp_path / "guichet"
    script = script.replace("/var/lib/guichet", str(data))

    def purge():
        return output("sh", "-c", script, "postrm", "purge")

    def installed():
        for line in (tree / "usr/lib/tmpfiles.d/guichet.conf").read_text().splitlines():
            if line.startswith("d "):
                pathlib.Path(line.split()[1].replace("/var/lib/guichet", str(data))).mkdir()

    installed()
    (data / "guichet.conf").symlink_to("/etc/guichet/guichet.conf")
    assert purge() == "" and not data.exists()
    installed()
    (data / "guichet.conf").symlink_to("/etc/guichet/guichet.conf")
    (data / "guichet.db").write_text("payments")
    assert "stays" in purge()
    assert (data / "guichet.db").read_text() == "payments"
    assert not (data / "guichet.conf").is_symlink()
    assert purge().count("stays") == 1


def test_lintian_has_nothing_to_say(package):
    if shutil.which("lintian") is None:
        pytest.skip("needs lintian: ./setup deb")
    changes = next(OUT.glob("*.changes"))
    done = subprocess.run(["lintian", "--fail-on", "error,warning", changes], capture_output=True,
                          text=True, check=False)
    assert done.returncode == 0, done.stdout
    assert package.exists() and re.findall(r"^[EW]: .*", done.stdout, re.MULTILINE) == []


def test_versions_are_one():
    project = re.search(r"^project\(guichet VERSION (\S+)", (ROOT / "CMakeLists.txt").read_text(),
                        re.MULTILINE).group(1)
    changelog = pathlib.Path(ROOT / "deploy" / "debian" / "changelog").read_text()
    assert changelog.startswith(f"guichet ({project}) ")
    assert server.command("--version").split() == ["guichet", project]
