//! PostgreSQL's own programs: where they are, and which user runs them.
//!
//! The data is in the platform's directory. The user that runs PostgreSQL may be unable to traverse the path to that
//! directory (`/root`, or a directory of mode 0700). So each program receives its open data directory as descriptor 9
//! and uses the path `/proc/self/fd/9`, and no program traverses the original path (ADR 13).

use super::super::{DatabaseError, Done};
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::os::unix::fs::chown;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

/// The path by which a program reaches its data directory.
pub(super) const DATA: &str = "/proc/self/fd/9";
const NEEDED: [&str; 6] =
    ["initdb", "postgres", "pg_ctl", "pg_basebackup", "pg_rewind", "pg_controldata"];
const USER: &str = "postgres";
/// The time limit of a clean shutdown in seconds. It is long because a switchover needs a clean shutdown: a writer that
/// is killed instead may hold a tail that no other server has received, and the drain then fails.
pub(super) const END_S: u32 = 20;

/// The script for programs that end by themselves. It receives the data directory as its standard input.
const RUN: &str = r#"exec 9<&0 </dev/null; exec "$@""#;

/// The script that starts a server and prints `up`. It stops the server in the way that a line on standard input names,
/// or immediately when standard input ends because the supervisor has died. It receives the data directory as its
/// standard error.
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
    /// The user and the group that run the programs if the supervisor is root, because PostgreSQL refuses to run as
    /// root.
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
            // The error names the program that is missing from the most likely directory, because that helps the user
            // most.
            let place = all.iter().find(|bin| bin.join("postgres").is_file());
            return Err(DatabaseError::NotInstalled(place.and_then(lacks).unwrap_or(NEEDED[0])));
        };
        let root = rustix::process::geteuid().is_root();
        let user = if root { Some((id("-u")?, id("-g")?)) } else { None };
        Ok(Programs { bin: bin.clone(), user })
    }

    /// Returns a shell that runs as PostgreSQL's user. The user is changed by `setpriv`, which replaces itself with the
    /// shell, while `runuser` would remain as its parent. The environment is empty, so neither settings nor secrets
    /// reach the shell.
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

    /// Changes the owner of a file or a directory to PostgreSQL's user.
    pub(super) fn hand_over(&self, path: &Path) -> Done {
        match self.user {
            Some((user, group)) => chown(path, Some(user), Some(group)).map_err(at(path)),
            None => Ok(()),
        }
    }

    /// Runs a program on a data directory until it ends, and returns its output.
    pub(super) fn run(&self, data: &Path, program: &str, arguments: &[&str]) -> Done<String> {
        let directory = File::open(data).map_err(at(data))?;
        let mut command = self.shell(RUN);
        command.arg(self.bin.join(program)).args(arguments).stdin(directory);
        let output = command.output().map_err(|error| not_run(program, &error))?;
        if output.status.success() {
            return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
        }
        let message = String::from_utf8_lossy(&output.stderr).trim().to_owned();
        Err(DatabaseError::Program { program: program.to_owned(), message })
    }

    /// Starts a server. Returns once the server accepts connections, or after `seconds` if it still recovers. The
    /// command line or the title of each of its processes contains `mark`. The server ends when the returned child is
    /// dropped.
    pub(super) fn serve(&self, data: &Path, mark: &str, seconds: u32) -> Done<Child> {
        let directory = File::open(data).map_err(at(data))?;
        let mut command = self.shell(SERVE);
        command
            .arg(self.bin.join("pg_ctl"))
            .args([&format!("-c cluster_name={mark}"), &seconds.to_string(), &END_S.to_string()])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(directory)
            // With its own process group, the server receives no Ctrl-C from the terminal; only the supervisor does.
            .process_group(0);
        let mut child = command.spawn().map_err(|error| not_run("pg_ctl", &error))?;
        let mut message = String::new();
        if let Some(stdout) = child.stdout.take() {
            let _ = BufReader::new(stdout).read_line(&mut message);
        }
        if message.trim() == "up" {
            return Ok(child);
        }
        let _ = child.wait();
        let log = std::fs::read_to_string(data.join("../server.log")).unwrap_or_default();
        let from = log.lines().count().saturating_sub(5);
        let message = log.lines().skip(from).collect::<Vec<&str>>().join("; ");
        Err(DatabaseError::Program { program: "postgres".into(), message })
    }
}

/// Returns the error for a program whose shell could not be started. If the shell is started through `setpriv`, that
/// program may be missing.
fn not_run(program: &str, error: &std::io::Error) -> DatabaseError {
    let message = format!("cannot start a shell for it: {error}; check that setpriv is installed");
    DatabaseError::Program { program: program.to_owned(), message }
}

pub(super) fn at(path: &Path) -> impl Fn(std::io::Error) -> DatabaseError + '_ {
    move |source| DatabaseError::File { path: path.to_owned(), source }
}
