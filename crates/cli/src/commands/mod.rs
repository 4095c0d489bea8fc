//! One file a verb. `Ok(true)` is exit 0, `Ok(false)` exit 1, an error exit 2.

mod agent;
mod bench;
mod bench_synth;
mod cost;
mod deploy;
mod deployed;
mod down;
mod drill;
mod fault;
mod graph;
mod init;
mod operate;
mod orders;
pub(crate) mod package;
mod remote;
mod simulate;
mod simulate_years;
mod status;
mod synth;
mod up;

use crate::args::{Args, Bench, Command, DatabaseName, Orders, TimingName};
use anyhow::Context;
use leeward_blueprint::{Blueprint, Profile};
use leeward_local::DatabaseKind;
use std::path::Path;

pub(crate) async fn run(args: Args) -> anyhow::Result<bool> {
    match args.command {
        Command::Up(args) => up::run(args).await,
        Command::Down(args) => down::run(args).await,
        Command::Status(args) => status::run(args).await,
        Command::Failover(args) => operate::run("failover", Some(args.to), args.operate).await,
        Command::Switchover(args) => operate::run("switchover", Some(args.to), args.operate).await,
        Command::Failback(args) => operate::run("failback", None, args).await,
        Command::Realign(args) => operate::run("realign", None, args).await,
        Command::Pause(args) => operate::run("pause", None, args).await,
        Command::Resume(args) => operate::run("resume", None, args).await,
        Command::Observe(args) => operate::run("observe", None, args).await,
        Command::Run(args) => operate::run(operate::of_run(args.verb), None, args.operate).await,
        Command::Orders(Orders::Submit(args)) => orders::submit(args).await,
        Command::Orders(Orders::Generate(args)) => orders::generate(&args),
        Command::Fault(args) => fault::run(args).await,
        Command::Drill(args) => drill::run(args).await,
        Command::Bench(Bench::Orders(args)) => bench::orders(args).await,
        Command::Bench(Bench::Wire(args)) => bench::wire(args).await,
        Command::Bench(Bench::CatchUp(args)) => bench::catch_up(args).await,
        Command::Bench(Bench::Synth(args)) => bench_synth::run(&args),
        Command::Init(args) => init::run(&args),
        Command::Synth(args) => synth::synth(&args),
        Command::Package(args) => package::run(&args),
        Command::Check(args) => synth::check(&args),
        Command::Cost(args) => cost::run(&args),
        Command::Graph(args) => graph::run(&args),
        Command::Simulate(args) => simulate::run(args).await,
        Command::Plan(args) => deploy::plan(args).await,
        Command::Deploy(args) => deploy::deploy(args).await,
        Command::Destroy(args) => deploy::destroy(args).await,
        Command::Agent(args) => agent::run(args).await,
    }
}

fn blueprint(file: Option<&Path>) -> anyhow::Result<Blueprint> {
    let Some(file) = file else { return Ok(Blueprint::default()) };
    let text = std::fs::read_to_string(file)
        .with_context(|| format!("LW-C001: the blueprint {} cannot be read", file.display()))?;
    let file = file.display().to_string();
    for note in leeward_blueprint::deprecations(&text, &file) {
        eprintln!("note: {note}");
    }
    Ok(Blueprint::parse(&text, &file)?)
}

fn profile(name: TimingName) -> Profile {
    match name {
        TimingName::Local => Profile::Local,
        TimingName::Aws => Profile::Aws,
    }
}

fn database(name: DatabaseName) -> DatabaseKind {
    match name {
        DatabaseName::Sqlite => DatabaseKind::Sqlite,
        DatabaseName::Postgres => DatabaseKind::Postgres,
    }
}
