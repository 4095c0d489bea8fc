//! The processes of one server, found by the server's label, even if the supervisor that started them has died.

use rustix::process::{Pid, Signal, kill_process};
use std::time::{Duration, Instant};

const OURS: [&str; 6] = ["postgres", "pg_ctl", "pg_basebackup", "pg_rewind", "sh", "setpriv"];
const LIMIT: Duration = Duration::from_secs(5);
const POLL_INTERVAL: Duration = Duration::from_millis(2);

/// Returns whether a process carries the label. A zombie process has an empty command line, so it does not.
pub(super) fn carries_mark(pid: &str, mark: &str) -> bool {
    let read = |name: &str| std::fs::read(format!("/proc/{pid}/{name}")).unwrap_or_default();
    let line = String::from_utf8_lossy(&read("cmdline")).into_owned();
    line.contains(mark) && OURS.contains(&String::from_utf8_lossy(&read("comm")).trim())
}

fn marked_processes(mark: &str) -> Vec<Pid> {
    let all = std::fs::read_dir("/proc").into_iter().flatten().flatten();
    let names = all.map(|entry| entry.file_name().to_string_lossy().into_owned());
    let pids = names.filter_map(|name| Some((Pid::from_raw(name.parse().ok()?)?, name)));
    pids.filter(|(_, name)| carries_mark(name, mark)).map(|(pid, _)| pid).collect()
}

/// Sends SIGKILL until no process is left, because a process may fork during the search.
pub(super) fn kill_all(mark: &str) {
    let began = Instant::now();
    loop {
        let found = marked_processes(mark);
        if found.is_empty() {
            return;
        }
        for pid in found {
            let _ = kill_process(pid, Signal::KILL);
        }
        if began.elapsed() > LIMIT {
            tracing::error!(mark, "processes of a database survive SIGKILL");
            return;
        }
        std::thread::park_timeout(POLL_INTERVAL);
    }
}
