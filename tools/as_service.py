#!/usr/bin/python3
"""Runs a program under what deploy/systemd/guichet.service denies it, without systemd: the system
calls, the address families, memory that can be written and run, namespaces, capabilities, and every
place but one to write to. What it cannot do is told by its absence in APPLIED.

    as_service.py --writable DIR -- PROGRAM [ARGUMENT...]

Needs python3-seccomp. It becomes the program, so its process id is the program's. For the tests of
the unit (tests/deploy), and to run others under it: GUICHET_BIN may name a script that calls this.
"""

import argparse
import ctypes
import os
import pathlib
import resource
import subprocess
import sys

import seccomp

ROOT = pathlib.Path(__file__).resolve().parent.parent
UNIT = ROOT / "deploy" / "systemd" / "guichet.service"

# What of the unit is applied; the test of the unit knows that it names nothing else but these and
# what only hides or protects more.
APPLIED = ("SystemCallFilter", "SystemCallErrorNumber", "RestrictAddressFamilies",
           "RestrictNamespaces", "RestrictRealtime", "RestrictSUIDSGID", "LockPersonality",
           "MemoryDenyWriteExecute", "NoNewPrivileges", "CapabilityBoundingSet", "ProtectSystem",
           "UMask", "LimitNOFILE", "LimitMEMLOCK", "LimitCORE")

CLONE_NEWNS, CLONE_NEWUSER = 0x00020000, 0x10000000
NAMESPACES = 0x7E020080  # each CLONE_NEW flag
MS_BIND, MS_REC, MS_PRIVATE = 4096, 16384, 1 << 18
SYS_MOUNT_SETATTR, AT_FDCWD, AT_RECURSIVE, ATTR_RDONLY = 442, -100, 0x8000, 1
SYS_CAPSET, CAPABILITY_VERSION_3 = 126, 0x20080522
PR_SET_NO_NEW_PRIVS, PR_CAPBSET_DROP, PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL = 38, 24, 47, 4
PROT_WRITE, PROT_EXEC, SHM_EXEC = 2, 4, 0o100000
SUID_SGID = 0o6000
FAMILIES = {"AF_UNIX": 1, "AF_INET": 2, "AF_INET6": 10, "AF_NETLINK": 16}
EPERM, ENOSYS, EAFNOSUPPORT = 1, 38, 97

LIBC = ctypes.CDLL(None, use_errno=True)


def settings(unit=UNIT):
    """The lines of [Service]: a list of values for each name."""
    found = {}
    section = ""
    for line in unit.read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            section = line
        elif section == "[Service]" and "=" in line and not line.startswith("#"):
            name, value = line.split("=", 1)
            found.setdefault(name, []).append(value)
    return found


def called(what, result):
    """A call of libc that must have succeeded."""
    if result < 0:
        error = ctypes.get_errno()
        raise OSError(error, f"{what}: {os.strerror(error)}")


def group(name):
    """The system calls of a group, by systemd's own list."""
    told = subprocess.run(["systemd-analyze", "syscall-filter", name], check=True,
                          capture_output=True, text=True).stdout
    calls = set()
    for word in told.split("\n"):
        word = word.strip()
        if word.startswith("@") and word != name:
            calls |= group(word)
        elif word and not word.startswith(("#", "@")):
            calls.add(word)
    return calls


def allowed(lines):
    """The system calls that the lines of SystemCallFilter leave."""
    calls = group("@default")
    for line in lines:
        words = set()
        for word in line.lstrip("~").split():
            words |= group(word) if word.startswith("@") else {word}
        calls = calls - words if line.startswith("~") else calls | words
    return calls


def known(calls):
    """The numbers of those that this architecture has."""
    numbers = []
    for call in sorted(calls):
        try:
            number = seccomp.resolve_syscall(seccomp.Arch(), call)
        except (ValueError, RuntimeError):
            continue
        if number >= 0:
            numbers.append(number)
    return numbers


