//! `leeward status`

use crate::args::PlatformArgs;
use crate::output::print_json;
use crate::remote::Remote;
use leeward_api::{DatabaseEngine, DnsView, PlatformStatus, RegionView, SentinelView};
use std::fmt::Display;

pub(crate) async fn run(args: PlatformArgs) -> anyhow::Result<bool> {
    let status = Remote::find(&args)?.status().await?;
    if args.at.json {
        print_json(&status)?;
    } else {
        print!("{}", render(&status));
    }
    Ok(true)
}

/// Renders a value, or a dash if the platform does not know it.
fn or_dash(value: Option<&impl Display>) -> String {
    value.map_or_else(|| "-".to_owned(), ToString::to_string)
}

fn render(status: &PlatformStatus) -> String {
    let mut lines = vec![format!(
        "active {}   epoch {}   mode {}   run {}",
        or_dash(status.active.as_ref()),
        or_dash(status.epoch.as_ref()),
        or_dash(status.mode.as_ref()),
        status.run.as_ref().map_or("none", |run| run.id.as_str())
    )];
    lines.extend(status.regions.iter().map(render_region));
    lines.extend(status.sentinels.iter().flatten().map(render_sentinel));
    lines.extend(status.dns.as_ref().map(render_dns));
    lines.join("\n") + "\n"
}

fn render_region(region: &RegionView) -> String {
    let yes = |holds: bool| if holds { "yes" } else { "NO" };
    let database = &region.database;
    let is_postgres = database.engine == Some(DatabaseEngine::Postgres.into());
    let unit = if is_postgres { " bytes" } else { "" };
    format!(
        "{:<12} {:<8} pid {:<8} accepting {:<4} traffic {:<4} {:<20} database {} {}{unit} behind",
        region.name.as_str(),
        region.role,
        or_dash(region.pid.as_ref()),
        yes(region.accepting),
        yes(region.traffic),
        or_dash(region.diagnosis.as_ref()),
        or_dash(database.role.as_ref()),
        or_dash(database.behind.as_ref()),
    )
}

fn render_sentinel(sentinel: &SentinelView) -> String {
    let counter = or_dash(sentinel.counter.as_ref());
    format!("sentinel {:<12} tick {counter}", sentinel.region.as_str())
}

fn render_dns(dns: &DnsView) -> String {
    let answer = or_dash(dns.answer.as_ref());
    format!("{} -> {answer} (TTL {} s) by DNS {}", dns.name, dns.ttl_s, dns.address)
}

#[cfg(test)]
mod tests {
    use super::*;
    use expect_test::{Expect, expect};
    use serde_json::{Value, json};

    const GOLDEN: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../api/tests/golden");

    fn golden(name: &str) -> Value {
        let text = std::fs::read_to_string(format!("{GOLDEN}/PlatformStatus.{name}.json"));
        serde_json::from_str(&text.expect("readable")).expect("JSON")
    }

    fn check(document: &Value, expect: &Expect) {
        let status: PlatformStatus = serde_json::from_value(document.clone()).expect("a status");
        expect.assert_eq(&render(&status));
    }

    #[test]
    fn a_local_platform_with_a_lost_region() {
        check(
            &golden("local"),
            &expect![[r#"
            active us-east-2   epoch 2   mode automatic   run none
            us-east-1    standby  pid -        accepting NO   traffic NO   silent               database orphan 0 behind
            us-east-2    active   pid 18       accepting yes  traffic yes  -                    database writer 0 behind
            sentinel us-east-2    tick 42
            sentinel us-west-2    tick -
            orders.leeward.test -> 127.0.1.2 (TTL 1 s) by DNS 127.0.0.1:7653
        "#]],
        );
    }

    #[test]
    fn a_local_platform_that_is_starting() {
        check(
            &golden("starting"),
            &expect![[r#"
            active -   epoch -   mode -   run none
            orders.leeward.test -> - (TTL 1 s) by DNS 127.0.0.1:7653
        "#]],
        );
    }

    #[test]
    fn a_deployed_platform_with_a_parked_run() {
        check(
            &golden("deployed"),
            &expect![[r#"
            active us-east-1   epoch 1   mode observe   run switchover-1
            us-east-1    active   pid -        accepting yes  traffic yes  unknown              database - - behind
            orders.example.com -> 192.0.2.1 (TTL 10 s) by DNS the system's
        "#]],
        );
    }

    #[test]
    fn bytes_behind_postgres_and_values_of_a_newer_server_are_shown() {
        let mut document = golden("local");
        document["mode"] = json!("supervised");
        document["regions"][0]["diagnosis"] = json!("haunted");
        document["regions"][1]["database"] =
            json!({"engine": "postgres", "role": "shadow", "lag_ms": 12, "behind": 4096});
        check(
            &document,
            &expect![[r#"
            active us-east-2   epoch 2   mode supervised   run none
            us-east-1    standby  pid -        accepting NO   traffic NO   haunted              database orphan 0 behind
            us-east-2    active   pid 18       accepting yes  traffic yes  -                    database shadow 4096 bytes behind
            sentinel us-east-2    tick 42
            sentinel us-west-2    tick -
            orders.leeward.test -> 127.0.1.2 (TTL 1 s) by DNS 127.0.0.1:7653
        "#]],
        );
    }
}
