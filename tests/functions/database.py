"""A PostgreSQL of the machine's, with TLS and an authority of its own."""

import glob
import os
import pwd
import shutil
import signal
import socket
import subprocess
import time
from pathlib import Path

BIN = Path(sorted(glob.glob("/usr/lib/postgresql/*/bin"))[-1])


class Database:
    PASSWORD = "a-password-of-the-test"

    def __init__(self, directory):
        # PostgreSQL does not run as root; nobody's files are where nobody may go.
        self.root = Path("/tmp") / f"leeward-pg-{os.getpid()}-{directory.name}"
        self.root.mkdir(mode=0o755)
        self.certificates()
        self.user = None
        if os.getuid() == 0:
            known = {user.pw_name for user in pwd.getpwall()}
            self.user = "postgres" if "postgres" in known else "nobody"
            owner = pwd.getpwnam(self.user)
            for path in [self.root, *self.root.iterdir()]:
                os.chown(path, owner.pw_uid, owner.pw_gid)
        with socket.socket() as s:
            s.bind(("127.0.0.1", 0))
            self.port = s.getsockname()[1]
        (self.root / "password").write_text(self.PASSWORD)
        self.run(BIN / "initdb", "-D", self.data, "-U", "leeward", "-A", "scram-sha-256",
                 f"--pwfile={self.root}/password")
        self.server = subprocess.Popen(
            [BIN / "postgres", "-D", self.data, "-p", str(self.port), "-k", self.root,
             "-c", "listen_addresses=127.0.0.1", "-c", "ssl=on", "-c", "fsync=off",
             "-c", f"ssl_cert_file={self.root}/server.crt", "-c", f"ssl_key_file={self.root}/server.key"],
            user=self.user, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for _ in range(100):
            if self.sql("SELECT 1", "postgres") is not None:
                break
            time.sleep(0.1)
        self.sql("CREATE DATABASE orders", "postgres")

    @property
    def data(self):
        return self.root / "data"

    @property
    def authorities(self):
        return self.root / "ca.crt"

    def run(self, *command):
        subprocess.run([str(c) for c in command], check=True, capture_output=True, user=self.user)

    def certificates(self):
        def openssl(*args):
            subprocess.run(["openssl", *args], check=True, capture_output=True, cwd=self.root)

        curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]
        openssl("req", "-x509", *curve, "-keyout", "ca.key", "-out", "ca.crt", "-days", "2", "-subj", "/CN=test")
        openssl("req", *curve, "-keyout", "server.key", "-out", "server.csr", "-subj", "/CN=localhost")
        (self.root / "names").write_text("subjectAltName=DNS:localhost\nbasicConstraints=CA:FALSE\n")
        openssl("x509", "-req", "-in", "server.csr", "-CA", "ca.crt", "-CAkey", "ca.key", "-CAcreateserial",
                "-out", "server.crt", "-days", "2", "-extfile", "names")

    def sql(self, text, database="orders"):
        """Rows, one a line; `None` when it does not answer."""
        done = subprocess.run(
            [BIN / "psql", "-h", str(self.root), "-p", str(self.port), "-U", "leeward", "-d", database,
             "-tAc", text], capture_output=True, text=True, env={**os.environ, "PGPASSWORD": self.PASSWORD})
        return done.stdout.split() if done.returncode == 0 else None

    def stop(self):
        # Fast: who is still connected does not matter.
        self.server.send_signal(signal.SIGINT)
        self.server.wait()
        shutil.rmtree(self.root, ignore_errors=True)
