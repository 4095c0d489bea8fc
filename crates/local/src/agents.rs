//! The processes of the Regions. Each process has a configuration file and can be started, killed, paused, resumed and
//! restarted.

use crate::addresses::Addresses;
use crate::database::Databases;
use crate::layout::{Layout, write_private};
use leeward_blueprint::names::Names;
use leeward_blueprint::{Blueprint, Locations, Timing, each};
use leeward_model::Region;
use leeward_model::settings::{AgentRole, AgentSettings, DatabaseSettings, EventTarget};
use rustix::process::{Pid, Signal, kill_process};
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

fn settings(
    layout: &Layout,
    blueprint: &Blueprint,
    timing: &Timing,
    addresses: Addresses,
    databases: &Databases,
    place: usize,
) -> AgentSettings {
    let regions = &blueprint.regions;
    let region = regions.all()[place];
    let takes_orders = place < 2;
    AgentSettings {
        platform: blueprint.settings(
            region,
            timing,
            locations(blueprint, region, addresses, place),
        ),
        role: if takes_orders { AgentRole::Full } else { AgentRole::Witness },
        listen: if takes_orders { addresses.api(place) } else { addresses.link(place, 0) },
        // The witness has no database and never opens this path.
        database: match place {
            0 | 1 => databases.settings(place),
            _ => DatabaseSettings::Sqlite(layout.database(region.as_str())),
        },
        grants_file: layout.grants(),
        canary_token_file: layout.canary_token(),
        stop_with_stdin: true,
    }
}

fn locations(
    blueprint: &Blueprint,
    region: &Region,
    addresses: Addresses,
    place: usize,
) -> Locations {
    let (pair, names) = (blueprint.regions.pair(), Names::of(blueprint));
    let (cloud, queue) = (addresses.cloud(place), names.orders_queue());
    let apis = pair
        .into_iter()
        .enumerate()
        .map(|(to, region)| (region.clone(), format!("http://{}", addresses.link(place, to))));
    Locations {
        apis: apis.collect(),
        queue_urls: each(&pair, |_| format!("http://{cloud}/000000000000/{queue}")),
        notice_topics: each(&pair, |region| arn("sns", region, &names.notices_topic())),
        events: EventTarget::Topic(arn("sns", region, &names.events_topic())),
        // The cloud model names the members of a global cluster in this format.
        cluster_arns: each(&pair, |region| {
            arn("rds", region, &format!("cluster:{}-{region}", names.global_cluster()))
        }),
        state_machines: BTreeMap::new(),
    }
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
            let settings = settings(layout, blueprint, timing, addresses, databases, place);
            let text = serde_json::to_string(&settings)?;
            write_private(&layout.agent_config(region.as_str()), &text)?;
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
            // With its own process group, the agent receives no Ctrl-C from the terminal. The supervisor receives it
            // and stops its agents gracefully.
            .process_group(0)
            .spawn()?;
        self.children[place] = Some(child);
        Ok(())
    }

    /// Returns the id of the Region's process, or `None` if it does not run.
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

    /// Asks all processes to end, and kills the processes that do not.
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
