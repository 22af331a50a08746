"""The package and its unit under a systemd that runs by itself (tests/support/systemd.py): what tests/deploy/test_unit.py
asks of the program under the unit's denials, here systemd does."""

import re
import shutil
import subprocess

import pytest

from support import server, systemd
from support.server import eventually

ROOT = server.ROOT
HEALTH = "http://127.0.0.1:8080/healthz"
AS_SERVICE = ("systemd-run", "--quiet", "--pipe", "--wait", "-p", "User=guichet", "-p",
              "LoadCredential=guichet-kek:/etc/guichet/kek", "guichet")

pytestmark = pytest.mark.skipif(shutil.which("dh") is None, reason="needs debhelper: ./setup deb")


@pytest.fixture(scope="module")
def machine(tmp_path_factory):
    """With the package installed, as nobody has touched it yet."""
    subprocess.run([ROOT / "tools" / "make_deb.py", "--built", server.binary().parent], check=True, capture_output=True)
    place = tmp_path_factory.mktemp("systemd")
    try:
        running = systemd.Machine(place / "machine", ROOT / "build" / "deb")
    except systemd.Impossible as reason:
        pytest.skip(f"systemd cannot run by itself here: {reason}")
    with running:
        running.run("sh", "-c", f"dpkg -i {systemd.GIVEN}/guichet_*.deb")
        yield running


@pytest.fixture(scope="module")
def service(machine):
    """The service, made ready by the commands of README.Debian, in the order of the tests below."""
    machine.run("sh", "-c", "(umask 377; openssl rand -hex 32 > /etc/guichet/kek)")
    machine.run(*AS_SERVICE, "init")
    return machine


def is_healthy(machine):
    return machine.exit_code("curl", "-sf", HEALTH) == 0


def answers(machine, seconds=30):
    eventually(lambda: is_healthy(machine), seconds, "the service answers")
    return int(machine.shown("guichet", "MainPID"))


def journal(machine):
    return machine.run("journalctl", "--no-pager", "--output=cat", "-u", "guichet")


def status(machine, pid):
    """What the kernel says of a process there."""
    text = machine.run("cat", f"/proc/{pid}/status")
    return dict(re.findall(r"^(\w+):\s+(.*)$", text, re.MULTILINE))


def test_without_a_key_it_is_enabled_and_waits(machine):
    assert machine.run("systemctl", "is-enabled", "guichet").strip() == "enabled"
    machine.run("systemctl", "start", "guichet")  # its condition does not hold, which is no failure
    assert machine.shown("guichet", "ConditionResult") == "no"
    assert machine.shown("guichet", "ActiveState") == "inactive"


def test_it_starts_and_answers(service):
    service.run("systemctl", "start", "guichet")
    service.run("guichet", "verify")  # what is started answers
    assert is_healthy(service)
    pid = answers(service)
    assert service.shown("guichet", "User") == "guichet"
    assert service.run("readlink", f"/proc/{pid}/exe").strip() == "/usr/lib/guichet/guichet"
    assert re.search(r"^\S+ server\.ready port=8080$", journal(service), re.MULTILINE)
    assert service.shown("guichet", "CanReload") == "no"  # certificates are read at the start


def test_what_it_may_not_do_is_in_force(service):
    said = service.run("systemd-analyze", "--no-pager", "security", "guichet")
    [exposure] = re.findall(r"exposure level for guichet.service: ([\d.]+) OK", said)
    assert float(exposure) <= 1.2
    pid = int(service.shown("guichet", "MainPID"))
    held = status(service, pid)
    assert held["NoNewPrivs"] == "1" and held["Seccomp"] == "2"
    assert {held[name] for name in ("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb")} == {"0" * 16}
    for name in ("user", "mnt", "ipc", "uts"):
        assert service.run("readlink", f"/proc/{pid}/ns/{name}") != service.run("readlink", f"/proc/1/ns/{name}"), name
    mounts = {line.split()[4]: line.split()[5].split(",")
              for line in service.run("cat", f"/proc/{pid}/mountinfo").splitlines()}
    assert "ro" in mounts["/"] and "rw" in mounts["/var/lib/guichet"]
    assert "/run/credentials/guichet.service" in mounts
    assert service.exit_code("nsenter", "-t", pid, "--mount", "touch", "/etc/guichet/x") != 0
    assert service.exit_code("nsenter", "-t", pid, "--mount", "sh", "-c", "ls /home/* /root/*") != 0


def test_commands_of_root_are_done_by_the_service(service):
    service.run("guichet", "merchant", "add", "--live", "--name", "Boulangerie Morel")
    service.run("guichet", "verify")
    service.run("guichet", "backup", "/var/lib/guichet/backup/one.db")
    owner = service.run("stat", "-c", "%U %a", "/var/lib/guichet/backup/one.db").strip()
    assert owner == "guichet 600"


def test_no_file_is_written_where_nobody_finds_it(service):
    """Its /tmp would be its own, and gone with it."""
    for place in ("/tmp", "/var/tmp", "/root"):
        assert service.exit_code("guichet", "backup", f"{place}/one.db") == 1, place


def test_a_rotated_key_leaves_the_former_one(service):
    """The commands of docs/operations.md."""
    former = service.run("cat", "/etc/guichet/kek")
    service.run("sh", "-c", "umask 377; openssl rand -hex 32 > /var/lib/guichet/kek.next;"
                " chown guichet /var/lib/guichet/kek.next")
    service.run("guichet", "keys", "rotate-kek", "--new", "/var/lib/guichet/kek.next")
    assert service.run("cat", "/var/lib/guichet/kek.old") == former
    service.run("install", "-o", "root", "-m", "0400", "/var/lib/guichet/kek", "/etc/guichet/kek")
    service.run("sh", "-c", "rm /var/lib/guichet/kek /var/lib/guichet/kek.next")
    service.run("systemctl", "restart", "guichet")
    service.run("guichet", "keys", "rotate-dek")


def test_it_comes_back_when_it_is_killed(service):
    before = int(service.shown("guichet", "MainPID"))
    service.run("kill", "-9", before)
    eventually(lambda: service.shown("guichet", "NRestarts") == "1", 30, "systemd starts it again")
    assert answers(service) != before
    service.run("guichet", "verify")


def test_it_stops_when_it_is_asked_and_takes_its_files_along(service):
    service.run("systemctl", "stop", "guichet", timeout=20)
    assert service.shown("guichet", "Result") == "success"
    assert service.shown("guichet", "ExecMainStatus") == "0"
    assert not is_healthy(service)
    assert service.exit_code("test", "-e", "/var/lib/guichet/control.sock") != 0
    lines = journal(service)
    assert re.search(r"^\S+ server\.stopped err=ok$", lines, re.MULTILINE)
    assert "internal" not in lines and "does not hold" not in lines
    service.run(*AS_SERVICE, "verify")


def test_another_package_in_its_place_goes_on_with_the_data(service):
    service.run("systemctl", "start", "guichet")
    before = answers(service)
    service.run("sh", "-c", f"dpkg -i {systemd.GIVEN}/guichet_*.deb")
    assert answers(service) != before
    service.run("guichet", "verify")


def test_purging_it_leaves_the_data(service):
    service.run("dpkg", "--purge", "guichet")
    assert not is_healthy(service)
    assert service.shown("guichet", "LoadState") == "not-found"
    service.run("test", "-s", "/var/lib/guichet/guichet.db")
