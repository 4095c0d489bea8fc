//! The verbs, one per file; this file only dispatches. `Ok(true)` becomes exit code 0, `Ok(false)` 1 and an error 2.

mod agent;
mod bench;
mod bench_synth;
mod cost;
mod deploy;
mod down;
mod drill;
mod fault;
mod graph;
mod init;
mod operate;
mod orders;
pub(crate) mod package;
mod simulate;
mod simulate_years;
mod status;
mod synth;
mod up;

use crate::args::{Args, Bench, Command, Orders};
use leeward_api::Verb;

pub(crate) async fn run(args: Args) -> anyhow::Result<bool> {
    match args.command {
        Command::Up(args) => up::run(args).await,
        Command::Down(args) => down::run(args).await,
        Command::Status(args) => status::run(args).await,
        Command::Failover(args) => operate::run(Verb::Failover, Some(args.to), args.operate).await,
        Command::Switchover(args) => {
            operate::run(Verb::Switchover, Some(args.to), args.operate).await
        }
        Command::Failback(args) => operate::run(Verb::Failback, None, args).await,
        Command::Realign(args) => operate::run(Verb::Realign, None, args).await,
        Command::Pause(args) => operate::run(Verb::Pause, None, args).await,
        Command::Resume(args) => operate::run(Verb::Resume, None, args).await,
        Command::Observe(args) => operate::run(Verb::Observe, None, args).await,
        Command::Run(args) => operate::run(args.verb.into(), None, args.operate).await,
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