def deny_more(service):
    """What the unit forbids beside the list of calls."""
    no = seccomp.SyscallFilter(seccomp.ALLOW)
    masked, equal, greater = seccomp.MASKED_EQ, seccomp.EQ, seccomp.GT
    eperm = seccomp.ERRNO(EPERM)
    both = PROT_WRITE | PROT_EXEC
    no.add_rule(eperm, "mmap", seccomp.Arg(2, masked, both, both))
    for call in ("mprotect", "pkey_mprotect"):
        no.add_rule(eperm, call, seccomp.Arg(2, masked, PROT_EXEC, PROT_EXEC))
    no.add_rule(eperm, "shmat", seccomp.Arg(2, masked, SHM_EXEC, SHM_EXEC))
    for call in ("unshare", "setns", "personality", "sched_setscheduler"):
        no.add_rule(eperm, call)
    for bit in range(32):
        if NAMESPACES >> bit & 1:
            no.add_rule(eperm, "clone", seccomp.Arg(0, masked, 1 << bit, 1 << bit))
    no.add_rule(seccomp.ERRNO(ENOSYS), "clone3")
    for bit in (0o4000, 0o2000):
        for call, at in (("chmod", 1), ("fchmod", 1), ("fchmodat", 2), ("mkdir", 1), ("openat", 3)):
            no.add_rule(eperm, call, seccomp.Arg(at, masked, bit, bit))
    families = sorted(FAMILIES[name] for name in service["RestrictAddressFamilies"][0].split())
    refused = seccomp.ERRNO(EAFNOSUPPORT)
    for family in range(families[-1]):
        if family not in families:
            no.add_rule(refused, "socket", seccomp.Arg(0, equal, family))
    no.add_rule(refused, "socket", seccomp.Arg(0, greater, families[-1]))
    no.load()


def filter_calls(service):
    """Only the calls of the unit's list."""
    only = seccomp.SyscallFilter(seccomp.ERRNO(EPERM))
    for number in known(allowed(service["SystemCallFilter"])):
        only.add_rule(seccomp.ALLOW, number)
    only.load()


def read_only(path, on):
    """Makes a mount, with those below it, read-only or not."""
    attributes = (ctypes.c_uint64 * 4)(*((ATTR_RDONLY, 0) if on else (0, ATTR_RDONLY)), 0, 0)
    called("mount_setattr", LIBC.syscall(SYS_MOUNT_SETATTR, AT_FDCWD, os.fsencode(path),
                                         AT_RECURSIVE, attributes, ctypes.sizeof(attributes)))


def protect(writable):
    """ProtectSystem=strict, with one place to write to."""
    user, owner = os.getuid(), os.getgid()
    called("unshare", LIBC.unshare(CLONE_NEWNS | (CLONE_NEWUSER if user != 0 else 0)))
    if user != 0:
        pathlib.Path("/proc/self/setgroups").write_text("deny", encoding="ascii")
        pathlib.Path("/proc/self/uid_map").write_text(f"{user} {user} 1", encoding="ascii")
        pathlib.Path("/proc/self/gid_map").write_text(f"{owner} {owner} 1", encoding="ascii")
    called("mount", LIBC.mount(b"none", b"/", None, MS_REC | MS_PRIVATE, None))
    place = os.fsencode(writable)
    called("mount", LIBC.mount(place, place, None, MS_BIND | MS_REC, None))
    read_only("/", True)
    read_only(writable, False)
    read_only("/dev", False)


def drop_capabilities():
    """All of them, for good."""
    last = int(pathlib.Path("/proc/sys/kernel/cap_last_cap").read_text(encoding="ascii"))
    for capability in range(last + 1):
        called("prctl", LIBC.prctl(PR_CAPBSET_DROP, capability, 0, 0, 0))
    LIBC.prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0)
    header = (ctypes.c_uint32 * 2)(CAPABILITY_VERSION_3, 0)
    called("capset", LIBC.syscall(SYS_CAPSET, header, (ctypes.c_uint32 * 6)()))


def limit(service):
    """Limits, as far as this process may have them, and the mask of files."""
    scale = {"K": 1 << 10, "M": 1 << 20}
    for name, what in (("LimitNOFILE", resource.RLIMIT_NOFILE),
                       ("LimitMEMLOCK", resource.RLIMIT_MEMLOCK),
                       ("LimitCORE", resource.RLIMIT_CORE)):
        text = service[name][0]
        wanted = int(text.rstrip("KM")) * scale.get(text[-1], 1)
        hard = resource.getrlimit(what)[1]
        if hard != resource.RLIM_INFINITY:
            wanted = min(wanted, hard)
        resource.setrlimit(what, (wanted, wanted))
    os.umask(int(service["UMask"][0], 8))


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--writable", required=True, help="the one place to write to")
    parser.add_argument("command", nargs="+")
    options = parser.parse_args()
    here = os.getcwd()
    service = settings()
    limit(service)
    protect(options.writable)
    os.chdir(here)
    drop_capabilities()
    called("prctl", LIBC.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
    deny_more(service)
    filter_calls(service)
    os.execv(options.command[0], options.command)


if __name__ == "__main__":
    sys.exit(main())
