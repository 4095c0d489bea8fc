"""Database servers on this machine, with TLS and a certificate authority of their own."""

import glob
import os
import pwd
import shutil
import signal
import socket
import subprocess
import time
from pathlib import Path

USER = "leeward"


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class Server:
    """A server in a directory that the user it runs as may access."""

    PASSWORD = "a-password-of-the-test"

    def __init__(self, directory, owner):
        self.root = Path("/tmp") / f"leeward-{owner}-{os.getpid()}-{directory.name}"
        self.root.mkdir(mode=0o755)
        self.certificates()
        # Neither server runs as root.
        self.user = None
        if os.getuid() == 0:
            known = {user.pw_name for user in pwd.getpwall()}
            self.user = owner if owner in known else "nobody"
            found = pwd.getpwnam(self.user)
            for path in [self.root, *self.root.iterdir()]:
                os.chown(path, found.pw_uid, found.pw_gid)
        self.port = free_port()

    @property
    def data(self):
        return self.root / "data"

    @property
    def authorities(self):
        return self.root / "ca.crt"

    def run(self, *command):
        subprocess.run([str(c) for c in command], check=True, capture_output=True, user=self.user)

    def start(self, *command):
        self.server = subprocess.Popen(
            [str(c) for c in command], user=self.user, cwd="/", stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL, env={**os.environ, "TMPDIR": str(self.root)})

    def certificates(self):
        def openssl(*args):
            subprocess.run(["openssl", *args], check=True, capture_output=True, cwd=self.root)

        curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]
        openssl("req", "-x509", *curve, "-keyout", "ca.key", "-out", "ca.crt", "-days", "2", "-subj", "/CN=test")
        openssl("req", *curve, "-keyout", "server.key", "-out", "server.csr", "-subj", "/CN=localhost")
        (self.root / "names").write_text("subjectAltName=DNS:localhost\nbasicConstraints=CA:FALSE\n")
        openssl("x509", "-req", "-in", "server.csr", "-CA", "ca.crt", "-CAkey", "ca.key", "-CAcreateserial",
                "-out", "server.crt", "-days", "2", "-extfile", "names")

    def wait(self, *ask):
        for _ in range(300):
            if self.sql(*ask) is not None:
                return
            time.sleep(0.1)
        raise AssertionError(f"the database server in {self.root} does not start")

    def stop(self):
        self.server.send_signal(self.END)
        self.server.wait()
        shutil.rmtree(self.root, ignore_errors=True)


class Database(Server):
    ENGINE = "aurora-postgresql"
    # A fast shutdown, which does not wait for open connections.
    END = signal.SIGINT

    def __init__(self, directory):
        super().__init__(directory, "postgres")
        self.bin = Path(sorted(glob.glob("/usr/lib/postgresql/*/bin"))[-1])
        (self.root / "password").write_text(self.PASSWORD)
        self.run(self.bin / "initdb", "-D", self.data, "-U", USER, "-A", "scram-sha-256",
                 f"--pwfile={self.root}/password")
        self.start(
            self.bin / "postgres", "-D", self.data, "-p", self.port, "-k", self.root,
            "-c", "listen_addresses=127.0.0.1", "-c", "ssl=on", "-c", "fsync=off",
            "-c", f"ssl_cert_file={self.root}/server.crt", "-c", f"ssl_key_file={self.root}/server.key")
        self.wait("SELECT 1", "postgres")
        self.sql("CREATE DATABASE orders", "postgres")

    def sql(self, text, database="orders"):
        """Rows, one a line; `None` when it does not answer."""
        done = subprocess.run(
            [self.bin / "psql", "-h", str(self.root), "-p", str(self.port), "-U", USER, "-d", database,
             "-tAc", text], capture_output=True, text=True, env={**os.environ, "PGPASSWORD": self.PASSWORD})
        return done.stdout.split() if done.returncode == 0 else None

    def rotate(self, password):
        """Sets a new password and ends all connections that were opened with the old one."""
        assert self.sql(f"ALTER USER {USER} PASSWORD '{password}'") is not None
        self.PASSWORD = password
        self.sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()")


class MysqlDatabase(Server):
    ENGINE = "aurora-mysql"
    END = signal.SIGTERM

    def __init__(self, directory):
        super().__init__(directory, "mysql")
        self.socket = self.root / "socket"
        users = self.root / "users.sql"
        users.write_text(
            f"CREATE DATABASE orders;\nCREATE USER '{USER}'@'%' IDENTIFIED BY '{self.PASSWORD}';\n"
            f"GRANT ALL ON orders.* TO '{USER}'@'%';\n")
        users.chmod(0o644)
        self.run("mariadb-install-db", "--no-defaults", "--auth-root-authentication-method=normal",
                 "--skip-test-db", f"--datadir={self.data}")
        self.start(
            "/usr/sbin/mariadbd", "--no-defaults", f"--datadir={self.data}", f"--socket={self.socket}",
            f"--port={self.port}", "--bind-address=127.0.0.1", "--skip-name-resolve", f"--init-file={users}",
            f"--pid-file={self.root}/pid", f"--ssl-cert={self.root}/server.crt",
            f"--ssl-key={self.root}/server.key", "--innodb-buffer-pool-size=64M")
        self.wait("SELECT 1")

    def sql(self, text):
        """Rows, one a line; `None` when it does not answer."""
        done = subprocess.run(
            ["mariadb", "--no-defaults", f"--socket={self.socket}", "-uroot", "-N", "-B", "-e", text, "orders"],
            capture_output=True, text=True)
        return done.stdout.split() if done.returncode == 0 else None

    def rotate(self, password):
        assert self.sql(f"ALTER USER '{USER}'@'%' IDENTIFIED BY '{password}'") is not None
        for id in self.sql(f"SELECT id FROM information_schema.processlist WHERE user = '{USER}'"):
            self.sql(f"KILL {id}")
