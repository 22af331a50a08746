"""The commands in the page for operators are ones that the program understands."""

import re
import shlex
import subprocess

import pytest

from support import server

PAGE = server.ROOT / "docs" / "operations.md"
COMMAND = re.compile(r"guichet(?:-as-service)? ([a-z].*)")
SOMEBODY = "0" * 24


def named():
    """Each once, without what calls the service and without comments."""
    text = PAGE.read_text(encoding="utf-8")
    lines = [line.split("  #")[0] for block in re.findall(r"^```sh\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
             for line in block.splitlines()]
    lines += [" ".join(span.split()) for span in re.findall(r"`([^`]+)`", re.sub(r"```.*?```", "", text, flags=re.DOTALL))]
    steps = [step.strip() for line in lines for step in line.split("&&")]
    return sorted({found[1].strip() for step in steps if (found := COMMAND.fullmatch(step))})


def filled(words):
    """With something in the places of what an operator has."""
    for word, value in {"MERCHANT": SOMEBODY, "ID": SOMEBODY, "NUMBER": "1", "HOST": "127.0.0.1:1"}.items():
        words = re.sub(rf"\b{word}\b", value, words)
    words = re.sub(r"\$\([^)]*\)", "now", words)
    return shlex.split(words.replace("/var/lib/guichet", "/nowhere"))


@pytest.mark.parametrize("command", named())
def test_is_understood(command, tmp_path):
    """Refused for want of a database, or short for one that is told in full by its help."""
    done = subprocess.run([server.binary(), *filled(command), "--data", tmp_path / "none"], capture_output=True,
                          text=True, env=server.environment({}), check=False, timeout=60)
    if done.returncode == 2:
        help_text = server.command(command.split()[0], "--help")
        assert re.search(rf"guichet {re.escape(command)}\b", help_text), done.stderr


def test_there_are_some():
    assert len(named()) > 20
