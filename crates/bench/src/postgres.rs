//! Runs the PostgreSQL with which the platform is compared: a server with a synchronous standby, under pgbench. There
//! are two workloads. The first inserts a single row in each transaction. The second is `pgbench -N`, in which each
//! transaction updates one row, selects one row and inserts one row.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The reasons why PostgreSQL cannot be measured.
#[derive(Debug, thiserror::Error)]
pub enum RivalError {
    #[error("LW-P001: {0} was not found; install PostgreSQL, or run the benchmark with --alone")]
    Missing(String),
    #[error("LW-P002: {what} failed: {output}")]
    Failed { what: String, output: String },
    #[error("LW-P003: {0}")]
    Io(#[from] std::io::Error),
}

/// A primary and its standby in a temporary directory. Dropping it stops both and removes the directory.
pub(crate) struct Rival {
    dir: PathBuf,
    bin: PathBuf,
    port: u16,
}

/// The workload of pgbench.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Work {
    /// A prepared insert of one row, about as long as an order.
    Insert,
    /// The transaction of `pgbench -N`.
    SimpleUpdate,
}

impl Work {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Work::Insert => "postgresql",
            Work::SimpleUpdate => "postgresql -N",
        }
    }
}

/// The result of one run of pgbench.
pub(crate) struct Measured {
    pub(crate) per_second: f64,
    pub(crate) p50_ms: f64,
    pub(crate) p99_ms: f64,
}

fn find_bin() -> Result<PathBuf, RivalError> {
    let mut versions: Vec<PathBuf> = std::fs::read_dir("/usr/lib/postgresql")
        .map(|list| list.flatten().map(|e| e.path().join("bin")).collect())
        .unwrap_or_default();
    versions.sort();
    let found = versions.into_iter().rev().find(|bin| bin.join("initdb").exists());
    found.ok_or_else(|| RivalError::Missing("/usr/lib/postgresql/*/bin/initdb".into()))
}

fn is_root() -> bool {
    rustix::process::geteuid().is_root()
}

impl Rival {
    pub(crate) fn start(dir: &Path, port: u16) -> Result<Rival, RivalError> {
        let rival = Rival { dir: dir.to_owned(), bin: find_bin()?, port };
        std::fs::create_dir_all(dir)?;
        if is_root() {
            // PostgreSQL refuses to run as root.
            rival.run_command("chown", Command::new("chown").arg("postgres").arg(dir))?;
        }
        let primary = dir.join("primary");
        rival.run_command(
            "initdb",
            rival.command("initdb").args(["-A", "trust", "-U", "bench", "-D"]).arg(&primary),
        )?;
        let settings = format!(
            "listen_addresses = '127.0.0.1'\nport = {port}\nunix_socket_directories = '{}'\n\
             max_connections = 150\nshared_buffers = 256MB\nwal_level = replica\n\
             synchronous_standby_names = '*'\nsynchronous_commit = local\n",
            dir.display()
        );
        rival.append(&primary.join("postgresql.auto.conf"), &settings)?;
        rival.start_server(&primary)?;
        let standby = dir.join("standby");
        rival.run_command(
            "pg_basebackup",
            rival
                .command("pg_basebackup")
                .args(["-h", "127.0.0.1", "-U", "bench", "-R", "-p", &port.to_string(), "-D"])
                .arg(&standby),
        )?;
        let standby_port = format!("port = {}\n", port + 1);
        rival.append(&standby.join("postgresql.auto.conf"), &standby_port)?;
        rival.start_server(&standby)?;
        rival.sql("CREATE TABLE orders (id bigserial PRIMARY KEY, account int, body text)")?;
        rival.sql("ALTER SYSTEM SET synchronous_commit = on")?;
        rival.sql("SELECT pg_reload_conf()")?;
        for _ in 0..100 {
            if rival.sql("SELECT sync_state FROM pg_stat_replication")?.trim() == "sync" {
                rival.create_tables()?;
                return Ok(rival);
            }
            std::thread::park_timeout(std::time::Duration::from_millis(100));
        }
        let output = "the standby did not become synchronous".to_owned();
        Err(RivalError::Failed { what: "replication".into(), output })
    }

    /// Returns a command that runs a PostgreSQL program, as the user `postgres` if this process is root.
    fn command(&self, program: &str) -> Command {
        let program = self.bin.join(program);
        if is_root() {
            let mut command = Command::new("runuser");
            command.args(["-u", "postgres", "--"]).arg(program);
            command
        } else {
            Command::new(program)
        }
    }

