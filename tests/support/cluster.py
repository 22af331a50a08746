"""Three nodes of etcd, Patroni and PostgreSQL on loopback, by the examples of deploy/examples/three-nodes."""

import contextlib
import json
import os
import pathlib
import pwd
import re
import shutil
import signal
import subprocess
import urllib.error
import urllib.request

import yaml

from support import server
from support.ports import free_port

EXAMPLES = server.ROOT / "deploy" / "examples" / "three-nodes"
BINARIES = pathlib.Path("/usr/lib/postgresql/15/bin")
NAMES = ("a", "b", "c")
SECRET = "of-this-run-only"
USER = "postgres"  # runs the database when we are root, which PostgreSQL refuses
START_S, CALL_S = 120, 2


def missing():
    """What is not installed, as text; empty when all is there."""
    wanted = {"etcd": "etcd-server", "patroni": "patroni"}
    names = [package for program, package in wanted.items() if shutil.which(program) is None]
    if not (BINARIES / "postgres").exists():
        names.append("postgresql-15")
    return ", ".join(names)


def as_user():
    """Whom the database runs as: nobody else, unless we are root."""
    return {"user": USER, "group": USER, "extra_groups": []} if os.getuid() == 0 else {}


def signal_all(pids, how):
    """Sends a signal to processes that we started; those that are gone already do not matter."""
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, how)


class Node:
    """One machine's worth of the cluster."""

    def __init__(self, cluster, name, ports):
        self.cluster, self.name = cluster, name
        self.client, self.peer, self.rest, self.port = ports
        self.dir = cluster.dir / name
        self.etcd = self.patroni = None
        self.dir.mkdir()
        if os.getuid() == 0:
            user = pwd.getpwnam(USER)
            os.chown(self.dir, user.pw_uid, user.pw_gid)

    def example(self, name):
        """A file of the examples with our addresses: those of a node differ in name and ports."""
        text = (EXAMPLES / name).read_text(encoding="utf-8")
        for node, host in zip(self.cluster.nodes, ("10.0.0.11", "10.0.0.12", "10.0.0.13")):
            owner = self if host == "10.0.0.11" else node
            for port, ours in ((2379, "client"), (2380, "peer"), (8008, "rest"), (5432, "port")):
                # Lists name every node, the other lines the node itself, which is the first there.
                text = re.sub(rf"^( *(?:initial-cluster|hosts):.*){re.escape(host)}:{port}\b",
                              rf"\g<1>127.0.0.1:{getattr(node, ours)}", text, flags=re.MULTILINE)
                text = re.sub(rf"\b{re.escape(host)}:{port}\b", f"127.0.0.1:{getattr(owner, ours)}", text)
        return yaml.safe_load(text)

    def etcd_write(self):
        made = self.example("etcd.yml") | {"name": self.name, "data-dir": str(self.dir / "etcd")}
        made["listen-client-urls"] = f"http://127.0.0.1:{self.client}"
        path = self.dir / "etcd.yml"
        path.write_text(yaml.safe_dump(made))
        return path

    def patroni_write(self):
        made = self.example("patroni.yml") | {"name": self.name}
        parameters = made["bootstrap"]["dcs"]["postgresql"]["parameters"]
        # Small, and without what needs another machine or certificates; what keeps commits is untouched.
        parameters |= {"shared_buffers": "64MB", "max_wal_size": "1GB", "wal_keep_size": "256MB",
                       "max_connections": 60}
        del parameters["archive_mode"], parameters["archive_command"]
        made["bootstrap"]["pg_hba"] = made["bootstrap"]["dcs"]["postgresql"]["pg_hba"] = [
            "local all all trust", "host all all 127.0.0.1/32 scram-sha-256",
            "host replication all 127.0.0.1/32 scram-sha-256"]
        made["postgresql"] |= {"data_dir": str(self.dir / "data"), "pgpass": str(self.dir / "pgpass"),
                               "parameters": {"unix_socket_directories": str(self.dir)}}
        for who in made["postgresql"]["authentication"].values():
            who["password"] = SECRET
        path = self.dir / "patroni.yml"
        path.write_text(yaml.safe_dump(made))
        return path

    def run(self, name, *command):
        log = open(self.dir / f"{name}.log", "ab")
        with log:
            return subprocess.Popen(list(map(str, command)), stdin=subprocess.DEVNULL, stdout=log,
                                    stderr=log, cwd=self.dir, start_new_session=True,
                                    env={"PATH": os.environ["PATH"], "LANG": "C.UTF-8",
                                         "HOME": str(self.dir)}, **as_user())

    def start(self):
        """Starts what is not running: the first time and after a kill."""
        if self.etcd is None:
            self.etcd = self.run("etcd", "etcd", "--config-file", self.etcd_write())
        if self.patroni is None:
            self.patroni = self.run("patroni", "patroni", self.patroni_write())

    def postmaster(self):
        """The process id of its PostgreSQL; None when none runs."""
        try:
            pid = int((self.dir / "data" / "postmaster.pid").read_text().split("\n", 1)[0])
        except (OSError, ValueError):
            return None
        return pid if server.is_alive(pid) else None

    def kill_postgres(self):
        """kill -9 of PostgreSQL alone."""
        signal_all([self.postmaster()], signal.SIGKILL)

    def everything(self):
        """The process ids of all that runs on it, the database first."""
        postmaster = self.postmaster()
        found = [] if postmaster is None else [postmaster, *server.children(postmaster)]
        for process in (self.patroni, self.etcd):
            if process is not None:
                found += [*server.children(process.pid), process.pid]
        return found

    def freeze(self):
        """All of it stands still, as a virtual machine may, and its connections stay."""
        signal_all(self.everything(), signal.SIGSTOP)

    def thaw(self):
        signal_all(self.everything(), signal.SIGCONT)

    def kill(self):
        """kill -9 of everything on it."""
        signal_all(self.everything(), signal.SIGKILL)
        for process in (self.patroni, self.etcd):
            if process is not None:
                process.wait()
        self.patroni = self.etcd = None

    def ask(self, path, body=None):
        """Patroni's answer, or None."""
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"http://127.0.0.1:{self.rest}{path}", data=data,
                                         headers={"Content-Type": "application/json"})
        try:
            with urllib.request.urlopen(request, timeout=60 if data else CALL_S) as answer:
                return answer.read()
        except (OSError, urllib.error.URLError):
            return None


