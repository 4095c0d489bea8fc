//! A real PostgreSQL with TLS and passwords, its standby, and a name that can be moved from one to the other.

use leeward_store::postgres::{Credentials, PostgresConfig, Trust};
use std::net::TcpListener as StdListener;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};

pub(crate) const PASSWORD: &str = "first-password";
const USER: &str = "leeward";

/// A server in a directory of its own; dropped, it is gone.
pub(crate) struct Server {
    data: PathBuf,
    bin: PathBuf,
    pub(crate) port: u16,
}

/// Certificates and servers of one test.
pub(crate) struct Site {
    dir: tempfile::TempDir,
    bin: PathBuf,
}

fn find_bin() -> PathBuf {
    let list = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let mut versions: Vec<PathBuf> = list.map(|e| e.path().join("bin")).collect();
    versions.sort();
    let found = versions.into_iter().rev().find(|bin| bin.join("initdb").exists());
    found.expect("no PostgreSQL under /usr/lib/postgresql: `apt-get install postgresql`")
}

fn free_port() -> u16 {
    let listener = StdListener::bind("127.0.0.1:0").expect("a free port");
    listener.local_addr().expect("bound").port()
}

fn run(what: &str, command: &mut Command) {
    let output = command.current_dir("/").stdin(Stdio::null()).output().expect(what);
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{what}: {said}");
}

/// PostgreSQL refuses to run as root.
fn as_postgres(program: &Path) -> Command {
    if rustix::process::geteuid().is_root() {
        let mut command = Command::new("runuser");
        command.args(["-u", "postgres", "--"]).arg(program);
        return command;
    }
    Command::new(program)
}

impl Site {
    pub(crate) fn new() -> Site {
        let dir = tempfile::tempdir().expect("a temporary directory");
        let at = |name: &str| dir.path().join(name);
        std::fs::write(at("password"), PASSWORD).expect("written");
        let openssl = |arguments: &[&str]| {
            let mut command = Command::new("openssl");
            run("openssl", command.args(arguments));
        };
        let path = |name: &str| at(name).to_str().expect("utf-8").to_owned();
        for (name, subject) in [("ca", "/CN=ca of a test"), ("stranger", "/CN=another ca")] {
            openssl(&[
                "req",
                "-x509",
                "-newkey",
                "rsa:2048",
                "-nodes",
                "-days",
                "2",
                "-subj",
                subject,
                "-addext",
                "basicConstraints=critical,CA:TRUE",
                "-keyout",
                &path(&format!("{name}.key")),
                "-out",
                &path(&format!("{name}.pem")),
            ]);
        }
        openssl(&[
            "req",
            "-newkey",
            "rsa:2048",
            "-nodes",
            "-subj",
            "/CN=database",
            "-keyout",
            &path("server.key"),
            "-out",
            &path("server.csr"),
        ]);
        std::fs::write(at("names"), "subjectAltName=IP:127.0.0.1\n").expect("written");
        openssl(&[
            "x509",
            "-req",
            "-in",
            &path("server.csr"),
            "-CA",
            &path("ca.pem"),
            "-CAkey",
            &path("ca.key"),
            "-days",
            "2",
            "-extfile",
            &path("names"),
            "-out",
            &path("server.pem"),
        ]);
        if rustix::process::geteuid().is_root() {
            run("chown", Command::new("chown").args(["-R", "postgres"]).arg(dir.path()));
        }
        Site { bin: find_bin(), dir }
    }

    pub(crate) fn authorities(&self, of: &str) -> Trust {
        let pem = std::fs::read(self.dir.path().join(format!("{of}.pem"))).expect("it was made");
        Trust::Authorities(pem)
    }

    pub(crate) fn config(&self, port: u16) -> PostgresConfig {
        PostgresConfig {
            host: "127.0.0.1".into(),
            port,
            database: "postgres".into(),
            trust: self.authorities("ca"),
            connections_max: 4,
            connect_timeout: Duration::from_secs(5),
            statement_timeout: Duration::from_secs(5),
        }
    }

