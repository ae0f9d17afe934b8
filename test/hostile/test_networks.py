# SPDX-License-Identifier: PostgreSQL
"""Promise: at the public address nginx counts clients by IPv4 address, and by the first 56 bits of an IPv6 address,
which belong to one subscriber; an IPv4 address written as IPv6 counts as the IPv4 address.

Why it could break: the key is the whole address, of which a subscriber has as many as nginx has places for; all of IPv4
counts as one network. In a test every client has the same address, so the stack's own map and zone run in an nginx that
takes the client's address from a header."""

import http.client
import os
import pathlib
import re
import socket
import subprocess

import pytest

from raw import until

CONFIGURATION = """daemon off; master_process off; pid "{folder}/pid"; error_log "{folder}/log";
events {{}}
http {{
    access_log off;
    client_body_temp_path "{folder}/1"; proxy_temp_path "{folder}/2"; fastcgi_temp_path "{folder}/3";
    uwsgi_temp_path "{folder}/4"; scgi_temp_path "{folder}/5";
    {site}
    server {{
        listen "unix:{folder}/socket";
        set_real_ip_from unix:;
        limit_req zone=jb_address_rate;
        limit_req_status 429;
        location / {{ empty_gif; }}
    }}
}}
"""


class Client(http.client.HTTPConnection):
    def __init__(self, path):
        super().__init__("localhost", timeout=30)
        self.path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.connect(self.path)


def listens(path):
    """A socket has its name before anybody listens on it."""
    with socket.socket(socket.AF_UNIX) as asking:
        return asking.connect_ex(str(path)) == 0


@pytest.fixture
def ask_from(service, tmp_path):
    """The status of a request from that address."""
    site = pathlib.Path(os.environ["JB_STACK_DIR"], "room/nginx/site.conf").read_text()
    own = re.findall(r"^map \$(?:remote_addr|jb_four_groups) .*?^}|^limit_req_zone [^\n]*zone=jb_address_rate:[^\n]*;$", site, re.MULTILINE | re.DOTALL)
    (tmp_path / "nginx.conf").write_text(CONFIGURATION.format(
        folder=tmp_path, site=re.sub(r"rate=\S+r/s", "rate=1r/m", "\n".join(own))))
    process = subprocess.Popen(["nginx", "-p", tmp_path, "-c", tmp_path / "nginx.conf"])
    until(lambda: process.poll() is not None or listens(tmp_path / "socket"), "nginx")

    def status(address):
        client = Client(str(tmp_path / "socket"))
        client.request("GET", "/", headers={"X-Real-IP": address})
        answer = client.getresponse().status
        client.close()
        return answer

    yield status
    process.terminate()
    process.wait(30)


def test_ipv6_counts_by_its_first_56_bits(ask_from):
    assert ask_from("2001:db8:a0a:2::1") == 200
    own = ("2001:db8:a0a:2::1", "2001:db8:a0a:2::2", "2001:db8:a0a:2:ffff:ffff:ffff:ffff", "2001:db8:a0a:3::1", "2001:db8:a0a:ff::1", "2001:db8:a0a::1")
    assert [ask_from(address) for address in own] == [429] * len(own)
    assert ask_from("2001:db8:a0a:100::1") == 200 and ask_from("2001:db8:a0a:1ff::1") == 429
    assert ask_from("2001:db8:a0a:1100::1") == 200 and ask_from("2001:db8:a0a:11ab::1") == 429


@pytest.mark.parametrize("first, second", [
    ("2001:db8::1", "2001:db8:0:0:1:2:3:4"), ("2001:db8:1::1", "2001:db8:1:0:1:2:3:4"), ("2001::1", "2001:0:0:0:1::1"),
    ("2001:0:0:4:5:6:7:8", "2001:0:0:4:5::"), ("2001:db8:0:4:5:6:7:8", "2001:db8:0:4::"), ("::1", "0:0:0:1:1:1:1:1"),
])
def test_ipv6_counts_however_its_zeros_are_written(ask_from, first, second):
    assert ask_from(first) == 200 and ask_from(second) == 429
    assert ask_from("2001:db8:ffff:100::1") == 200


def test_ipv6_of_other_networks_is_another(ask_from):
    networks = ["2001:db8::1", "2001:db8:0:100::1", "2001:db8:1::1", "2001::1", "2001:0:0:100::1", "::1", "0:0:1::1", "0:0:0:100:1:1:1:1"]
    assert [ask_from(address) for address in networks] == [200] * len(networks)


def test_ipv4_counts_by_all_of_it(ask_from):
    assert ask_from("192.0.2.1") == 200 and ask_from("192.0.2.2") == 200
    assert ask_from("192.0.2.1") == 429
    assert ask_from("::ffff:192.0.2.3") == 200 and ask_from("::ffff:192.0.2.4") == 200
    assert ask_from("192.0.2.3") == 429, "one address, written in two ways"
