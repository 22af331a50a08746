"""The unit of systemd: what it denies, and that the program works all the same."""

import importlib.util
import os
import re
import shutil
import subprocess
import sys

import pytest

from support import invoices, server, simplypaie, submissions

ROOT = server.ROOT
UNIT = ROOT / "deploy" / "systemd" / "guichet.service"
INVOICE = {"name": "Client", "address": "12 rue de la Paix, 75002 Paris", "type": "normal",
           "date": "2026-11-01", "currency": "EUR",
           "items": [{"designation": "Produit", "price": "26.30", "quantity": "3", "vat": "20"}]}
EXPOSURE_MAX = 12  # tenths, of systemd-analyze security: 0 is best, 100 worst


def analyze(*words):
    return subprocess.run(["systemd-analyze", *map(str, words)], capture_output=True, text=True,
                          check=False)


needs_systemd = pytest.mark.skipif(shutil.which("systemd-analyze") is None,
                                   reason="needs systemd-analyze")


@needs_systemd
def test_is_understood(tmp_path):
    """Below a root with the program in its place, so that nothing is missing but other units."""
    root = tmp_path / "root"
    place = root / "usr" / "lib" / "systemd" / "system"
    place.mkdir(parents=True)
    shutil.copy(UNIT, place)
    program = root / "usr" / "lib" / "guichet" / "guichet"
    program.parent.mkdir(parents=True)
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    said = analyze("verify", "--man=no", f"--root={root}", "guichet.service").stderr
    # Names of settings that it does not know, values that it cannot read.
    assert not re.search(r"guichet\.service:\d+:|Unknown|Failed to parse|not executable", said), said


@needs_systemd
def test_leaves_little_open():
    told = analyze("security", "--offline=true", f"--threshold={EXPOSURE_MAX}", UNIT)
    assert told.returncode == 0, told.stdout[-400:]


def as_service():
    """tools/as_service.py as a module."""
    pytest.importorskip("seccomp", reason="needs python3-seccomp: ./setup test")
    path = ROOT / "tools" / "as_service.py"
    spec = importlib.util.spec_from_file_location("as_service", path)
    module = importlib.util.module_from_spec(spec)
    sys.modules["as_service"] = module
    spec.loader.exec_module(module)
    return module


def test_what_is_tried_here_is_in_the_unit():
    module = as_service()
    named = module.settings(UNIT)
    assert [name for name in module.APPLIED if name not in named] == []


@pytest.fixture
def confined(tmp_path, monkeypatch):
    """Every guichet that a test starts runs as the service does, and writes to tmp_path only."""
    as_service()
    program = tmp_path / "guichet-as-service"
    tool = [sys.executable, str(ROOT / "tools" / "as_service.py"), "--writable", str(tmp_path), "--"]
    program.write_text(f"#!/bin/sh\nexec {' '.join(tool)} {server.binary()} \"$@\"\n")
    program.chmod(0o755)
    probe = subprocess.run([*tool, "/bin/true"], capture_output=True, text=True, check=False)
    if probe.returncode != 0:
        pytest.skip(f"the machine allows no namespaces: {probe.stderr.splitlines()[-1]}")
    monkeypatch.setenv("GUICHET_BIN", str(program))
    return tool


def test_denies_what_it_says(confined, tmp_path):
    script = f"""
import errno, mmap, os, socket
def denied(code, call, *words):
    try:
        call(*words)
    except OSError as error:
        assert error.errno == code, (call, error)
    else:
        raise SystemExit(f"{{call}} {{words}} is allowed")
open("{tmp_path}/mine", "w").close()
denied(errno.EROFS, open, "{os.path.expanduser('~')}/other", "w")
denied(errno.EROFS, open, "/etc/other", "w")
denied(errno.EPERM, mmap.mmap, -1, 4096, mmap.MAP_PRIVATE, mmap.PROT_WRITE | mmap.PROT_EXEC)
denied(errno.EAFNOSUPPORT, socket.socket, socket.AF_PACKET, socket.SOCK_RAW, 0)
denied(errno.EPERM, os.chroot, "/")
denied(errno.EPERM, os.chmod, "{tmp_path}/mine", 0o4755)
denied(errno.EPERM, os.setuid, 12345)
denied(errno.EPERM, os.sched_setscheduler, 0, os.SCHED_FIFO, os.sched_param(1))
"""
    done = subprocess.run([*confined, sys.executable, "-c", script], capture_output=True, text=True,
                          check=False)
    assert done.returncode == 0, done.stderr


def test_the_program_works_in_it(confined, fresh, tmp_path):
    """The simulator and the reader of PDF files are children; papers are drawn with fonts."""
    assert confined
    assert fresh.pay()["status"] == "to_capture"
    fresh.settle()
    answer = simplypaie.exchange(fresh, "POST", "/invoices/new", INVOICE)
    assert answer.status == 200, answer
    drawn = invoices.download(answer.json["info"]["url"])
    assert drawn.startswith(b"%PDF-")
    # It is read again, by a child; what is issued here cannot be submitted as well.
    told = submissions.submit(fresh, drawn, "facture.pdf")
    assert told.status == 409, told
    server.command("backup", tmp_path / "backup.db", "--data", fresh.dir)
    server.command("backup", "/var/backup.db", "--data", fresh.dir, expect=1)
    fresh.verify()
    fresh.stop()
    fresh.restart()
    fresh.verify()
