//! Snapshots of the help text of every verb, one file each in `cmd/`. `UPDATE_EXPECT=1` rewrites them.

use expect_test::expect_file;
use std::process::Command;

/// The verbs with their subcommands.
const VERBS: [&str; 42] = [
    "",
    "up",
    "down",
    "status",
    "failover",
    "switchover",
    "failback",
    "realign",
    "pause",
    "resume",
    "observe",
    "run",
    "orders",
    "orders submit",
    "orders generate",
    "fault",
    "fault kill",
    "fault restart",
    "fault destroy",
    "fault pause",
    "fault resume",
    "fault isolate",
    "fault cut",
    "fault lag",
    "fault fail",
    "fault clear",
    "drill",
    "bench",
    "bench orders",
    "bench wire",
    "bench catch-up",
    "bench synth",
    "init",
    "synth",
    "package",
    "check",
    "cost",
    "graph",
    "simulate",
    "plan",
    "deploy",
    "destroy",
];

fn help(verb: &str) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_leeward"));
    command.args(verb.split_whitespace()).arg("--help");
    // The help text would include the values of these variables.
    command.env_remove("ENVIRONMENT_SUFFIX").env_remove("TERRAFORM_PLUGIN_DIR");
    command.env_remove("LEEWARD_MINISTACK").env("COLUMNS", "100").env("NO_COLOR", "1");
    let out = command.output().expect("the binary runs");
    assert!(out.status.success(), "{verb}: {}", String::from_utf8_lossy(&out.stderr));
    String::from_utf8(out.stdout).expect("UTF-8")
}

#[test]
fn every_verb_has_the_reviewed_help_text() {
    for verb in VERBS {
        let name = if verb.is_empty() { "leeward".to_owned() } else { verb.replace(' ', "-") };
        let file = format!("{}/tests/cmd/{name}.txt", env!("CARGO_MANIFEST_DIR"));
        expect_file![file].assert_eq(&help(verb));
    }
}

/// Fails for a new verb until `VERBS` lists it.
#[test]
fn every_verb_is_listed() {
    for parent in ["", "orders", "fault", "bench"] {
        let text = help(parent);
        let commands = text.split("Commands:\n").nth(1).expect("a list of commands");
        let listed = commands.lines().take_while(|line| !line.is_empty());
        let names = listed.filter(|line| line.starts_with("  ") && !line.starts_with("   "));
        for name in names.filter_map(|line| line.split_whitespace().next()) {
            let verb = format!("{parent} {name}").trim().to_owned();
            let known = VERBS.contains(&verb.as_str()) || name == "help";
            assert!(known, "`{verb}` has no help text in tests/cmd");
        }
    }
}