    pub(crate) fn primary(&self) -> Server {
        let data = self.dir.path().join("primary");
        let password = self.dir.path().join("password");
        let mut initdb = as_postgres(&self.bin.join("initdb"));
        initdb.args(["-A", "scram-sha-256", "-U", USER, "--pwfile"]).arg(password);
        run("initdb", initdb.arg("-D").arg(&data));
        let dir = self.dir.path().display();
        let settings = format!(
            "listen_addresses = '127.0.0.1'\nunix_socket_directories = '{dir}'\nfsync = off\n\
             ssl = on\nssl_cert_file = '{dir}/server.pem'\nssl_key_file = '{dir}/server.key'\n",
        );
        self.start(data, &settings)
    }

    /// Follows the primary.
    pub(crate) fn standby(&self, primary: &Server) -> Server {
        let data = self.dir.path().join("standby");
        let mut backup = as_postgres(&self.bin.join("pg_basebackup"));
        backup.env("PGPASSWORD", PASSWORD).args(["-h", "127.0.0.1", "-U", USER, "-R"]);
        run("pg_basebackup", backup.args(["-p", &primary.port.to_string(), "-D"]).arg(&data));
        self.start(data, "")
    }

    fn start(&self, data: PathBuf, settings: &str) -> Server {
        let port = free_port();
        let file = data.join("postgresql.auto.conf");
        let before = std::fs::read_to_string(&file).unwrap_or_default();
        std::fs::write(&file, format!("{before}{settings}port = {port}\n")).expect("written");
        let server = Server { data, bin: self.bin.clone(), port };
        server.control(&["-w", "-t", "60", "-o", "-c logging_collector=off", "start", "-l"]);
        server
    }
}

impl Server {
    /// `pg_ctl`; a log file comes last.
    fn control(&self, arguments: &[&str]) {
        let mut command = as_postgres(&self.bin.join("pg_ctl"));
        command.arg("-D").arg(&self.data).args(arguments);
        if arguments.last() == Some(&"-l") {
            command.arg(self.data.join("server.log"));
        }
        run("pg_ctl", &mut command);
    }

    pub(crate) fn promote(&self) {
        self.control(&["-w", "promote"]);
    }

    pub(crate) fn stop(&self) {
        self.control(&["-m", "immediate", "stop"]);
    }

    pub(crate) fn sql(&self, password: &str, sql: &str) {
        let mut psql = Command::new(self.bin.join("psql"));
        psql.env("PGPASSWORD", password)
            .args(["-h", "127.0.0.1", "-U", USER, "-d", "postgres", "-v", "ON_ERROR_STOP=1"])
            .args(["-p", &self.port.to_string(), "-c", sql]);
        run(sql, &mut psql);
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let mut command = as_postgres(&self.bin.join("pg_ctl"));
        let _ = command.arg("-D").arg(&self.data).args(["-m", "immediate", "stop"]).output();
    }
}

pub(crate) fn credentials(password: &str) -> Credentials {
    Credentials { user: USER.into(), password: password.into() }
}

/// An address that leads where it is told: an endpoint's name. Connections that are there stay.
#[derive(Clone)]
pub(crate) struct Endpoint {
    pub(crate) port: u16,
    leads_to: Arc<Mutex<u16>>,
}

impl Endpoint {
    pub(crate) async fn new(leads_to: u16) -> Endpoint {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let port = listener.local_addr().expect("bound").port();
        let leads_to = Arc::new(Mutex::new(leads_to));
        let target = leads_to.clone();
        tokio::spawn(async move {
            while let Ok((mut from, _)) = listener.accept().await {
                let port = *target.lock().expect("not poisoned");
                tokio::spawn(async move {
                    if let Ok(mut to) = TcpStream::connect(("127.0.0.1", port)).await {
                        let _ = tokio::io::copy_bidirectional(&mut from, &mut to).await;
                    }
                });
            }
        });
        Endpoint { port, leads_to }
    }

    pub(crate) fn lead_to(&self, server: &Server) {
        *self.leads_to.lock().expect("not poisoned") = server.port;
    }
}
