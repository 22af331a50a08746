"""The subcommands that journeys use, each in one place."""

import json
import os

from support import server


def run(running, *words, expect=0):
    return server.command(*words, "--data", running.dir, settings=running.settings, expect=expect)


def told(running, *words):
    return json.loads(run(running, *words, "--json"))


def backup(running, file, expect=0):
    return run(running, "backup", file, expect=expect)


def restore(running, file, *options, expect=0):
    return run(running, "restore", file, *options, expect=expect)


def payouts(account, *options):
    """The newest payouts of an account's merchant."""
    return told(account.server, "payout", "list", merchant_id(account), *options)


def keys(running, merchant):
    return told(running, "keys", "list", merchant)


def merchant_id(account):
    """The merchant that holds an account's keys."""
    # Newest first: ids sort by time, and tests ask for a merchant just made.
    for merchant in sorted(told(account.server, "merchant", "list"), key=lambda row: row["id"],
                           reverse=True):
        shown = {key["shown"] for key in keys(account.server, merchant["id"])}
        if account.public_key in shown:
            return merchant["id"]
    raise AssertionError("no merchant has this public key")


def add_keys(account, *options):
    """Another pair for the same merchant: {"public_key", "secret_key"}."""
    return told(account.server, "keys", "add", merchant_id(account), *options)


def roll_key(account, *options):
    """A new secret key; the old ones end after an overlap."""
    return told(account.server, "keys", "roll", merchant_id(account), *options)["secret_key"]


def revoke_key(account, key):
    return run(account.server, "keys", "revoke", merchant_id(account), key)


def new_kek(path):
    """A file with a new key-encryption key."""
    path.write_text(os.urandom(32).hex() + "\n")
    path.chmod(0o400)
    return path


def mails(account, *options):
    """What became of an account's mails, newest first."""
    return told(account.server, "mail", "list", merchant_id(account), *options)
