# SPDX-License-Identifier: PostgreSQL
"""A receiver of webhooks that fails at random, for relay.t. It verifies each signature independently, as Standard
Webhooks says, and records each accepted message as a line of a file. The seed determines its answers: it accepts most
messages with 204, refuses some (503, 429, or a closed connection), and accepts some without an answer.

    receiver.py FOLDER SECRET SEED     writes FOLDER/port, and FOLDER/taken: webhook-id, a tab, the body
"""
import base64
import hashlib
import hmac
import http.server
import json
import os
import random
import socket
import sys
import time

folder, secret, seed = sys.argv[1:]
key = base64.b64decode(secret.removeprefix("whsec_"))
chance = random.Random(int(seed))


def is_signed(headers, body):
    content = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    expected = "v1," + base64.b64encode(hmac.new(key, content, hashlib.sha256).digest()).decode()
    return expected in headers["webhook-signature"].split(" ") and abs(time.time() - int(headers["webhook-timestamp"])) < 300


class Receiver(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 1  # an idle connection makes room for the next one

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if not is_signed(self.headers, body):
            with open(f"{folder}/forged", "a") as file:
                file.write(f"{self.headers}\n")
            return self.answer(401)
        if self.path.split("?")[0] == "/gone":
            return self.answer(410)
        if self.path != "/mended" and json.loads(body)["data"].get("request", {}).get("event_name") == "Unwanted":
            return self.answer(400)
        fate = chance.random() if self.path == "/" else 1
        if fate < 0.08:
            return self.answer(503)
        if fate < 0.12:
            return self.answer(429, {"Retry-After": "0"})
        if fate < 0.16:
            return self.hang_up()
        with open(f"{folder}/taken", "a") as file:
            file.write(f"{self.headers['webhook-id']}\t{body.decode()}\n")
        return self.hang_up() if fate < 0.22 else self.answer(204)

    def answer(self, status, headers=()):
        self.send_response(status)
        for name, value in dict(headers).items():
            self.send_header(name, value)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def hang_up(self):
        self.close_connection = True
        self.connection.shutdown(socket.SHUT_RDWR)

    def log_message(self, *_):
        pass


# One connection at a time: what a killed relay has sent is taken before the next one's messages.
server = http.server.HTTPServer(("127.0.0.1", 0), Receiver)
with open(f"{folder}/port.new", "w") as file:
    file.write(str(server.server_port))
os.rename(f"{folder}/port.new", f"{folder}/port")
server.serve_forever()
