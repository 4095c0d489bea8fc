//! `leeward status`

use super::remote::Remote;
use crate::args::Target;
use serde_json::Value;

pub(crate) async fn run(args: Target) -> anyhow::Result<bool> {
    let status = Remote::find(&args)?.status().await?;
    if args.at.json {
        println!("{status}");
        return Ok(true);
    }
    // What a deployed platform does not say is a stroke.
    let text = |v: &Value| match v {
        Value::Null => "-".to_owned(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    println!(
        "active {}   epoch {}   mode {}   run {}",
        text(&status["active"]),
        status["epoch"],
        text(&status["mode"]),
        status["run"]["id"].as_str().unwrap_or("none")
    );
    for region in status["regions"].as_array().into_iter().flatten() {
        let mark = |name: &str| if region[name] == true { "yes" } else { "NO" };
        let unit = if region["database"]["engine"] == "postgres" { " bytes" } else { "" };
        println!(
            "{:<12} {:<8} pid {:<8} accepting {:<4} traffic {:<4} {:<20} database {} {}{unit} behind",
            text(&region["name"]),
            text(&region["role"]),
            text(&region["pid"]),
            mark("accepting"),
            mark("traffic"),
            text(&region["diagnosis"]),
            text(&region["database"]["role"]),
            text(&region["database"]["behind"]),
        );
    }
    for sentinel in status["sentinels"].as_array().into_iter().flatten() {
        println!("sentinel {:<12} tick {}", text(&sentinel["region"]), sentinel["counter"]);
    }
    println!(
        "{} -> {} (TTL {} s) by DNS {}",
        text(&status["dns"]["name"]),
        text(&status["dns"]["answer"]),
        status["dns"]["ttl_s"],
        text(&status["dns"]["address"])
    );
    Ok(true)
}
