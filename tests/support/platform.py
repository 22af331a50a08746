"""An accredited platform of our own, as XP Z12-013 has it: tokens, Directory Service, Flow Service."""

import hashlib
import http.server
import json
import threading
import urllib.parse
from email.parser import BytesParser

CLIENT, SECRET = "sponsor", "s3cr+t &=%"


class Platform:
    """What it knows: `companies` by SIREN, `lines` (their addressing information), `flows` by their
    tracking id. `fail` answers every call with that status; `acks` says what becomes of flows."""

    def __init__(self):
        self.companies, self.lines, self.flows = {}, [], {}
        self.calls, self.tokens, self.fail, self.ack = [], set(), None, "Ok"
        self.expires_in, self.made = 3600, "token-{}"
        platform = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                status, answer = platform.answer(self.command, self.path, self.headers, body)
                text = json.dumps(answer, ensure_ascii=False).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(text)))
                self.end_headers()
                self.wfile.write(text)

            do_GET = do_POST

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True)
        self.thread.start()
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"

    def settings(self, directory):
        """For a server that is to use it."""
        secret = directory / "platform-secret"
        secret.write_text(SECRET + "\n")
        return {"PLATFORM_DIRECTORY_URL": self.url + "/directory", "PLATFORM_FLOW_URL":
                self.url + "/flow", "PLATFORM_TOKEN_URL": self.url + "/token",
                "PLATFORM_CLIENT_ID": CLIENT, "PLATFORM_SECRET_FILE": secret,
                "PLATFORM_ORGANIZATION": "org-1"}

    def answer(self, verb, path, headers, body):
        self.calls.append((verb, path))
        if path == "/token":
            return self.token(headers, body)
        if headers.get("Authorization") not in {f"Bearer {token}" for token in self.tokens}:
            return 401, {"errorCode": "unauthorized"}
        assert headers["Request-Id"] and headers["Organization-Id"] == "org-1"
        if self.fail is not None:
            return self.fail, {"errorCode": "failed"}
        if path.startswith("/directory/v1/siren/code-insee:"):
            company = self.companies.get(path.rsplit(":", 1)[1])
            return (404, {}) if company is None else (200, company)
        if (verb, path) == ("POST", "/directory/v1/directory-line/search"):
            return self.search(json.loads(body))
        if (verb, path) == ("POST", "/directory/v1/directory-line"):
            return self.add(json.loads(body))
        if (verb, path) == ("POST", "/flow/v1/flows/search"):
            wanted = json.loads(body)["where"]["trackingId"]
            return 200, {"results": [self.flows[wanted]] if wanted in self.flows else []}
        if (verb, path) == ("POST", "/flow/v1/flows"):
            return self.submit(headers, body)
        return 404, {}

    def token(self, headers, body):
        asked = dict(urllib.parse.parse_qsl(body.decode(), strict_parsing=True))
        assert headers["Content-Type"] == "application/x-www-form-urlencoded"
        if asked != {"grant_type": "client_credentials", "client_id": CLIENT,
                     "client_secret": SECRET}:
            return 401, {"error": "invalid_client"}
        token = self.made.format(len(self.calls))
        self.tokens.add(token)
        return 200, {"access_token": token, "token_type": "Bearer", "expires_in": self.expires_in}

    def search(self, asked):
        siren = asked["filters"]["siren"]
        assert siren["op"] == "strict" and asked["limit"] == 100
        found = [{"addressingIdentifier": "_".join(line.values()), "siren": line["siren"],
                  "siret": line.get("siret"), "addressingSuffix": line.get("addressingSuffix"),
                  "routingCode": None if "routingIdentifier" not in line else {
                      "routingIdentifier": line["routingIdentifier"],
                      "routingIdentifierType": "0224", "routingCodeName": "Achats",
                      "managesLegalCommitment": True}}
                 for line in self.lines if line["siren"] == siren["value"]]
        return 200, {"totalNumberOfResults": len(found), "results": found}

    def add(self, asked):
        assert set(asked) == {"period", "addressingInformation"}
        if asked["addressingInformation"] in self.lines:
            return 409, {"errorCode": "exists"}
        self.lines.append(asked["addressingInformation"])
        return 201, {"idInstance": len(self.lines)}

    def submit(self, headers, body):
        message = BytesParser().parsebytes(
            b"Content-Type: " + headers["Content-Type"].encode() + b"\r\n\r\n" + body)
        parts = {part.get_param("name", header="Content-Disposition"): part.get_payload(decode=True)
                 for part in message.get_payload()}
        info = json.loads(parts["flowInfo"])
        assert info["sha256"] == hashlib.sha256(parts["file"]).hexdigest()
        details = [] if self.ack == "Ok" else [{"level": "Error", "reasonCode": "InvalidSchema"}]
        flow = info | {"flowId": f"flow-{len(self.flows)}", "acknowledgement":
                       {"status": self.ack, "details": details}}
        self.flows[info["trackingId"]] = flow
        return 202, flow

    def close(self):
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()
