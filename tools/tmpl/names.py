"""What the steps share: the shapes of names, and how they refuse."""

import re

NAME = re.compile(r"[a-z][a-z0-9_]*\Z")
PATH = re.compile(r"(?:\.\./)*[a-z][a-z0-9_]*\Z")
KEY = re.compile(r"[a-z][a-z0-9_]*(?:\.[a-z0-9_]+)*\Z")
PLACEHOLDER = re.compile(r"\{([a-z][a-z0-9_]*)\}")


class Refused(Exception):
    """What is wrong, with its file and line."""
