"""A certificate of this machine, made on the spot by openssl and trusted by nobody else."""

import shutil
import ssl
import subprocess
from pathlib import Path

HAS_OPENSSL = shutil.which("openssl") is not None


def make_certificate(folder: Path) -> Path:
    """Make key and certificate for 127.0.0.1 and localhost, in one file."""
    both = folder / "server.pem"
    command = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"]
    command += ["-nodes", "-days", "2", "-subj", "/CN=localhost", "-keyout", str(both)]
    command += ["-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"]
    made = subprocess.run(command, capture_output=True, check=True)
    with both.open("ab") as file:
        file.write(made.stdout)
    return both


def server_context(certificate: Path) -> ssl.SSLContext:
    """How a server shows it."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context
