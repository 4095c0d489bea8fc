//! Judges every call that the deployed platform made by the policies of the deployment (REQ-C3), and reports what was
//! granted and not used.

use leeward_iam::{Actions, Call, Report, Rights, read_calls};
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The file in which the emulator records its decisions.
pub(crate) const CALLS: &str = "calls.jsonl";

/// Reads the list of AWS's actions that parliament contains.
fn published_actions() -> Option<Actions> {
    let python = std::env::var_os("LEEWARD_SCANNERS").map(PathBuf::from)?;
    let find = "import parliament, pathlib; print(pathlib.Path(parliament.__file__).with_name('iam_definition.json'))";
    let found = Command::new(python).args(["-c", find]).output().expect("python runs");
    let path = String::from_utf8(found.stdout).expect("a path");
    let text = std::fs::read_to_string(path.trim()).expect("parliament has the list");
    Some(Actions::read(&text).expect("the list is readable"))
}

pub(crate) fn check(dir: &Path) {
    let Some(actions) = published_actions() else {
        return crate::skipped(
            "LEEWARD_SCANNERS names no Python with parliament: no call was judged",
        );
    };
    let states: Vec<Value> = std::fs::read_dir(dir)
        .expect("readable")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "tfstate"))
        .map(|path| {
            serde_json::from_str(&std::fs::read_to_string(path).expect("readable"))
                .expect("a state")
        })
        .collect();
    let calls = std::fs::read_to_string(dir.join(CALLS)).expect("the emulator recorded calls");
    let calls = read_calls(&calls).expect("the record is readable");
    let rights = Rights::read(&states, &actions).expect("the policies are readable");
    let report = Report::judge(&rights, &calls, &actions).expect("the calls can be judged");
    crate::report(&report.to_string());
    // A record that lacks a role proves nothing about it.
    let of_role = |role: &str, action: &str| {
        let by =
            |call: &&Call| call.role().is_some_and(|name| name.starts_with(&format!("{role}-us-")));
        calls.iter().filter(by).any(|call| call.action == action && call.denied.is_none())
    };
    for role in ["orders", "health", "processor", "sweeper", "sentinel", "run", "operator"] {
        assert!(of_role(role, "ssm:GetParameter"), "no {role} function started");
    }
    assert!(of_role("sentinel", "rds:FailoverGlobalCluster"), "no sentinel carried the run out");
    assert!(report.refused.is_empty(), "AWS would refuse calls of the platform");
}
