//! The drill: a platform under load loses its active Region, and the drill measures every time from outside. `--kills
//! N` repeats the loss; each round kills the Region that is then active.

use crate::clock::wall_ms;
use crate::load::{Load, LoadOptions, LoadSummary};
use crate::status::status;
use crate::supervisor::{Supervisor, UpError, UpOptions};
use crate::verify;
use leeward_api::{
    DatabaseRole, DrillReport, Epochs, FinishedRunView, ObservationView, OrderCounts,
    PlatformStatus, RunEnd, Times,
};
use leeward_blueprint::Budget;
use leeward_cloud::dynamodb::expression::{Compare, Condition, Operand, Path};
use leeward_cloud::dynamodb::{DynamoRequest, DynamoResponse, Query, Value as Attribute};
use leeward_cloud::{Place, RegionIx, Reply, Request, Response};
use leeward_model::{AuditKind, AuditRecord, Diagnosis, Step};
use serde::de::DeserializeOwned;
use std::sync::Arc;
use std::time::{Duration, Instant};

#[derive(Debug, Clone)]
pub struct DrillOptions {
    pub up: UpOptions,
    pub rate: f64,
    pub kills: u32,
    pub connections: usize,
    pub accounts: u64,
    /// The time under load before the first kill and between kills.
    pub warm: Duration,
}

/// Runs the drill. It passes a line for each event to `say`.
pub async fn run_drill(options: DrillOptions, say: impl Fn(&str)) -> Result<DrillReport, UpError> {
    let supervisor = Supervisor::start(options.up.clone()).await?;
    let report = Drill { s: supervisor.clone(), options, failures: Vec::new() }.run(&say).await;
    let stopping = supervisor.clone();
    let _ = tokio::task::spawn_blocking(move || stopping.stop()).await;
    Ok(report)
}

struct Drill {
    s: Arc<Supervisor>,
    options: DrillOptions,
    failures: Vec<String>,
}

struct Kill {
    place: usize,
    at: Instant,
    times: Times,
}

impl Drill {
    fn load_options(&self) -> LoadOptions {
        let s = &self.s;
        LoadOptions {
            rate: Some(self.options.rate),
            connections: self.options.connections,
            accounts: self.options.accounts,
            patience: Duration::from_millis(s.timing().deadline_ms + 500),
            ..LoadOptions::on(s, format!("drill{}", wall_ms()))
        }
    }

    fn targets(&self) -> Times {
        let (t, budget) = (self.s.timing(), Budget::of(self.s.timing()));
        let ttl = u64::from(t.ttl_s) * 1_000;
        match t.profile {
            leeward_blueprint::TimingProfile::Local => Times {
                detect: 1_000,
                decide: 1_500,
                fence: 1_500,
                acceptance: 2_000 + ttl,
                promote: 5_000,
                resume: 5_000,
                reconcile: 5_000,
                processing: 5_000,
            },
            leeward_blueprint::TimingProfile::Aws => Times {
                detect: budget.verdict_ms,
                decide: 30_000,
                fence: 30_000,
                acceptance: budget.acceptance_ms,
                promote: 300_000,
                resume: 300_000,
                reconcile: 300_000,
                processing: 300_000,
            },
        }
    }

    async fn run(mut self, say: &impl Fn(&str)) -> DrillReport {
        if let Err(not_ready) = self.s.wait_ready(Duration::from_secs(60)).await {
            self.failures.push(not_ready.to_string());
        }
        let before = self.status().await.epoch.map_or(0, |epoch| epoch.0);
        let load_options = self.load_options();
        say(&format!("{} orders/s through {}", self.options.rate, load_options.name));
        let began = Instant::now();
        let load = Load::start(load_options.clone());
        tokio::time::sleep(self.options.warm).await;
        let mut kills = Vec::new();
        for n in 1..=self.options.kills {
            let Some(kill) = self.kill_active(say, n).await else { break };
            kills.push(kill);
            tokio::time::sleep(self.options.warm).await;
            if n < self.options.kills && !self.bring_back(&kills, say).await {
                break;
            }
        }
        let summary = load.stop(Duration::from_secs(15)).await;
        let elapsed = began.elapsed();
        if summary.broken > 0 {
            self.failures.push(format!("{} workers of the load generator failed", summary.broken));
        }
        if summary.acks.is_empty() {
            self.failures.push("no order was acknowledged".into());
        }
        self.settle(&summary, say).await;
        let active = self.active().await.unwrap_or(1);
        let counted = verify::count(&self.s, active, &load_options, &summary).await;
        self.failures.extend(counted.failures.clone());
        for kill in &mut kills {
            kill.times.acceptance = acceptance(&self.s, kill, &summary);
        }
        self.report(before, elapsed, &summary, counted, &kills).await
    }

    async fn status(&self) -> PlatformStatus {
        status(&self.s).await
    }

    async fn active(&self) -> Option<usize> {
        let active = self.status().await.active?;
        self.s.region_names().iter().position(|name| name == active.as_str())
    }

