//! The operators' verbs: each sends one document to a Region and then follows the run that it starts.

use crate::args::{Operate, RunVerbName};
use crate::confirm::confirm;
use crate::output::print_json;
use crate::remote::Remote;
use leeward_api::{
    FinishedRunView, OperationRefused, OperationRequest, PlatformStatus, RunEnd, RunView, Verb,
};
use serde::Serialize;
use std::time::{Duration, Instant, SystemTime};

/// The time for which no Region may describe the platform before the command stops following a run.
const SILENCE: Duration = Duration::from_secs(60);

impl From<RunVerbName> for Verb {
    fn from(name: RunVerbName) -> Verb {
        match name {
            RunVerbName::Pause => Verb::PauseRun,
            RunVerbName::Resume => Verb::ResumeRun,
            RunVerbName::Abandon => Verb::AbandonRun,
        }
    }
}

pub(crate) async fn run(verb: Verb, to: Option<String>, args: Operate) -> anyhow::Result<bool> {
    let remote = Remote::find(&args.target)?;
    let status = remote.status().await?;
    if verb.begins_run() || verb == Verb::AbandonRun {
        confirm_move(&args, verb, to.as_deref(), &status)?;
    }
    let id = args.id.clone().unwrap_or_else(|| format!("{verb}-{}", wall_ms()));
    let request = OperationRequest {
        verb: verb.into(),
        to,
        reason: args.reason.clone(),
        id: Some(id.clone()),
    };
    let done = match remote.operate(&status, &request).await? {
        Ok(done) => done,
        Err(refused) => return report_refusal(&args, &refused),
    };
    if verb.begins_run() && !args.no_wait {
        return follow_run(&remote, &args, &id).await;
    }
    report(&args, &done, &format!("{verb}: done; mode {}", done.mode))?;
    Ok(true)
}

/// Returns the milliseconds since 1970, which make the id of an operation unique.
fn wall_ms() -> u128 {
    SystemTime::UNIX_EPOCH.elapsed().map_or(0, |d| d.as_millis())
}

fn report(args: &Operate, document: &impl Serialize, text: &str) -> anyhow::Result<()> {
    if args.target.at.json {
        return print_json(document);
    }
    println!("{text}");
    Ok(())
}

fn report_refusal(args: &Operate, refused: &OperationRefused) -> anyhow::Result<bool> {
    if args.target.at.json {
        print_json(refused)?;
    } else {
        eprintln!("leeward: {}", refused.detail.as_deref().unwrap_or("refused"));
    }
    Ok(false)
}

fn confirm_move(
    args: &Operate,
    verb: Verb,
    to: Option<&str>,
    status: &PlatformStatus,
) -> anyhow::Result<()> {
    if args.yes {
        return Ok(());
    }
    let to = to.map(|to| format!(" to {to}")).unwrap_or_default();
    let active = status.active.as_ref().map_or("unknown", |active| active.as_str());
    confirm(&format!("{verb}{to}? The active Region is {active}."))
}

/// Reports each step of the run until the run ends or is parked.
async fn follow_run(remote: &Remote, args: &Operate, id: &str) -> anyhow::Result<bool> {
    let mut shown = String::new();
    let mut last_seen = Instant::now();
    loop {
        // A Region that moves may be busy or dark. The run goes on without the command, which therefore keeps asking.
        let status = match remote.status().await {
            Ok(status) => status,
            Err(_) if last_seen.elapsed() < SILENCE => {
                tokio::time::sleep(remote.poll_interval()).await;
                continue;
            }
            Err(error) => return Err(error),
        };
        last_seen = Instant::now();
        if let Some(last) = status.last_run.as_ref().filter(|last| last.id == id) {
            report(args, last, &describe_end(last, &status))?;
            return Ok(last.end == RunEnd::Completed);
        }
        if let Some(run) = status.run.as_ref().filter(|run| run.id == id) {
            if let Some(text) = describe_parked(run) {
                report(args, run, &text)?;
                return Ok(false);
            }
            let step = run.step.to_string();
            if step != shown && !args.target.at.json {
                eprintln!("{step}");
            }
            shown = step;
        }
        tokio::time::sleep(remote.poll_interval()).await;
    }
}

fn describe_end(last: &FinishedRunView, status: &PlatformStatus) -> String {
    let why = last.why.as_ref().map(|why| format!(": {why}")).unwrap_or_default();
    let active = status.active.as_ref().map_or("unknown", |active| active.as_str());
    let epoch = status.epoch.map_or(0, |epoch| epoch.0);
    format!("{}{why}; {active} is active in epoch {epoch}", last.end)
}

fn describe_parked(run: &RunView) -> Option<String> {
    let why = run.parked.as_ref()?;
    Some(format!("parked at {}: {why}; fix the cause, then run `leeward run resume`", run.step))
}

#[cfg(test)]
mod tests {
    use super::*;
    use expect_test::expect;

    fn golden(name: &str) -> PlatformStatus {
        let dir = concat!(env!("CARGO_MANIFEST_DIR"), "/../api/tests/golden");
        let text = std::fs::read_to_string(format!("{dir}/PlatformStatus.{name}.json"));
        serde_json::from_str(&text.expect("readable")).expect("a status")
    }

    #[test]
    fn the_end_of_a_run_is_described() {
        let mut status = golden("local");
        let mut last = status.last_run.take().expect("the sample has one");
        expect!["completed; us-east-2 is active in epoch 2"]
            .assert_eq(&describe_end(&last, &status));
        last.end = RunEnd::Abandoned.into();
        last.why = Some("the control plane refuses".into());
        expect!["abandoned: the control plane refuses; us-east-2 is active in epoch 2"]
            .assert_eq(&describe_end(&last, &status));
    }

    #[test]
    fn the_description_of_a_parked_run_names_the_next_step() {
        let mut run = golden("deployed").run.expect("the sample has one");
        let text = describe_parked(&run).expect("the run is parked");
        expect!["parked at hand_over_database: the database does not follow; fix the cause, then run `leeward run resume`"]
            .assert_eq(&text);
        run.parked = None;
        assert_eq!(describe_parked(&run), None);
    }
}
