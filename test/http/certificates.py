# SPDX-License-Identifier: PostgreSQL
"""Certificates that the development CA would never issue, and another nginx for tests that would break the stack's."""

import contextlib
import datetime
import os
import random
import re
import shutil
import socket
import subprocess
import time

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

ORGANISATION = (NameOID.ORGANIZATION_NAME, "jb_scheduler development")
CLIENT, SERVER = ExtendedKeyUsageOID.CLIENT_AUTH, ExtendedKeyUsageOID.SERVER_AUTH
DAY = datetime.timedelta(1)


def name(*attributes):
    """A subject of these attributes, each in its own relative distinguished name. The library does not check their
    length: since version 42 it counts bytes, where X.520 counts characters."""
    return x509.Name([x509.NameAttribute(oid, value, _validate=False) for oid, value in attributes])


def common(text):
    """The subject that dev/pki gives to NAME."""
    return name(ORGANISATION, (NameOID.COMMON_NAME, text))


def write(path, *items):
    with open(path, "wb") as file:
        for item in items:
            file.write(item.public_bytes(serialization.Encoding.PEM))


class Authority:
    """A CA: the stack's own (`load`), or another one, perhaps under the same name (`make`)."""

    def __init__(self, certificate, key):
        self.certificate, self.key = certificate, key

    @classmethod
    def load(cls, pki):
        with open(os.path.join(pki, "ca.crt"), "rb") as file:
            certificate = x509.load_pem_x509_certificate(file.read())
        with open(os.path.join(pki, "ca.key"), "rb") as file:
            return cls(certificate, serialization.load_pem_private_key(file.read(), None))

    @classmethod
    def make(cls, subject, above=None):
        key = ec.generate_private_key(ec.SECP256R1())
        signer = above or cls(None, key)
        now = datetime.datetime.utcnow()
        builder = (x509.CertificateBuilder().subject_name(subject).public_key(key.public_key())
                   .issuer_name(above.certificate.subject if above else subject)
                   .serial_number(x509.random_serial_number()).not_valid_before(now - DAY).not_valid_after(now + DAY)
                   .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
                   .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False))
        return cls(builder.sign(signer.key, hashes.SHA256()), key)

    def issue(self, folder, label, subject, begins=-DAY, ends=DAY, usage=CLIENT, chain=(), weak=False):
        """Writes LABEL.crt and LABEL.key into folder; the chain, if any, follows the certificate."""
        key = rsa.generate_private_key(65537, 1024) if weak else ec.generate_private_key(ec.SECP256R1())
        now = datetime.datetime.utcnow()
        builder = (x509.CertificateBuilder().subject_name(subject).public_key(key.public_key())
                   .issuer_name(self.certificate.subject).serial_number(x509.random_serial_number())
                   .not_valid_before(now + begins).not_valid_after(now + ends)
                   .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
                   .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(self.key.public_key()), critical=False))
        if usage:
            builder = builder.add_extension(x509.ExtendedKeyUsage([usage]), critical=False)
        path = os.path.join(folder, label)
        write(path + ".crt", builder.sign(self.key, hashes.SHA256()), *(authority.certificate for authority in chain))
        with open(path + ".key", "wb") as file:
            file.write(key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8,
                                         serialization.NoEncryption()))
        return path

    def revocations(self, *certificates, ends=DAY):
        now = datetime.datetime.utcnow()
        builder = (x509.CertificateRevocationListBuilder().issuer_name(self.certificate.subject)
                   .last_update(now - 2 * DAY).next_update(now + ends))
        for certificate in certificates:
            builder = builder.add_revoked_certificate(
                x509.RevokedCertificateBuilder().serial_number(certificate.serial_number).revocation_date(now - DAY).build())
        return builder.sign(self.key, hashes.SHA256())


def names(path):
    """Issuer and subject as an operator reads them from openssl: RFC 2253."""
    def part(which):
        text = subprocess.check_output(["openssl", "x509", "-in", path + ".crt", "-noout", "-" + which, "-nameopt", "RFC2253"])
        return text.decode().rstrip("\n").removeprefix(which + "=")
    return part("issuer"), part("subject")


def free_port():
    """A port that no connection gets by itself meanwhile (ip_local_port_range), nor dev/stack."""
    while True:
        port = random.randrange(10_000, 20_000)
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port


class Nginx:
    """Another nginx like the stack's, with other ports and certificates, in front of the same jb_fcgi."""

    def __init__(self, folder, pki, change=lambda site: site):
        room = os.path.join(os.environ["JB_STACK_DIR"], "room", "nginx")
        self.folder = folder
        self.port, self.public_port = free_port(), free_port()
        os.makedirs(folder, exist_ok=True)
        with open(os.path.join(room, "nginx.conf"), encoding="utf-8") as file:
            main = file.read().replace(os.path.realpath(room), folder)
        main = re.sub(r'error_log "[^"]*"', f'error_log "{folder}/error.log"', main)
        with open(os.path.join(room, "site.conf"), encoding="utf-8") as file:
            site = file.read()
        with open(os.path.join(room, "public.conf"), encoding="utf-8") as file:
            public = file.read()
        ports = iter([self.port, free_port(), self.public_port])
        site = change(re.sub(r"listen 127\.0\.0\.1:\d+", lambda _: f"listen 127.0.0.1:{next(ports)}", site + public))
        site = site.replace(os.path.join(os.environ["JB_STACK_DIR"], "pki"), pki)
        site = re.sub(r'(access|error)_log "[^"]*"', rf'\1_log "{folder}/\1.log"', site)
        with open(os.path.join(room, "snippets", "jb_scheduler.conf"), encoding="utf-8") as file:
            locations = re.sub(r'error_log "[^"]*"', f'error_log "{folder}/error.log"', file.read())
        os.makedirs(os.path.join(folder, "snippets"), exist_ok=True)
        for path, text in (("nginx.conf", main), ("site.conf", site), ("public.conf", ""), ("snippets/jb_scheduler.conf", locations)):
            with open(os.path.join(folder, path), "w", encoding="utf-8") as file:
                file.write(text)
        self.process = None

    def __enter__(self):
        command = ["/usr/sbin/nginx", "-p", self.folder, "-c", os.path.join(self.folder, "nginx.conf"),
                   "-e", os.path.join(self.folder, "error.log")]
        subprocess.run([*command, "-t", "-q"], check=True)
        self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL)
        for _ in range(3000):
            try:
                socket.create_connection(("127.0.0.1", self.port)).close()
                return self
            except ConnectionRefusedError:
                time.sleep(0.02)
        raise AssertionError("nginx does not come up")

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(30)
        shutil.rmtree(self.folder, ignore_errors=True)
