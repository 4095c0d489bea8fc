//! Files of orders: valid lines are submitted, invalid ones are reported.

use crate::harness::{Platform, leeward};
use serde_json::Value;

fn submit(p: &Platform, name: &str, text: &str) -> (Option<i32>, Value) {
    let file = p.dir.path().join(name);
    std::fs::write(&file, text).expect("written");
    let out = p.run(&["orders", "submit", "--json", "--file", file.to_str().expect("UTF-8")]);
    let told = serde_json::from_slice(&out.stdout)
        .unwrap_or_else(|_| Value::String(String::from_utf8_lossy(&out.stderr).into_owned()));
    (out.status.code(), told)
}

#[test]
fn valid_lines_are_submitted_and_invalid_ones_reported() {
    let p = Platform::up();
    let good = |id: &str| {
        format!(
            "{{\"client_order_id\":\"{id}\",\"account\":\"f\",\"symbol\":\"ACME\",\
             \"side\":\"buy\",\"type\":\"market\",\"quantity\":\"1\"}}"
        )
    };
    let text = format!("{}\n{{broken\n{}\n{{\"account\":\"f\"}}\n", good("1"), good("2"));
    let (code, told) = submit(&p, "orders.ndjson", &text);
    assert_eq!(code, Some(1), "{told}");
    assert_eq!(told["accepted"], 2);
    let refused = told["refused"].as_array().expect("a list");
    assert_eq!(refused.len(), 2);
    assert_eq!((refused[0]["line"].as_u64(), refused[1]["line"].as_u64()), (Some(2), Some(4)));
    assert!(refused[0]["why"].as_str().expect("text").contains("column 2"), "{refused:?}");
    assert!(refused[1]["why"].as_str().expect("text").contains("quantity is missing"));
    let (code, told) = submit(&p, "orders.ndjson", &text.replace("{broken\n", ""));
    assert_eq!(
        (code, &told["accepted"]),
        (Some(1), &Value::from(2)),
        "the repeated lines had a second effect"
    );
}

#[test]
fn a_generated_csv_file_is_submitted() {
    let p = Platform::up();
    let made = leeward(&["orders", "generate", "--count", "300", "--format", "csv"]).output();
    let made = String::from_utf8(made.expect("runs").stdout).expect("UTF-8");
    assert_eq!(made.lines().count(), 301);
    let (code, told) = submit(&p, "orders.csv", &made);
    assert_eq!((code, &told["accepted"]), (Some(0), &Value::from(300)), "{told}");
    let (code, told) = submit(&p, "bad.csv", "client_order_id,account\n1,2\n");
    assert_eq!(code, Some(2));
    assert!(told.as_str().expect("text").contains("symbol is missing"), "{told}");
    let text =
        "client_order_id,account,symbol,side,type,quantity\n1,c,X,buy,market,1\n2,c,\"X\n3,c\n";
    let (code, told) = submit(&p, "odd.csv", text);
    assert_eq!((code, &told["accepted"]), (Some(1), &Value::from(1)));
    assert!(
        told["refused"][0]["why"].as_str().expect("text").contains("line 3: column 5"),
        "{told}"
    );
}

/// A killed submission resumes where it stopped, and its progress file counts only for the same lines.
#[test]
fn a_killed_submission_resumes_for_the_same_lines_only() {
    let p = Platform::up();
    let generate = |seed: &str, count: &str| {
        let made = leeward(&["orders", "generate", "--seed", seed, "--count", count]).output();
        String::from_utf8(made.expect("runs").stdout).expect("UTF-8")
    };
    let (first, second) = (generate("7", "6000"), generate("8", "700"));
    let file = p.dir.path().join("orders.ndjson");
    let note = p.dir.path().join("orders.ndjson.progress");
    let killed = || {
        std::fs::write(&file, &first).expect("written");
        let mut child = leeward(&["orders", "submit", "--json", "--file"])
            .arg(&file)
            .arg("--dir")
            .arg(p.dir.path())
            .stdout(std::process::Stdio::null())
            .spawn()
            .expect("runs");
        while !note.exists() && child.try_wait().expect("waited").is_none() {
            std::thread::park_timeout(std::time::Duration::from_millis(2));
        }
        child.kill().expect("killed");
        child.wait().expect("waited");
    };
    killed();
    let (code, told) = submit(&p, "orders.ndjson", &first);
    let (skipped, accepted) = (told["skipped"].as_u64(), told["accepted"].as_u64());
    assert_eq!(code, Some(0), "{told}");
    assert!(skipped.is_some_and(|n| n >= 500), "{told}");
    assert_eq!(skipped.zip(accepted).map(|(s, a)| s + a), Some(6_000), "{told}");
    killed();
    let (code, told) = submit(&p, "orders.ndjson", &second);
    assert_eq!(code, Some(0), "{told}");
    assert_eq!((&told["skipped"], &told["accepted"]), (&Value::from(0), &Value::from(700)));
}

#[test]
fn missing_files_and_unknown_formats_are_refused() {
    let out = leeward(&["orders", "generate", "--format", "xml"]).output().expect("runs");
    assert_eq!(out.status.code(), Some(2));
    let dir = tempfile::tempdir().expect("a directory");
    let out = leeward(&["orders", "submit", "--file", "none", "--dir"])
        .arg(dir.path())
        .output()
        .expect("runs");
    assert_eq!(out.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&out.stderr).contains("LW-C002"));
}
