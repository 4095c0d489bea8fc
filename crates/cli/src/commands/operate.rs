//! Operators' verbs: one document to a Region, then the run that it began, step by step.

use super::remote::Remote;
use crate::args::{Operate, RunVerbName};
use anyhow::bail;
use serde_json::{Value, json};
use std::io::{IsTerminal, Write};
use std::time::SystemTime;

pub(crate) fn of_run(verb: RunVerbName) -> &'static str {
    match verb {
        RunVerbName::Pause => "pause-run",
        RunVerbName::Resume => "resume-run",
        RunVerbName::Abandon => "abandon-run",
    }
}

pub(crate) async fn run(verb: &str, to: Option<String>, args: Operate) -> anyhow::Result<bool> {
    let remote = Remote::find(&args.target)?;
    let status = remote.status().await?;
    let moves = ["failover", "switchover", "failback", "realign"].contains(&verb);
    if moves || verb == "abandon-run" {
        agreed(&args, verb, to.as_deref(), &status)?;
    }
    let id = args.id.clone().unwrap_or_else(|| format!("{verb}-{}", fresh()));
    let mut body = json!({"verb": verb, "id": id, "reason": args.reason});
    if let Some(to) = &to {
        body["to"] = json!(to);
    }
    let (code, answer) = remote.operate(&status, &body).await?;
    if code != 200 {
        return refused(&args, &answer);
    }
    if !moves || args.no_wait {
        say(
            &args,
            &answer,
            &format!("{verb}: done; mode {}", answer["mode"].as_str().unwrap_or("?")),
        );
        return Ok(true);
    }
    follow(&remote, &args, &id).await
}

/// Milliseconds since the epoch: an id that nobody had before.
fn fresh() -> u128 {
    SystemTime::UNIX_EPOCH.elapsed().map_or(0, |d| d.as_millis())
}

fn refused(args: &Operate, answer: &Value) -> anyhow::Result<bool> {
    if args.target.at.json {
        println!("{answer}");
    } else {
        eprintln!("leeward: {}", answer["detail"].as_str().unwrap_or("refused"));
    }
    Ok(false)
}

fn say(args: &Operate, document: &Value, text: &str) {
    if args.target.at.json {
        println!("{document}");
    } else {
        println!("{text}");
    }
}

fn agreed(args: &Operate, verb: &str, to: Option<&str>, status: &Value) -> anyhow::Result<()> {
    if args.yes {
        return Ok(());
    }
    if !std::io::stdin().is_terminal() {
        bail!("LW-C023: nobody can be asked here; say --yes");
    }
    let to = to.map(|to| format!(" to {to}")).unwrap_or_default();
    eprint!("{verb}{to}; active is {}. Only 'yes' is taken for an answer: ", status["active"]);
    std::io::stderr().flush()?;
    let mut answer = String::new();
    std::io::stdin().read_line(&mut answer)?;
    if answer.trim() != "yes" {
        bail!("LW-C024: not agreed to; nothing was done");
    }
    Ok(())
}

/// Until the run has ended, or waits for a person.
async fn follow(remote: &Remote, args: &Operate, id: &str) -> anyhow::Result<bool> {
    let mut shown = String::new();
    loop {
        let status = remote.status().await?;
        let (run, last) = (&status["run"], &status["last_run"]);
        if last["id"] == id {
            let end = last["end"].as_str().unwrap_or("?");
            let why = last["why"].as_str().map(|why| format!(": {why}")).unwrap_or_default();
            say(
                args,
                last,
                &format!("{end}{why}; {} is active in epoch {}", status["active"], status["epoch"]),
            );
            return Ok(end == "completed");
        }
        if run["id"] == id {
            if let Some(why) = run["parked"].as_str() {
                say(args, run, &format!("parked at {}: {why}", run["step"]));
                return Ok(false);
            }
            let step = run["step"].as_str().unwrap_or("?").to_owned();
            if step != shown && !args.target.at.json {
                eprintln!("{step}");
            }
            shown = step;
        }
        tokio::time::sleep(remote.poll()).await;
    }
}
