//! `leeward plan`, `deploy` and `destroy`: they run Terraform on the stacks in deployment order or in reverse. Each
//! stack has its own state, so the same command continues an interrupted deployment.

use super::synth;
use crate::args::Deploy;
use crate::confirm::confirm;
use crate::terraform::{Outcome, Progress, Terraform};
use anyhow::Context;
use indicatif::{ProgressBar, ProgressStyle};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// The number of attempts to destroy a stack. AWS does not delete a cluster during a promotion
/// (docs/spec/aws-facts.md).
const DESTROY_TRIES: usize = 4;
const BETWEEN_TRIES: Duration = Duration::from_secs(20);

struct Session {
    terraform: Terraform,
    out: PathBuf,
    stacks: Vec<String>,
    json: bool,
    report: Vec<Value>,
}

/// The Terraform command of a verb.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Verb {
    Plan,
    Apply,
    Destroy,
}

impl Verb {
    fn arguments(self) -> &'static [&'static str] {
        match self {
            Verb::Plan => &["plan"],
            Verb::Apply => &["apply", "-auto-approve"],
            Verb::Destroy => &["destroy", "-auto-approve"],
        }
    }

    fn as_str(self) -> &'static str {
        match self {
            Verb::Plan => "plan",
            Verb::Apply => "deploy",
            Verb::Destroy => "destroy",
        }
    }
}

/// Plans the stacks. Returns false when a stack cannot be planned, or when something would change despite
/// `--expect-clean`.
pub(crate) async fn plan(args: Deploy) -> anyhow::Result<bool> {
    let mut session = Session::open(&args).await?;
    let mut clean = true;
    for stack in session.stacks.clone() {
        let outcome = session.run_stack(&stack, Verb::Plan, &[]).await?;
        clean &= outcome.done && outcome.added + outcome.changed + outcome.removed == 0;
        if !outcome.done {
            // Later stacks read the outputs of this one.
            return session.end(false);
        }
    }
    session.end(clean || !args.expect_clean)
}

pub(crate) async fn deploy(args: Deploy) -> anyhow::Result<bool> {
    let mut session = Session::open(&args).await?;
    session.confirm(&args, "Deploy")?;
    for stack in session.stacks.clone() {
        if !session.run_stack(&stack, Verb::Apply, &[]).await?.done {
            return session.end(false);
        }
        session.show_name_servers(&stack).await;
    }
    session.end(true)
}

pub(crate) async fn destroy(args: Deploy) -> anyhow::Result<bool> {
    let mut session = Session::open(&args).await?;
    session.confirm(&args, "Destroy")?;
    for stack in session.stacks.clone().into_iter().rev() {
        if !session.destroy_stack(&stack).await? {
            return session.end(false);
        }
    }
    session.end(true)
}

impl Session {
    /// Opens a session: finds Terraform before anything is written, and then writes the stacks unless `--as-is` is set.
    async fn open(args: &Deploy) -> anyhow::Result<Session> {
        let terraform = Terraform::find(args.program.as_deref(), args.plugin_dir.as_deref())?;
        terraform.check_version().await?;
        let out = if args.as_is {
            args.synth.out.clone().unwrap_or_else(|| "cdktf.out".into())
        } else {
            synth::write(&args.synth)?
        };
        let stacks = deployment_order(&out)?;
        Ok(Session { terraform, out, stacks, json: args.synth.which.json, report: Vec::new() })
    }

    fn confirm(&self, args: &Deploy, what: &str) -> anyhow::Result<()> {
        if args.yes {
            return Ok(());
        }
        confirm(&format!("{what} {}?", self.stacks.join(", ")))
    }

    fn dir(&self, stack: &str) -> PathBuf {
        self.out.join("stacks").join(stack)
    }

