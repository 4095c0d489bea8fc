//! The Region processes: configured by a file, started, killed, paused, started again.

use crate::addresses::Addresses;
use crate::database::Databases;
use crate::layout::{Layout, write_private};
use leeward_blueprint::names::Names;
use leeward_blueprint::services::Routing;
use leeward_blueprint::{Blueprint, Timing};
use leeward_model::Region;
use rustix::process::{Pid, Signal, kill_process};
use serde_json::json;
use std::collections::BTreeMap;
use std::fs::OpenOptions;
use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

pub(crate) struct Agents {
    layout: Layout,
    program: PathBuf,
    endpoints: Vec<String>,
    regions: Vec<Region>,
    children: Vec<Option<Child>>,
}

fn arn(service: &str, region: &Region, name: &str) -> String {
    format!("arn:aws:{service}:{region}:000000000000:{name}")
}

fn config(
    layout: &Layout,
    blueprint: &Blueprint,
    timing: &Timing,
    addresses: Addresses,
    databases: &Databases,
    place: usize,
) -> serde_json::Value {
    let r = &blueprint.regions;
    let all = [&r.primary, &r.secondary, &r.witness];
    let full = [&r.primary, &r.secondary];
    let names = Names::of(blueprint);
    let cloud = addresses.cloud(place);
    let each = |make: &dyn Fn(&Region) -> String| -> BTreeMap<String, String> {
        full.iter().map(|region| (region.to_string(), make(region))).collect()
    };
    let apis: BTreeMap<String, String> = full
        .iter()
        .enumerate()
        .map(|(to, region)| (region.to_string(), format!("http://{}", addresses.link(place, to))))
        .collect();
    let region = all[place];
    let listen = if place < 2 { addresses.api(place) } else { addresses.link(place, 0) };
    // The witness has no database; it gets a path that nobody opens.
    let database = match place {
        0 | 1 => databases.told(place),
        _ => json!({"sqlite": layout.database(region.as_str())}),
    };
    let platform = json!({
        "region": region,
        "primary": r.primary,
        "secondary": r.secondary,
        "failover_routing": blueprint.dns.routing == Routing::Failover,
        "apis": apis,
        "account_ceiling": blueprint.orders.account_ceiling,
        "ledger_table": names.ledger_table(),
        "control_table": names.control_table(),
        "sessions_table": names.sessions_table(),
        "queue_urls": each(&|_| format!("http://{cloud}/000000000000/{}", names.orders_queue())),
        "notice_topics": each(&|region| arn("sns", region, &names.notices_topic())),
        "events": {"topic": arn("sns", region, &names.events_topic())},
        "global_cluster": names.global_cluster(),
        "cluster_arns": each(&|region| {
            arn("rds", region, &format!("cluster:{}-{region}", names.global_cluster()))
        }),
        "timing": {
            "tick_ms": timing.tick_ms,
            "misses": timing.misses,
            "probe_timeout_ms": timing.probe_timeout_ms,
            "cooldown_ticks": timing.cooldown_ticks,
            "day_ticks": timing.day_ticks,
            "moves_per_day": timing.moves_per_day,
            "takeover_ticks": timing.takeover_ticks,
            "failback_ticks": timing.failback_ticks,
            "deadline_ms": timing.deadline_ms,
            "put_timeout_ms": timing.put_timeout_ms,
            "call_timeout_ms": timing.call_timeout_ms,
            "hint_delay_ms": timing.hint_delay_ms,
            "sweep_ms": timing.sweep_ms,
            "expiry_ms": timing.expiry_ms,
            "poll_ms": timing.poll_ms,
            "promote_wait_ms": timing.promote_wait_ms,
        },
    });
    json!({
        "platform": platform,
        "role": if place < 2 { "full" } else { "witness" },
        "listen": listen,
        "database": database,
        "grants_file": layout.grants(),
        "canary_token_file": layout.canary_token(),
        "stop_with_stdin": true,
    })
}

impl Agents {
    pub(crate) fn prepare(
        layout: &Layout,
        blueprint: &Blueprint,
        timing: &Timing,
        addresses: Addresses,
        databases: &Databases,
        program: PathBuf,
    ) -> std::io::Result<Agents> {
        let r = &blueprint.regions;
        let regions = vec![r.primary.clone(), r.secondary.clone(), r.witness.clone()];
        for (place, region) in regions.iter().enumerate() {
            let config = config(layout, blueprint, timing, addresses, databases, place);
            write_private(&layout.agent_config(region.as_str()), &config.to_string())?;
        }
        let endpoints = (0..3).map(|p| format!("http://{}", addresses.cloud(p))).collect();
        Ok(Agents {
            layout: layout.clone(),
            program,
            endpoints,
            regions,
            children: vec![None, None, None],
        })
    }

    pub(crate) fn start(&mut self, place: usize) -> std::io::Result<()> {
        if self.pid(place).is_some() {
            return Ok(());
        }
        let region = self.regions[place].as_str();
        let log =
            OpenOptions::new().create(true).append(true).open(self.layout.agent_log(region))?;
        let child = Command::new(&self.program)
            .arg("agent")
            .arg("--config")
            .arg(self.layout.agent_config(region))
            .env("AWS_ENDPOINT_URL", &self.endpoints[place])
            .env("AWS_ACCESS_KEY_ID", "local")
            .env("AWS_SECRET_ACCESS_KEY", "local")
            .env_remove("AWS_SESSION_TOKEN")
            .stdin(Stdio::piped())
            .stdout(log.try_clone()?)
            .stderr(log)
            // A Ctrl-C at the terminal is for the supervisor; it stops its agents in order.
            .process_group(0)
            .spawn()?;
        self.children[place] = Some(child);
        Ok(())
    }

    /// The process, while it lives.
    pub(crate) fn pid(&mut self, place: usize) -> Option<u32> {
        let child = self.children[place].as_mut()?;
        match child.try_wait() {
            Ok(None) => Some(child.id()),
            _ => {
                self.children[place] = None;
                None
            }
        }
    }

    fn signal(&mut self, place: usize, signal: Signal) {
        let pid = self.pid(place).and_then(|pid| Pid::from_raw(pid as i32));
        if let Some(pid) = pid {
            let _ = kill_process(pid, signal);
        }
    }

    pub(crate) fn kill(&mut self, place: usize) {
        self.signal(place, Signal::KILL);
        if let Some(mut child) = self.children[place].take() {
            let _ = child.wait();
        }
    }

    pub(crate) fn pause(&mut self, place: usize) {
        self.signal(place, Signal::STOP);
    }

    pub(crate) fn resume(&mut self, place: usize) {
        self.signal(place, Signal::CONT);
    }

    /// Asks all to end, and ends those that do not.
    pub(crate) fn stop_all(&mut self) {
        for place in 0..self.children.len() {
            self.signal(place, Signal::CONT);
            self.signal(place, Signal::TERM);
        }
        let deadline = std::time::Instant::now() + std::time::Duration::from_secs(3);
        for place in 0..self.children.len() {
            while self.pid(place).is_some() && std::time::Instant::now() < deadline {
                std::thread::park_timeout(std::time::Duration::from_millis(5));
            }
            self.kill(place);
        }
    }
}

impl Drop for Agents {
    fn drop(&mut self) {
        for place in 0..self.children.len() {
            self.kill(place);
        }
    }
}
