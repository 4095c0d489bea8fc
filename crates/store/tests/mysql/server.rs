//! A real MariaDB or MySQL with TLS and passwords, in its own directory.

use crate::common::{Certificates, PASSWORD, USER, free_port, run};
use leeward_store::connect::ServerConfig;
use mysql_async::prelude::Queryable;
use mysql_async::{Conn, OptsBuilder, Row};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// The environment variable that overrides which server program is tested.
const VARIABLE: &str = "LEEWARD_MYSQLD";
const DATABASE: &str = "leeward";
const PLACES: [&str; 4] =
    ["/usr/sbin/mariadbd", "/usr/sbin/mysqld", "/usr/libexec/mariadbd", "/usr/libexec/mysqld"];
const STARTS_WITHIN: Duration = Duration::from_secs(60);

/// The certificates and servers of one test.
pub(crate) struct Site {
    pub(crate) certificates: Certificates,
    mysqld: PathBuf,
}

/// A running server, which ends when this value is dropped.
pub(crate) struct Server {
    child: Child,
    data: PathBuf,
    pub(crate) port: u16,
}

fn find() -> Option<PathBuf> {
    match std::env::var_os(VARIABLE) {
        Some(named) => Some(PathBuf::from(named)),
        None => PLACES.iter().map(PathBuf::from).find(|path| path.exists()),
    }
}

impl Site {
    /// Creates a site. Returns `None`, with a line on stderr, if no server program is installed.
    pub(crate) fn new() -> Option<Site> {
        let Some(mysqld) = find() else {
            // The line bypasses the test harness, which hides the output of a passing test.
            let line = "SKIPPED: the projection on MySQL (no mariadbd and no mysqld: \
                `apt-get install mariadb-server`)";
            let _ = writeln!(std::io::stderr(), "{line}");
            return None;
        };
        let certificates = Certificates::new();
        // The product's user has no privilege that allows writing in spite of `read_only`.
        let users = format!(
            "CREATE DATABASE {DATABASE};\nCREATE USER '{USER}'@'%' IDENTIFIED BY '{PASSWORD}';\n\
             GRANT ALL ON {DATABASE}.* TO '{USER}'@'%';\n"
        );
        std::fs::write(certificates.at("users.sql"), users).expect("written");
        Some(Site { certificates: certificates.owned_by("mysql"), mysqld })
    }

    pub(crate) fn config(&self, port: u16) -> ServerConfig {
        self.certificates.config(port, DATABASE)
    }

    /// Starts a new server with the product's user and an empty database.
    pub(crate) async fn server(&self, name: &str) -> Server {
        let data = self.certificates.at(name);
        let datadir = format!("--datadir={}", data.display());
        let version = Command::new(&self.mysqld).arg("--version").output().expect("it runs");
        if String::from_utf8_lossy(&version.stdout).contains("MariaDB") {
            let mut install = self.command(Path::new("mariadb-install-db"));
            install.args(["--auth-root-authentication-method=normal", "--skip-test-db"]);
            run("mariadb-install-db", install.arg(&datadir));
        } else {
            let mut initialize = self.command(&self.mysqld);
            initialize.arg("--initialize-insecure").arg("--basedir").arg(self.base());
            run("mysqld --initialize", initialize.arg(&datadir));
        }
        let users = format!("--init-file={}", self.certificates.at("users.sql").display());
        self.start(data, &[&users]).await
    }

    /// Restarts a server on its existing data with other settings.
    pub(crate) async fn restart(&self, server: Server, settings: &[&str]) -> Server {
        let data = server.data.clone();
        server.stop().await;
        self.start(data, settings).await
    }

    fn command(&self, program: &Path) -> Command {
        let mut command = Command::new(program);
        // Two installations that run at the same time must not share a directory for temporary files.
        command.env("TMPDIR", self.certificates.path()).arg("--no-defaults");
        if rustix::process::geteuid().is_root() {
            command.arg("--user=mysql");
        }
        command
    }

    fn base(&self) -> &Path {
        self.mysqld.ancestors().nth(2).unwrap_or(Path::new("/usr"))
    }

    async fn start(&self, data: PathBuf, settings: &[&str]) -> Server {
        let port = free_port();
        let dir = self.certificates.path().display();
        let log = std::fs::File::create(data.with_extension("log")).expect("a log");
        let mut command = self.command(&self.mysqld);
        command.arg("--basedir").arg(self.base());
        command.args([
            &format!("--datadir={}", data.display()),
            &format!("--socket={}", socket(&data).display()),
            &format!("--pid-file={}", data.with_extension("pid").display()),
            &format!("--port={port}"),
            &format!("--secure-file-priv={dir}"),
            &format!("--ssl-cert={dir}/server.pem"),
            &format!("--ssl-key={dir}/server.key"),
        ]);
        command.args(["--bind-address=127.0.0.1", "--skip-name-resolve", "--loose-mysqlx=OFF"]);
        // The server's packet limit is twice the packet size that the product uses.
        command.args(["--max-allowed-packet=2M", "--innodb-buffer-pool-size=64M"]);
        command.args(settings).current_dir("/").stdin(Stdio::null()).stdout(Stdio::null());
        let child = command.stderr(log).spawn().expect("it starts");
        let mut server = Server { child, data, port };
        let began = Instant::now();
        while server.root().await.is_err() {
            let ended = server.child.try_wait().expect("a child process").is_some();
            if ended || began.elapsed() > STARTS_WITHIN {
                let log = std::fs::read_to_string(server.data.with_extension("log"));
                panic!("{} does not start: {}", self.mysqld.display(), log.unwrap_or_default());
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        server
    }
}

fn socket(data: &Path) -> PathBuf {
    data.with_extension("sock")
}

impl Server {
    async fn root(&self) -> mysql_async::Result<Conn> {
        let socket = socket(&self.data).display().to_string();
        Conn::new(OptsBuilder::default().user(Some("root")).socket(Some(socket))).await
    }

    pub(crate) async fn connect(&self) -> Conn {
        self.root().await.expect("it is running")
    }

    pub(crate) async fn sql(&self, sql: &str) -> Vec<Row> {
        self.connect().await.query(sql).await.expect(sql)
    }

    pub(crate) async fn set_read_only(&self, read_only: bool) {
        self.sql(&format!("SET GLOBAL read_only = {read_only}")).await;
    }

    /// Ends every connection of the product's user.
    pub(crate) async fn disconnect_all(&self) {
        let mut root = self.connect().await;
        let users = format!("SELECT id FROM information_schema.processlist WHERE user = '{USER}'");
        let ids: Vec<u64> = root.query(users).await.expect("a list");
        for id in ids {
            // The connection may have ended already.
            let _ = root.query_drop(format!("KILL {id}")).await;
        }
    }

    pub(crate) async fn stop(mut self) {
        self.sql("SHUTDOWN").await;
        self.child.wait().expect("a child process");
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
