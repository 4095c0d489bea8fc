//! A real PostgreSQL with TLS and passwords, and its standby.

use crate::common::{Certificates, PASSWORD, USER, free_port, run};
use leeward_store::connect::ServerConfig;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A running server in its own directory, which ends when this value is dropped.
pub(crate) struct Server {
    data: PathBuf,
    bin: PathBuf,
    pub(crate) port: u16,
}

/// The certificates and servers of one test.
pub(crate) struct Site {
    pub(crate) certificates: Certificates,
    bin: PathBuf,
}

fn find_bin() -> PathBuf {
    let list = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let mut versions: Vec<PathBuf> = list.map(|e| e.path().join("bin")).collect();
    versions.sort();
    let found = versions.into_iter().rev().find(|bin| bin.join("initdb").exists());
    found.expect("no PostgreSQL under /usr/lib/postgresql: `apt-get install postgresql`")
}

/// Returns a command that runs as the user `postgres` if this process is root, because PostgreSQL refuses to run as
/// root.
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
        let certificates = Certificates::new();
        std::fs::write(certificates.at("password"), PASSWORD).expect("written");
        Site { bin: find_bin(), certificates: certificates.owned_by("postgres") }
    }

    pub(crate) fn config(&self, port: u16) -> ServerConfig {
        self.certificates.config(port, "postgres")
    }

    pub(crate) fn primary(&self) -> Server {
        let data = self.certificates.at("primary");
        let password = self.certificates.at("password");
        let mut initdb = as_postgres(&self.bin.join("initdb"));
        initdb.args(["-A", "scram-sha-256", "-U", USER, "--pwfile"]).arg(password);
        run("initdb", initdb.arg("-D").arg(&data));
        let dir = self.certificates.path().display();
        let settings = format!(
            "listen_addresses = '127.0.0.1'\nunix_socket_directories = '{dir}'\nfsync = off\n\
             ssl = on\nssl_cert_file = '{dir}/server.pem'\nssl_key_file = '{dir}/server.key'\n",
        );
        self.start(data, &settings)
    }

    /// Starts a standby that follows the primary.
    pub(crate) fn standby(&self, primary: &Server) -> Server {
        let data = self.certificates.at("standby");
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
    /// Runs `pg_ctl`, and adds the log file if the last argument is `-l`.
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
