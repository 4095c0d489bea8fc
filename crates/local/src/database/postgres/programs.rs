//! PostgreSQL's own programs: where they are, and as whom they run.
//!
//! Data lies in the platform's directory, whose way down may be closed to the user that PostgreSQL
//! runs as (`/root`, or a directory of mode 0700). So each program is handed its data directory
//! open, as descriptor 9, and knows it as `/proc/self/fd/9`: nobody walks the way down
//! (ADR 13).

use super::super::{DatabaseError, Done};
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::os::unix::fs::chown;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

/// How a program knows its data directory.
pub(super) const DATA: &str = "/proc/self/fd/9";
const NEEDED: [&str; 6] =
    ["initdb", "postgres", "pg_ctl", "pg_basebackup", "pg_rewind", "pg_controldata"];
const USER: &str = "postgres";
/// To end, in order.
const END_S: &str = "10";

/// A program that ends by itself; its data directory comes as standard input.
const RUN: &str = r#"exec 9<&0 </dev/null; exec "$@""#;

/// Starts a server, says `up`, and ends it: as standard input says, or at once when that ends,
/// which is when the supervisor has died. The data directory comes as standard error.
const SERVE: &str = r#"
trap '' PIPE
exec 9<&2 2>>/proc/self/fd/9/../server.log
"$1" -D /proc/self/fd/9 -s -w -t "$3" -l /proc/self/fd/9/../server.log -o "$2" start >&2 ||
    "$1" -D /proc/self/fd/9 status >/dev/null || exit 1
echo up
read -r how
exec "$1" -D /proc/self/fd/9 -s -w -t "$4" -m "${how:-immediate}" stop >&2
"#;

pub(super) struct Programs {
    bin: PathBuf,
    /// PostgreSQL refuses to run as root: as whom it runs then.
    user: Option<(u32, u32)>,
}

fn candidates() -> Vec<PathBuf> {
    let version = |path: &PathBuf| {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        name.parse::<f64>().unwrap_or(0.0)
    };
    let list = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let mut versions: Vec<PathBuf> = list.map(|entry| entry.path()).collect();
    versions.sort_by(|a, b| version(b).total_cmp(&version(a)));
    let mut all: Vec<PathBuf> = versions.into_iter().map(|path| path.join("bin")).collect();
    let path = std::env::var_os("PATH").unwrap_or_default();
    all.extend(std::env::split_paths(&path));
    all
}

fn id(what: &str) -> Done<u32> {
    let output = Command::new("id").args([what, USER]).output();
    let text = output.ok().filter(|o| o.status.success()).map(|o| o.stdout).unwrap_or_default();
    let id = String::from_utf8_lossy(&text).trim().parse().ok();
    id.ok_or(DatabaseError::NoUser(USER))
}

impl Programs {
    pub(super) fn find() -> Done<Programs> {
        let all = candidates();
        let lacks = |bin: &PathBuf| NEEDED.into_iter().find(|name| !bin.join(name).is_file());
        let Some(bin) = all.iter().find(|bin| lacks(bin).is_none()) else {
            // What the likeliest place lacks says most.
            let place = all.iter().find(|bin| bin.join("postgres").is_file());
            return Err(DatabaseError::NotInstalled(place.and_then(lacks).unwrap_or(NEEDED[0])));
        };
        let root = rustix::process::geteuid().is_root();
        let user = if root { Some((id("-u")?, id("-g")?)) } else { None };
        Ok(Programs { bin: bin.clone(), user })
    }

    /// A shell as the user that PostgreSQL runs as. `setpriv` becomes the shell, where `runuser`
    /// would stay beside it. No variable of ours reaches it: neither settings nor secrets.
    fn shell(&self, script: &str) -> Command {
        let mut command = match self.user {
            Some((user, group)) => {
                let mut command = Command::new("setpriv");
                command.args([format!("--reuid={user}"), format!("--regid={group}")]);
                command.args(["--clear-groups", "--", "/bin/sh"]);
                command
            }
            None => Command::new("/bin/sh"),
        };
        command.args(["-c", script, "sh"]).current_dir("/");
        command.env_clear().env("PATH", "/usr/sbin:/usr/bin:/sbin:/bin").env("LC_ALL", "C");
        command.env("PGPASSFILE", format!("{DATA}/../pgpass"));
        command
    }

    /// Hands a file or a directory to that user.
    pub(super) fn hand_over(&self, path: &Path) -> Done {
        match self.user {
            Some((user, group)) => chown(path, Some(user), Some(group)).map_err(at(path)),
            None => Ok(()),
        }
    }

    /// Runs a program to its end on a data directory, and returns what it says.
    pub(super) fn run(&self, data: &Path, program: &str, arguments: &[&str]) -> Done<String> {
        let directory = File::open(data).map_err(at(data))?;
        let mut command = self.shell(RUN);
        command.arg(self.bin.join(program)).args(arguments).stdin(directory);
        let output = command.output().map_err(|error| not_run(program, &error))?;
        if output.status.success() {
            return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
        }
        let said = String::from_utf8_lossy(&output.stderr).trim().to_owned();
        Err(DatabaseError::Program { program: program.to_owned(), said })
    }

    /// A server that answers, or that still recovers after so many seconds; `mark` is in the command line or the title
    /// of each of its processes. It ends when what is returned is dropped.
    pub(super) fn serve(&self, data: &Path, mark: &str, seconds: u32) -> Done<Child> {
        let directory = File::open(data).map_err(at(data))?;
        let mut command = self.shell(SERVE);
        command
            .arg(self.bin.join("pg_ctl"))
            .args([&format!("-c cluster_name={mark}"), &seconds.to_string(), END_S])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(directory)
            // A Ctrl-C at the terminal is for the supervisor.
            .process_group(0);
        let mut child = command.spawn().map_err(|error| not_run("pg_ctl", &error))?;
        let mut said = String::new();
        if let Some(stdout) = child.stdout.take() {
            let _ = BufReader::new(stdout).read_line(&mut said);
        }
        if said.trim() == "up" {
            return Ok(child);
        }
        let _ = child.wait();
        let log = std::fs::read_to_string(data.join("../server.log")).unwrap_or_default();
        let from = log.lines().count().saturating_sub(5);
        let said = log.lines().skip(from).collect::<Vec<&str>>().join("; ");
        Err(DatabaseError::Program { program: "postgres".into(), said })
    }
}

/// The shell or `setpriv` before it was not run.
fn not_run(program: &str, error: &std::io::Error) -> DatabaseError {
    let said = format!("no shell can be started for it: {error}; is there a setpriv?");
    DatabaseError::Program { program: program.to_owned(), said }
}

pub(super) fn at(path: &Path) -> impl Fn(std::io::Error) -> DatabaseError + '_ {
    move |source| DatabaseError::File { path: path.to_owned(), source }
}
