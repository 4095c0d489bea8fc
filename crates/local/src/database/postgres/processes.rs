//! The processes of one server, by the mark that it was given: whoever started them, and however
//! that one ended.

use rustix::process::{Pid, Signal, kill_process};
use std::time::{Duration, Instant};

const OURS: [&str; 6] = ["postgres", "pg_ctl", "pg_basebackup", "pg_rewind", "sh", "setpriv"];
const LIMIT: Duration = Duration::from_secs(5);
const LOOK: Duration = Duration::from_millis(2);

/// A process that has ended and that nobody has asked about has an empty command line.
pub(super) fn has(pid: &str, mark: &str) -> bool {
    let read = |name: &str| std::fs::read(format!("/proc/{pid}/{name}")).unwrap_or_default();
    let line = String::from_utf8_lossy(&read("cmdline")).into_owned();
    line.contains(mark) && OURS.contains(&String::from_utf8_lossy(&read("comm")).trim())
}

fn marked(mark: &str) -> Vec<Pid> {
    let all = std::fs::read_dir("/proc").into_iter().flatten().flatten();
    let names = all.map(|entry| entry.file_name().to_string_lossy().into_owned());
    let pids = names.filter_map(|name| Some((Pid::from_raw(name.parse().ok()?)?, name)));
    pids.filter(|(_, name)| has(name, mark)).map(|(pid, _)| pid).collect()
}

/// SIGKILL, until there are none: one may fork while it is looked for.
pub(super) fn end(mark: &str) {
    let began = Instant::now();
    loop {
        let found = marked(mark);
        if found.is_empty() {
            return;
        }
        for pid in found {
            let _ = kill_process(pid, Signal::KILL);
        }
        if began.elapsed() > LIMIT {
            tracing::error!(mark, "processes of a database do not end");
            return;
        }
        std::thread::park_timeout(LOOK);
    }
}
