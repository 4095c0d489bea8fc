//! `leeward synth` and `leeward check`. Both render the blueprint as Terraform JSON: `synth` writes the stacks, and
//! `check` reports the timing budget and the problems of the stacks.

use super::package::{AGENT_HERE, FUNCTIONS_HERE};
use crate::args::{Check, Synth};
use crate::inputs::read_deployable;
use anyhow::Context;
use leeward_blueprint::{Blueprint, Budget, TimingProfile};
use leeward_construct::{App, Synthesis, check};
use leeward_stacks::Packages;
use serde_json::json;
use std::path::Path;

fn app(blueprint: &Blueprint, synth: Option<&Synth>) -> anyhow::Result<App> {
    let mut app = App::from_environment().context("LW-C010: CDKTF's variables cannot be used")?;
    if let Some(out) = synth.and_then(|s| s.out.as_ref()) {
        app = App::new(out);
    }
    app = app.aws_version(">= 6.22.0, < 7.0.0");
    let functions = synth.and_then(|s| s.package.as_deref());
    let agent = synth.and_then(|s| s.agent_package.as_deref());
    let packages = Packages {
        functions: package(functions, FUNCTIONS_HERE)?,
        agent: package(agent, AGENT_HERE)?,
    };
    leeward_stacks::add_stacks(&app, blueprint, packages);
    Ok(app)
}

/// Reads the named package, or else the one that `leeward package` wrote in this directory.
fn package(named: Option<&Path>, here: &str) -> anyhow::Result<Option<Vec<u8>>> {
    let here = Path::new(here);
    let Some(file) = named.or_else(|| here.is_file().then_some(here)) else { return Ok(None) };
    let read = std::fs::read(file);
    read.map(Some)
        .with_context(|| format!("LW-C012: the package {} cannot be read", file.display()))
}

/// Writes the stacks and returns their directory.
pub(crate) fn write(args: &Synth) -> anyhow::Result<std::path::PathBuf> {
    let app = app(&read_deployable(&args.which)?, Some(args))?;
    app.write().context("LW-C011: the stacks cannot be written")?;
    Ok(app.out().to_owned())
}

pub(crate) fn synth(args: &Synth) -> anyhow::Result<bool> {
    let app = app(&read_deployable(&args.which)?, Some(args))?;
    let synthesis = app.write().context("LW-C011: the stacks cannot be written")?;
    let order = synthesis.deployment_order();
    if args.which.json {
        println!("{}", json!({"out": app.out(), "stacks": order}));
    } else {
        println!("{}: {}", app.out().display(), order.join(", "));
    }
    Ok(true)
}

/// Synthesizes the stacks in memory, for `check`, `cost` and `graph`.
pub(crate) fn synthesize(blueprint: &Blueprint) -> anyhow::Result<Synthesis> {
    app(blueprint, None)?.synthesize().context("LW-C011: the stacks cannot be written")
}

pub(crate) fn check(args: &Check) -> anyhow::Result<bool> {
    let blueprint = read_deployable(&args.which)?;
    let synthesis = synthesize(&blueprint)?;
    let problems = problems(&synthesis, &blueprint);
    let budget = Budget::of(&blueprint.timing(TimingProfile::Aws));
    if args.which.json {
        let document = json!({
            "passed": problems.is_empty(),
            "problems": problems,
            "budget_ms": {
                "verdict": budget.verdict_ms,
                "acceptance": budget.acceptance_ms,
                "acceptance_dark": budget.acceptance_dark_ms,
                "processing": budget.processing_ms,
            },
        });
        println!("{document}");
        return Ok(problems.is_empty());
    }
    println!("verdict      {:>7} ms  (at most 30000)", budget.verdict_ms);
    println!(
        "acceptance   {:>7} ms  ({} when dark)",
        budget.acceptance_ms, budget.acceptance_dark_ms
    );
    println!("processing   {:>7} ms", budget.processing_ms);
    for problem in &problems {
        eprintln!("{problem}");
    }
    println!("{} stacks, {} problems", synthesis.stacks.len(), problems.len());
    Ok(problems.is_empty())
}

fn problems(synthesis: &Synthesis, blueprint: &Blueprint) -> Vec<String> {
    let mut all = Vec::new();
    for (name, config) in &synthesis.stacks {
        all.extend(check::conforms(config).iter().map(|problem| format!("{name}: {problem}")));
    }
    let rules = leeward_stacks::rules::problems(&synthesis.stacks, blueprint);
    all.extend(rules.iter().map(ToString::to_string));
    all
}
