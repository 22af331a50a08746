"""Somebody's mail server: an independent receiver of SMTP (RFC 5321), not the sandbox's own catcher."""

import email
import email.policy
import socketserver
import threading
import time

from support.server import eventually

MAX_LINE = 1000


class Letter:
    """A message that was taken, with its envelope."""

    def __init__(self, sender, receiver, raw):
        self.sender, self.receiver, self.raw = sender, receiver, raw
        self.message = email.message_from_bytes(raw, policy=email.policy.default)

    subject = property(lambda self: self.message["Subject"])
    id = property(lambda self: self.message["Message-ID"])

    def part(self, kind):
        """The text of the part text/plain or text/html."""
        (found,) = [part for part in self.message.walk() if part.get_content_type() == f"text/{kind}"]
        assert found.get_content_charset() == "utf-8" and not found.defects
        return found.get_content()

    text = property(lambda self: self.part("plain"))
    html = property(lambda self: self.part("html"))


class Postbox:
    """answers says what comes instead of yes, by receiver: {"full@example.com": "552 full"}; a
    receiver in `hangs` is taken, and the link is cut before the answer to its message. no says what
    comes instead of yes by command, "" for the greeting: {"MAIL": "530 who are you?"}. It looks at each message for
    `looks_s` before it says that it has it. Commands in `silent` get no answer."""

    def __init__(self, answers=None, hangs=(), no=None, looks_s=0, silent=()):
        self.answers = dict(answers or {})
        self.hangs = set(hangs)
        self.no = dict(no or {})
        self.silent = set(silent)
        self.links = self.links_most = 0  # at once
        self.letters = []
        self.asked = []  # each RCPT, refused or not
        self.lock = threading.Lock()
        postbox = self

        class Handler(socketserver.StreamRequestHandler):
            def say(self, line):
                self.wfile.write(line.encode() + b"\r\n")

            def read(self):
                line = self.rfile.readline(MAX_LINE + 2)
                assert line == b"" or line.endswith(b"\r\n"), line
                return line

            def message(self):
                raw = b""
                while (line := self.read()) != b".\r\n":
                    if line == b"":
                        return None
                    raw += line[1:] if line.startswith(b".") else line
                return raw

            def handle(self):
                postbox.link(1)
                try:
                    self.serve()
                finally:
                    postbox.link(-1)

            def serve(self):
                self.say(postbox.no.get("", "220 postbox.example.com"))
                sender, receivers = None, []
                while line := self.read().decode().rstrip("\r\n"):
                    verb = line.upper()
                    if verb[:4] in postbox.silent:
                        continue
                    if verb[:4] in postbox.no:
                        self.say(postbox.no[verb[:4]])
                    elif verb.startswith(("EHLO", "HELO", "RSET", "NOOP")):
                        self.say("250 postbox.example.com")
                    elif verb.startswith("MAIL FROM:"):
                        sender, receivers = address(line), []
                        self.say("250 ok")
                    elif verb.startswith("RCPT TO:"):
                        told = postbox.ask(address(line))
                        receivers += [address(line)] if told.startswith("250") else []
                        self.say(told)
                    elif verb == "DATA" and receivers:
                        self.say("354 go on")
                        raw = self.message()
                        if raw is None or not postbox.take(sender, receivers, raw):
                            return
                        time.sleep(looks_s)
                        self.say("250 taken")
                    elif verb == "QUIT":
                        self.say("221 bye")
                        return
                    else:
                        self.say("503 not now")

        class Server(socketserver.ThreadingTCPServer):
            daemon_threads = True
            allow_reuse_address = True

            def handle_error(self, *_):
                pass  # a client that is gone is no news here

        self.server = Server(("127.0.0.1", 0), Handler)
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True)
        self.thread.start()

    url = property(lambda self: f"smtp://127.0.0.1:{self.server.server_address[1]}")

    def link(self, more):
        with self.lock:
            self.links += more
            self.links_most = max(self.links_most, self.links)

    def ask(self, receiver):
        with self.lock:
            self.asked.append(receiver)
            return self.answers.get(receiver, "250 ok")

    def take(self, sender, receivers, raw):
        with self.lock:
            self.letters += [Letter(sender, receiver, raw) for receiver in receivers]
            return not self.hangs.intersection(receivers)

    def to(self, receiver):
        with self.lock:
            return [letter for letter in self.letters if letter.receiver == receiver]

    def one(self, receiver, words, seconds=20):
        """The letter to this receiver with these words in its subject: exactly one, once it is there."""
        def look():
            return [letter for letter in self.to(receiver) if words in letter.subject]

        eventually(look, seconds, f"a letter to {receiver} about {words}")
        (letter,) = look()
        return letter

    def close(self):
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


def address(line):
    return line[line.index("<") + 1:line.index(">")]
