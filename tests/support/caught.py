"""What reached somebody: mails and text messages that the sandbox caught."""

from urllib.parse import urlencode

from support import wire
from support.server import eventually


def messages(account, to):
    """All of one receiver, newest first."""
    answer = wire.exchange(f"{account.base_url}/sandbox/mail?{urlencode({'to': to})}", "GET", None,
                           {"Accept": "application/json"})
    assert answer.status == 200, answer
    return answer.json["mails"]


def about(account, to, words, count=1):
    """Those that hold these words, once there are as many as that."""
    def look():
        found = [message for message in messages(account, to) if words in message["text"]]
        return found if len(found) >= count else None

    return eventually(look, 20, f"{count} messages to {to} about {words}")