    async fn run_stack(
        &mut self,
        stack: &str,
        verb: Verb,
        more: &[&str],
    ) -> anyhow::Result<Outcome> {
        let (began, bar) = (Instant::now(), self.bar(stack));
        let dir = self.dir(stack);
        let mut outcome = self.terraform.init(&dir).await?;
        if outcome.done {
            let arguments: Vec<&str> = verb.arguments().iter().chain(more).copied().collect();
            let tell = |progress: Progress<'_>| match progress {
                Progress::Planned(count) => bar.set_length(count),
                Progress::Finished(address) => {
                    bar.inc(1);
                    bar.set_message(address.to_owned());
                }
            };
            outcome = self.terraform.run(&dir, &arguments, tell).await?;
        }
        bar.finish_and_clear();
        self.report_stack(stack, verb, &outcome, began.elapsed());
        Ok(outcome)
    }

    fn bar(&self, stack: &str) -> ProgressBar {
        if self.json {
            return ProgressBar::hidden();
        }
        let style = ProgressStyle::with_template("{prefix:>10} {bar:24} {pos}/{len} {wide_msg}");
        let bar = ProgressBar::new(0).with_prefix(stack.to_owned());
        if let Ok(style) = style { bar.with_style(style) } else { bar }
    }

    fn report_stack(&mut self, stack: &str, verb: Verb, outcome: &Outcome, took: Duration) {
        let o = outcome;
        let changes: Vec<Value> = (o.changes.iter())
            .map(|(address, action)| json!({ "address": address, "action": action }))
            .collect();
        self.report.push(json!({
            "stack": stack, "verb": verb.as_str(), "done": o.done, "added": o.added,
            "changed": o.changed, "removed": o.removed, "seconds": took.as_secs(), "errors": o.errors, "changes": changes,
        }));
        if self.json {
            return;
        }
        let mark = if o.done { "done" } else { "FAILED" };
        let counts = format!("+{} ~{} -{}", o.added, o.changed, o.removed);
        println!("{stack:>10} {mark} {counts} in {} s", took.as_secs());
        if verb == Verb::Plan {
            o.changes.iter().for_each(|(address, action)| println!("{action:>17} {address}"));
        }
        for error in &o.errors {
            eprintln!("{stack}: {error}");
        }
    }

    /// Prints the name servers to which the parent zone must delegate. The certificates of the next stack wait for the
    /// delegation.
    async fn show_name_servers(&self, stack: &str) {
        let outputs = self.terraform.outputs(&self.dir(stack)).await;
        let servers = outputs.pointer("/name_servers/value").and_then(Value::as_array);
        let Some(servers) = servers.filter(|_| !self.json) else { return };
        let servers: Vec<&str> = servers.iter().filter_map(Value::as_str).collect();
        println!(
            "{:>10} name servers: {}. The parent zone must name them; certificates wait for that.",
            "",
            servers.join(", ")
        );
    }

    fn end(&self, passed: bool) -> anyhow::Result<bool> {
        if self.json {
            println!("{}", json!({ "passed": passed, "stacks": self.report }));
        }
        Ok(passed)
    }

    /// Destroys a stack. AWS does not delete a writer cluster that still has readers (docs/spec/aws-facts.md), so after
    /// a failover the readers' clusters are destroyed first, even if they belong to other stacks.
    async fn destroy_stack(&mut self, stack: &str) -> anyhow::Result<bool> {
        for attempt in 1..=DESTROY_TRIES {
            let outcome = self.run_stack(stack, Verb::Destroy, &[]).await?;
            if outcome.done {
                return Ok(true);
            }
            let mentions = |part: &str| outcome.errors.iter().any(|error| error.contains(part));
            // The provider and the service word the same state of the cluster differently (REQ-D6).
            let writes = mentions("primary member") || mentions("InvalidGlobalClusterState");
            if writes && !mentions("promoting") {
                self.destroy_readers(stack).await?;
            } else if !mentions("promoting") {
                return Ok(false);
            }
            if attempt < DESTROY_TRIES {
                tokio::time::sleep(BETWEEN_TRIES).await;
            }
        }
        Ok(false)
    }

    /// Destroys the clusters of all stacks except `writer`. These clusters read from the writer and block its deletion.
    async fn destroy_readers(&mut self, writer: &str) -> anyhow::Result<()> {
        for stack in self.stacks.clone() {
            let targets = if stack == writer { Vec::new() } else { clusters(&self.dir(&stack))? };
            if !targets.is_empty() {
                let targets: Vec<&str> = targets.iter().map(String::as_str).collect();
                self.run_stack(&stack, Verb::Destroy, &targets).await?;
            }
        }
        Ok(())
    }
}

/// Returns `-target=…` for each database cluster of a stack and for its instances.
fn clusters(stack: &Path) -> anyhow::Result<Vec<String>> {
    let config = read_json(&stack.join("cdk.tf.json"))?;
    let mut out = Vec::new();
    for kind in ["aws_rds_cluster", "aws_rds_cluster_instance"] {
        let named = config.pointer(&format!("/resource/{kind}")).and_then(Value::as_object);
        out.extend(named.into_iter().flatten().map(|(name, _)| format!("-target={kind}.{name}")));
    }
    Ok(out)
}

fn read_json(path: &Path) -> anyhow::Result<Value> {
    let text = std::fs::read_to_string(path).with_context(|| {
        format!("LW-C025: {} cannot be read; run `leeward synth` first", path.display())
    })?;
    serde_json::from_str(&text).with_context(|| {
        format!("LW-C038: {} was not written by leeward synth: it is not JSON", path.display())
    })
}

/// Returns the stacks of the manifest, each after its dependencies.
fn deployment_order(out: &Path) -> anyhow::Result<Vec<String>> {
    let file = out.join("manifest.json");
    let manifest = read_json(&file)?;
    let damaged =
        |why: &str| format!("LW-C038: {} was not written by leeward synth: {why}", file.display());
    let stacks = manifest["stacks"].as_object();
    let stacks = stacks.with_context(|| damaged("it names no stacks"))?;
    let needs = |stack: &Value| -> Vec<String> {
        let all = stack["dependencies"].as_array().into_iter().flatten();
        all.filter_map(|name| name.as_str().map(str::to_owned)).collect()
    };
    let mut left: BTreeMap<&String, Vec<String>> =
        stacks.iter().map(|(name, stack)| (name, needs(stack))).collect();
    let mut out: Vec<String> = Vec::new();
    while !left.is_empty() {
        let ready = |needs: &Vec<String>| needs.iter().all(|name| out.contains(name));
        let next = left.iter().find(|(_, needs)| ready(needs)).map(|(name, _)| (*name).clone());
        let next = next.with_context(|| damaged("its stacks have a dependency cycle"))?;
        left.remove(&next);
        out.push(next);
    }
    Ok(out)
}