class Cluster:
    """All of them. clean_up() ends them, by their ids."""

    def __init__(self, directory):
        self.dir = pathlib.Path(directory)
        self.dir.mkdir(exist_ok=True)
        self.dir.chmod(0o755)
        self.nodes = [Node(self, name, [free_port() for _ in range(4)]) for name in NAMES]

    def start(self):
        for node in self.nodes:
            node.start()
        self.wait()
        self.sql("postgres", f"CREATE ROLE guichet LOGIN PASSWORD '{SECRET}'")
        self.sql("postgres", "CREATE DATABASE guichet OWNER guichet TEMPLATE template0 "
                             "ENCODING 'UTF8' LOCALE 'C.UTF-8'")
        # libpq goes on to the next host of a list after a standby, but not after one that refuses the login.
        server.eventually(lambda: all(self.lets_in(node) for node in self.nodes),
                          START_S, "the standbys know the role and the database too")
        return self

    def members(self):
        """What Patroni knows of each node: {name: (role, state)}."""
        for node in self.nodes:
            told = node.ask("/cluster")
            if told is not None:
                return {member["name"]: (member["role"], member["state"])
                        for member in json.loads(told)["members"]}
        return {}

    def is_whole(self):
        """A leader, a synchronous standby, and another one that follows."""
        told = self.members()
        roles = sorted(role for role, state in told.values() if state in ("running", "streaming"))
        return roles == ["leader", "replica", "sync_standby"]

    def wait(self):
        server.eventually(self.is_whole, START_S, "the cluster has a leader and both standbys")
        return self

    def named(self, role):
        """The node with that role."""
        name = next(name for name, (has, _) in self.members().items() if has == role)
        return next(node for node in self.nodes if node.name == name)

    def switch_over(self):
        """Hands the lead to the synchronous standby, as somebody who plans it would."""
        leader, heir = self.named("leader"), self.named("sync_standby")
        told = leader.ask("/switchover", {"leader": leader.name, "candidate": heir.name})
        assert told is not None, f"{leader.name} does not hand over to {heir.name}"

    def psql(self, node, role, database, text):
        """Runs a statement on a node; the ended psql."""
        return subprocess.run(
            [BINARIES / "psql", "-h", "127.0.0.1", "-p", str(node.port), "-U", role, "-d",
             database, "-v", "ON_ERROR_STOP=1", "-qAtc", text],
            env={**os.environ, "PGPASSWORD": SECRET}, capture_output=True, text=True, check=False)

    def sql(self, database, text):
        """Runs a statement on the leader as its superuser; what it prints."""
        done = self.psql(self.named("leader"), "postgres", database, text)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def lets_in(self, node):
        """Whether our role gets to its database there."""
        return self.psql(node, "guichet", "guichet", "SELECT 1").returncode == 0

    def url(self):
        """The address of the database, wherever it is."""
        hosts = ",".join(f"127.0.0.1:{node.port}" for node in self.nodes)
        return (f"postgresql://guichet:{SECRET}@{hosts}/guichet"
                "?target_session_attrs=read-write&connect_timeout=2")

    def clean_up(self):
        """Ends everything that we started, whatever state it is in."""
        for node in self.nodes:
            node.kill()