    /// Kills the active Region and waits until the run that the kill causes has ended.
    async fn kill_active(&mut self, say: &impl Fn(&str), n: u32) -> Option<Kill> {
        let place = self.active().await?;
        let name = self.s.region_names()[place].clone();
        let (at, at_ms) = (Instant::now(), wall_ms());
        self.s.kill(place);
        say(&format!(
            "kill {n}: {name} is dark (its agent received SIGKILL, its cloud does not respond)"
        ));
        let limit = Duration::from_millis(self.targets().processing * 4 + 10_000);
        let Some(run) = self.wait_for_run(at_ms, limit).await else {
            self.failures.push(format!("kill {n}: no run completed within {limit:?}"));
            return None;
        };
        let times = self.times(place, at_ms, &run).await;
        say(&format!(
            "kill {n}: decided after {} ms, {} active after {} ms, booking caught up after {} ms",
            times.decide, run.target, times.fence, times.processing
        ));
        Some(Kill { place, at, times })
    }

    async fn wait_for_run(&self, since_ms: u64, limit: Duration) -> Option<FinishedRunView> {
        let wait = async {
            loop {
                if let Some(last) = self.status().await.last_run {
                    let began_ms = last.history.first().map_or(0, |mark| mark.done_at_ms);
                    if began_ms >= since_ms && last.end == RunEnd::Completed {
                        return last;
                    }
                }
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        };
        tokio::time::timeout(limit, wait).await.ok()
    }

    /// Returns the times of one move. They come from the run's history, the sentinels' observations and the audit
    /// chains.
    async fn times(&self, killed: usize, at_ms: u64, run: &FinishedRunView) -> Times {
        let since = |ms: u64| ms.saturating_sub(at_ms);
        let step = |step: Step| run.done_at_ms(step).map_or(u64::MAX, since);
        let name = &self.s.region_names()[killed];
        let witness_side = 1 - killed;
        let mut detect = u64::MAX;
        for seen in self.items::<ObservationView>(witness_side, "sentinels").await {
            let others = seen.sentinel.as_str() != name;
            let view = seen.regions.iter().find(|(region, _)| region.as_str() == name);
            if let Some((_, view)) = view.filter(|_| others)
                && view.diagnosis.known().copied().is_some_and(Diagnosis::is_bad)
            {
                detect = detect.min(view.since_at_ms);
            }
        }
        let start = format!("start {}:", run.id);
        let mut decide = u64::MAX;
        for region in self.s.region_names() {
            let chain = format!("audit#sentinel-{region}");
            for record in self.items::<AuditRecord>(witness_side, &chain).await {
                if record.kind == AuditKind::Intent && record.what.contains(&start) {
                    decide = decide.min(record.at_ms);
                }
            }
        }
        let known = |ms: u64| if ms == u64::MAX { u64::MAX } else { since(ms) };
        let processing = step(Step::Reconcile);
        Times {
            detect: known(detect).min(known(decide)),
            decide: known(decide),
            fence: step(Step::Fence),
            acceptance: u64::MAX,
            promote: step(Step::PromoteDatabase),
            resume: step(Step::ResumeProcessing),
            reconcile: processing,
            processing,
        }
    }

    /// Reads the items of a partition of the control table.
    async fn items<T: DeserializeOwned>(&self, region: usize, partition: &str) -> Vec<T> {
        let condition = Condition::Compare(
            Operand::Path(Path::attribute("pk")),
            Compare::Eq,
            Operand::Value(Attribute::S(partition.into())),
        );
        let query = Query {
            table: self.s.names().control_table().into(),
            condition,
            filter: None,
            forward: false,
            limit: Some(200),
            start: None,
            consistent: true,
        };
        let request = Request::Dynamo(DynamoRequest::Query(query));
        let reply = self.s.engine().call(Place::Internet, RegionIx(region as u8), request).await;
        let Reply::Answer(Ok(Response::Dynamo(DynamoResponse::Page(page)))) = reply else {
            return Vec::new();
        };
        let bodies = page.items.iter().filter_map(|item| match item.get("body") {
            Some(Attribute::S(body)) => serde_json::from_str(body).ok(),
            _ => None,
        });
        bodies.collect()
    }

    /// Restarts the killed Region and waits until it can take over again.
    async fn bring_back(&mut self, kills: &[Kill], say: &impl Fn(&str)) -> bool {
        let place = kills.last().expect("called after a kill").place;
        let name = self.s.region_names()[place].clone();
        if let Err(error) = self.s.restart(place) {
            self.failures.push(error.to_string());
            return false;
        }
        let ready = async {
            loop {
                let status = self.status().await;
                let ready = status.regions.get(place).is_some_and(|region| {
                    region.accepting
                        && region.database.role == Some(DatabaseRole::Reader.into())
                        && region.diagnosis == Some(Diagnosis::Healthy.into())
                });
                if ready && status.run.is_none() {
                    return;
                }
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        };
        if tokio::time::timeout(Duration::from_secs(60), ready).await.is_err() {
            self.failures.push(format!("{name} did not become ready again within 60 s"));
            return false;
        }
        say(&format!("{name} is back as the standby"));
        // The pause respects the move budget: a third dark move within the cooldown would wait (LIVE-3).
        let t = self.s.timing();
        let tick = t.tick_ms.max(t.probe_timeout_ms) + 50;
        tokio::time::sleep(Duration::from_millis(t.cooldown_ticks * tick / 2)).await;
        true
    }

    /// Waits up to 90 s until the surviving database has booked the acknowledged orders.
    async fn settle(&mut self, summary: &LoadSummary, say: &impl Fn(&str)) {
        say(&format!("{} acknowledged; waiting for booking to catch up", summary.acks.len()));
        let caught_up = async {
            let mut last = (0, Instant::now());
            loop {
                let Some(active) = self.active().await else {
                    tokio::time::sleep(Duration::from_millis(100)).await;
                    continue;
                };
                let rows = self.s.databases().count(active).await.unwrap_or(0);
                if rows != last.0 {
                    last = (rows, Instant::now());
                }
                // Canaries arrive all the time, so the count never stops changing. It is enough here that no backlog is
                // left; `verify` checks the orders of the load.
                if rows as usize >= summary.acks.len() || last.1.elapsed() > Duration::from_secs(10)
                {
                    break;
                }
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
            tokio::time::sleep(Duration::from_millis(self.s.timing().sweep_ms + 1_000)).await;
        };
        if tokio::time::timeout(Duration::from_secs(90), caught_up).await.is_err() {
            self.failures.push("booking did not catch up within 90 s".into());
        }
    }

    async fn report(
        self,
        before: u64,
        elapsed: Duration,
        summary: &LoadSummary,
        counted: verify::Counted,
        kills: &[Kill],
    ) -> DrillReport {
        let targets = self.targets();
        let mut failures = self.failures.clone();
        let mut worst = Times::default();
        for (n, kill) in kills.iter().enumerate() {
            let t = kill.times;
            for (name, got, target, worst) in [
                ("detect", t.detect, targets.detect, &mut worst.detect),
                ("decide", t.decide, targets.decide, &mut worst.decide),
                ("fence", t.fence, targets.fence, &mut worst.fence),
                ("acceptance", t.acceptance, targets.acceptance, &mut worst.acceptance),
                ("promote", t.promote, targets.promote, &mut worst.promote),
                ("resume", t.resume, targets.resume, &mut worst.resume),
                ("reconcile", t.reconcile, targets.reconcile, &mut worst.reconcile),
                ("processing", t.processing, targets.processing, &mut worst.processing),
            ] {
                *worst = (*worst).max(got);
                if got > target {
                    failures.push(format!(
                        "kill {}: {name} took {got} ms; the target is {target} ms",
                        n + 1
                    ));
                }
            }
        }
        if (kills.len() as u32) < self.options.kills {
            failures.push(format!("{} of {} kills completed", kills.len(), self.options.kills));
        }
        if counted.lost > 0 {
            failures.push(format!("{} acknowledged orders lost", counted.lost));
        }
        if counted.duplicated > 0 {
            failures.push(format!("{} orders duplicated", counted.duplicated));
        }
        if !summary.refused.is_empty() {
            failures.push(format!("{} orders were refused", summary.refused.len()));
        }
        let after = self.status().await.epoch.map_or(0, |epoch| epoch.0);
        DrillReport {
            scenario: "region-loss".into(),
            timing: Budget::label(self.s.timing().profile).into(),
            passed: failures.is_empty(),
            orders: OrderCounts {
                submitted: summary.submitted,
                acknowledged: summary.acks.len() as u64,
                lost: counted.lost,
                duplicated: counted.duplicated,
            },
            rto_ms: worst,
            targets_ms: targets,
            epoch: Epochs { before, after },
            failures,
            kills: kills.iter().map(|k| k.times).collect(),
            latency_ms: [
                ("p50".to_owned(), summary.latency_ms(0.5)),
                ("p99".to_owned(), summary.latency_ms(0.99)),
                ("max".to_owned(), summary.latency_ms(1.0)),
            ]
            .into(),
            orders_per_second: summary.acks.len() as f64 / elapsed.as_secs_f64(),
        }
    }
}

/// Returns the time from the last acknowledgement of the old Region to the first later one of the new Region.
fn acceptance(s: &Supervisor, kill: &Kill, summary: &LoadSummary) -> u64 {
    let old = s.addresses().api(kill.place).ip();
    let window = kill.at + Duration::from_secs(120);
    let last_old = summary
        .acks
        .iter()
        .filter(|a| a.from == old && a.at < kill.at + Duration::from_millis(500))
        .map(|a| a.at)
        .max()
        .unwrap_or(kill.at);
    let first_new = summary
        .acks
        .iter()
        .filter(|a| a.from != old && a.at > last_old && a.at < window)
        .map(|a| a.at);
    match first_new.min() {
        Some(at) => at.duration_since(last_old.min(at)).as_millis() as u64,
        None => u64::MAX,
    }
}
