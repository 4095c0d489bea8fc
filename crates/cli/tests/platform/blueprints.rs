//! The verbs that read a blueprint: their output, and the inputs that they refuse before they write anything.

use crate::harness::leeward;
use serde_json::Value;
use std::path::Path;
use std::process::{Command, Output};

fn at(dir: &Path, args: &[&str]) -> Command {
    let mut command = leeward(args);
    command.current_dir(dir).env_remove("ENVIRONMENT_SUFFIX");
    command
}

fn run(dir: &Path, args: &[&str]) -> Output {
    at(dir, args).output().expect("leeward runs")
}

fn error_text(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn the_other_verbs_accept_the_blueprint_of_init() {
    let dir = tempfile::tempdir().expect("a directory");
    let init = ["init", "--profile", "instances", "--suffix", "prod"];
    assert_eq!(run(dir.path(), &init).status.code(), Some(0));
    let again = run(dir.path(), &["init"]);
    assert_eq!(again.status.code(), Some(2));
    assert!(error_text(&again).contains("LW-C027"), "{}", error_text(&again));
    let check = run(dir.path(), &["check", "--json"]);
    assert_eq!(check.status.code(), Some(0), "{}", error_text(&check));
    let report: Value = serde_json::from_slice(&check.stdout).expect("JSON");
    assert_eq!(report["passed"], true);
    // The suffix comes from the command line, else from the environment, else from the file.
    let name = |extra: &[&str], variable: Option<&str>| {
        let args: Vec<&str> = ["synth", "--out", "out"].iter().chain(extra).copied().collect();
        let mut command = at(dir.path(), &args);
        command.envs(variable.map(|suffix| ("ENVIRONMENT_SUFFIX", suffix)));
        assert!(command.status().expect("leeward runs").success());
        let file = dir.path().join("out/stacks/global/cdk.tf.json");
        let text = std::fs::read_to_string(file).expect("a stack");
        let config: Value = serde_json::from_str(&text).expect("JSON");
        let tables = config["resource"]["aws_dynamodb_table"].as_object().expect("tables");
        tables.values().next().expect("a table")["name"].as_str().expect("a name").to_owned()
    };
    assert!(name(&[], None).ends_with("-prod"));
    assert!(name(&[], Some("env")).ends_with("-env"));
    assert!(name(&["--suffix", "cli"], Some("env")).ends_with("-cli"));
}

#[test]
fn an_invalid_blueprint_is_refused_before_anything_is_written() {
    let dir = tempfile::tempdir().expect("a directory");
    let check = |text: &str, expect: &[&str]| {
        std::fs::write(dir.path().join("b.toml"), text).expect("written");
        let args = ["synth", "--blueprint", "b.toml", "--out", "out"];
        let refused = run(dir.path(), &args);
        assert_eq!(refused.status.code(), Some(2), "{text}");
        for part in expect {
            assert!(error_text(&refused).contains(part), "{part:?} in {}", error_text(&refused));
        }
        assert!(!dir.path().join("out").exists(), "{text}");
    };
    check("sufix = \"a\"", &["b.toml:1:1", "did you mean suffix?"]);
    check("suffix = \"much-too-long-for-a-suffix\"", &["b.toml:1:1", "1 to 16"]);
    check("[network]\nsecondary_cidr = \"10.0.0.0/16\"", &["b.toml:2:1", "overlap"]);
    check("[regions]\nsecondary = \"us-east-1\"", &["b.toml:2:1", "three different"]);
    check("[regions]\nwitness = \"eu-west-1\"", &["strong consistency", "us-west-2"]);
    check("[timing]\nttl_s = 60", &["acceptance", "lower ttl_s"]);
    check("profile = 3\n[api]\nburst = \"x\"", &["b.toml:1:11", "b.toml:3:9"]);
}

#[test]
fn without_terraform_nothing_is_written() {
    let dir = tempfile::tempdir().expect("a directory");
    for verb in ["plan", "deploy", "destroy"] {
        let mut command = at(dir.path(), &[verb, "--yes"]);
        let refused = command.env("PATH", dir.path()).output().expect("leeward runs");
        assert_eq!(refused.status.code(), Some(2), "{verb}");
        assert!(error_text(&refused).contains("LW-C020"), "{}", error_text(&refused));
        assert_eq!(std::fs::read_dir(dir.path()).expect("readable").count(), 0);
    }
}

#[test]
fn cost_and_graph_write_their_results() {
    let dir = tempfile::tempdir().expect("a directory");
    let cost = run(dir.path(), &["cost", "--json", "--orders-per-second", "1000"]);
    let report: Value = serde_json::from_slice(&cost.stdout).expect("JSON");
    assert_eq!(report["load"]["orders_per_second"], 1000.0);
    assert!(report["usd_month"].as_f64() > Some(1_000.0));
    assert_eq!(run(dir.path(), &["graph", "--out", "t.svg"]).status.code(), Some(0));
    let drawing = std::fs::read_to_string(dir.path().join("t.svg")).expect("a drawing");
    assert!(drawing.starts_with("<svg") && drawing.contains("us-east-2"));
    assert_eq!(run(dir.path(), &["graph", "--out", "t.png"]).status.code(), Some(2));
}
