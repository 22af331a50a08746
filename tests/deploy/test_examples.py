"""The examples of deploy/examples: the programs that they are for accept them."""

import pathlib
import re
import shutil
import socket
import subprocess

import pytest

from support import server, wire
from support.ports import free_port

EXAMPLES = server.ROOT / "deploy" / "examples"
CLUSTER = EXAMPLES / "three-nodes"
OURS = sorted([*EXAMPLES.rglob("guichet*.conf"), server.ROOT / "deploy" / "guichet.conf"])
NODE = re.compile(r"\b10\.0\.0\.1[123]\b")


def needs(program):
    """Skips a test without the program."""
    found = shutil.which(program, path="/usr/sbin:/usr/bin:/sbin:/bin")
    if found is None:
        pytest.skip(f"needs {program}: ./setup cluster")
    return found


def run(*command):
    return subprocess.run(list(map(str, command)), capture_output=True, text=True, check=False,
                          timeout=60)


@pytest.mark.parametrize("example", OURS, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_the_program_takes_its_configuration(example, tmp_path):
    text = example.read_text(encoding="utf-8")
    (tmp_path / "guichet.conf").write_text(text, encoding="utf-8")
    told = server.command("config", "--data", tmp_path)
    section = ""
    for line in text.splitlines():
        if line.startswith("["):
            section = told.split(line, 1)[1].split("\n[", 1)[0]
        elif " = " in line and not line.startswith(";"):
            assert f"\n{line}\n" in section + "\n"


def test_a_key_that_is_none_is_refused(tmp_path):
    (tmp_path / "guichet.conf").write_text("[server]\nprot = 80\n", encoding="utf-8")
    server.command("config", "--data", tmp_path, expect=1)


def test_haproxy_takes_its_configuration(tmp_path):
    program = needs("haproxy")
    text = (CLUSTER / "haproxy.cfg").read_text(encoding="utf-8")
    pem = tmp_path / "pay.pem"
    made = run("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout",
               tmp_path / "key", "-out", tmp_path / "cert", "-subj", "/CN=pay.example.com", "-days", 2)
    assert made.returncode == 0
    pem.write_text((tmp_path / "key").read_text() + (tmp_path / "cert").read_text())
    config = tmp_path / "haproxy.cfg"
    config.write_text(text.replace("/etc/haproxy/pay.example.com.pem", str(pem)))
    done = run(program, "-c", "-f", config)
    assert done.returncode == 0, done.stderr
    assert "WARNING" not in done.stderr, done.stderr


@pytest.fixture
def proxied(session_server, tmp_path):
    """The address of haproxy with the example's frontend and backends, without TLS, before a server of ours."""
    program = needs("haproxy")
    port = free_port()
    text = (CLUSTER / "haproxy.cfg").read_text(encoding="utf-8")
    text = re.sub(r"^listen postgresql\n(?:.*\n)*?\n", "", text, flags=re.MULTILINE)
    text = text.replace("maxconn 20000", "maxconn 100")
    text = re.sub(r"bind :443 .*", f"bind 127.0.0.1:{port}", text)
    text = re.sub(r"10\.0\.0\.1[12]:8080", f"{session_server.host}:{session_server.port}", text)
    config = tmp_path / "haproxy.cfg"
    config.write_text(text)
    running = subprocess.Popen([program, "-db", "-f", config], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        address = f"http://127.0.0.1:{port}"
        server.eventually(lambda: asked(address + "/healthz") == 200, 20, "haproxy leads to the server")
        yield address
    finally:
        running.kill()
        running.wait()


def asked(url):
    try:
        return wire.exchange(url, "GET", None, {}).status
    except wire.NotSent:
        return None


def test_the_figures_are_not_for_the_world(proxied, session_server):
    """In no form of the path in which the server gives them."""
    for path in ("/metrics", "/metrics/", "/metrics?x=1", "/metrics/?x=1"):
        assert asked(session_server.base_url + path) == 200
        assert asked(proxied + path) == 403, path
    assert asked(proxied + "/v2/ping") == 401


def test_patroni_takes_its_configuration(tmp_path):
    """Its own check, which asks for a reachable etcd and ports that are free."""
    program = needs("patroni")
    if not pathlib.Path("/usr/lib/postgresql/15/bin/postgres").exists():
        pytest.skip("needs postgresql-15")
    with socket.create_server(("127.0.0.1", 0)) as etcd:
        place = f"127.0.0.1:{etcd.getsockname()[1]}"
        text = (CLUSTER / "patroni.yml").read_text(encoding="utf-8")
        text = re.sub(r"10\.0\.0\.1[123]:2379", place, text)
        text = re.sub(r"^(  listen:) .*$", lambda match: f"{match[1]} 127.0.0.1:{free_port()}", text,
                      flags=re.MULTILINE)
        (tmp_path / "patroni.yml").write_text(text)
        done = run(program, "--validate-config", tmp_path / "patroni.yml")
    assert (done.returncode, done.stdout) == (0, ""), done.stdout + done.stderr


def test_no_acknowledged_commit_is_on_one_disk_only():
    text = (CLUSTER / "patroni.yml").read_text(encoding="utf-8")
    for line in ("synchronous_mode: true", "synchronous_mode_strict: true",
                 'synchronous_commit: "on"', "- data-checksums"):
        assert f"{line}\n" in text
    number = {name: int(re.search(rf"^ +{name}: (\d+)$", text, re.MULTILINE)[1])
              for name in ("ttl", "loop_wait", "retry_timeout")}
    assert number["loop_wait"] + 2 * number["retry_timeout"] <= number["ttl"]


def test_the_nodes_are_the_same_everywhere():
    """Each file names all three, or itself and nobody else."""
    for path in CLUSTER.iterdir():
        named = set(NODE.findall(path.read_text(encoding="utf-8")))
        assert named and named <= {"10.0.0.11", "10.0.0.12", "10.0.0.13"}, path