    fn run_command(&self, what: &str, command: &mut Command) -> Result<String, RivalError> {
        let output = command.current_dir("/").stdin(Stdio::null()).output()?;
        if output.status.success() {
            return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
        }
        let output = String::from_utf8_lossy(&output.stderr).into_owned();
        Err(RivalError::Failed { what: what.to_owned(), output })
    }

    fn append(&self, file: &Path, text: &str) -> Result<(), RivalError> {
        use std::io::Write;
        std::fs::OpenOptions::new().append(true).open(file)?.write_all(text.as_bytes())?;
        Ok(())
    }

    fn start_server(&self, data: &Path) -> Result<(), RivalError> {
        let log = data.join("server.log");
        self.run_command(
            "pg_ctl start",
            self.command("pg_ctl")
                .args(["-w", "-t", "30", "-l"])
                .arg(log)
                .arg("-D")
                .arg(data)
                .arg("start"),
        )
        .map(drop)
    }

    fn sql(&self, sql: &str) -> Result<String, RivalError> {
        let port = self.port.to_string();
        self.run_command(
            sql,
            self.command("psql")
                .args(["-h", "127.0.0.1", "-U", "bench", "-d", "postgres", "-At", "-p", &port])
                .args(["-c", sql]),
        )
    }

    /// Creates the tables of `pgbench -N` with a million accounts, so that clients rarely update the same row.
    fn create_tables(&self) -> Result<(), RivalError> {
        let port = self.port.to_string();
        let mut command = self.command("pgbench");
        command.args(["-h", "127.0.0.1", "-U", "bench", "-p", &port, "-i", "-q", "-s", "10"]);
        self.run_command("pgbench -i", command.arg("postgres")).map(drop)
    }

    pub(crate) fn run(
        &self,
        work: Work,
        clients: usize,
        seconds: u64,
    ) -> Result<Measured, RivalError> {
        let script = self.dir.join("insert.sql");
        std::fs::write(
            &script,
            "\\set a random(1, 10000)\nINSERT INTO orders (account, body) VALUES (:a, \
             'buy 1 ACME at 100.25, day, limit, with about as many bytes as an order has in it');\n",
        )?;
        let (port, clients) = (self.port.to_string(), clients.to_string());
        let prefix = self.dir.join("pgbench");
        let mut command = self.command("pgbench");
        command
            .args(["-h", "127.0.0.1", "-U", "bench", "-p", &port, "-n", "-M", "prepared"])
            .args(["-c", &clients, "-j", "2", "-T", &seconds.to_string(), "-l"])
            .arg("--log-prefix")
            .arg(&prefix);
        match work {
            Work::Insert => command.arg("-f").arg(&script),
            Work::SimpleUpdate => command.arg("-N"),
        };
        let output = self.run_command("pgbench", command.arg("postgres"))?;
        let per_second = output
            .lines()
            .find_map(|line| line.strip_prefix("tps = ")?.split(' ').next()?.parse().ok())
            .ok_or_else(|| RivalError::Failed { what: "pgbench".into(), output: output.clone() })?;
        // PostgreSQL writes its dirty pages now, so that their cost does not fall on the next contestant.
        self.sql("CHECKPOINT")?;
        let [p50_ms, p99_ms] = self.latencies_ms([50, 99])?;
        Ok(Measured { per_second, p50_ms, p99_ms })
    }

    /// Computes percentiles from pgbench's log of every transaction, whose third column is the latency in microseconds.
    fn latencies_ms<const N: usize>(&self, percent: [usize; N]) -> Result<[f64; N], RivalError> {
        let mut all: Vec<u64> = Vec::new();
        for entry in std::fs::read_dir(&self.dir)?.flatten() {
            if !entry.file_name().to_string_lossy().starts_with("pgbench.") {
                continue;
            }
            let text = std::fs::read_to_string(entry.path())?;
            all.extend(text.lines().filter_map(|l| l.split(' ').nth(2)?.parse::<u64>().ok()));
            std::fs::remove_file(entry.path())?;
        }
        all.sort_unstable();
        let last = all.len().saturating_sub(1);
        let at = |percent| all.get(last * percent / 100).map_or(0.0, |us| *us as f64 / 1_000.0);
        Ok(percent.map(at))
    }
}

impl Drop for Rival {
    fn drop(&mut self) {
        for server in ["standby", "primary"] {
            let data = self.dir.join(server);
            let stop = self
                .command("pg_ctl")
                .args(["-m", "immediate", "-D"])
                .arg(data)
                .arg("stop")
                .output();
            drop(stop);
        }
        let _ = std::fs::remove_dir_all(&self.dir);
    }
}
