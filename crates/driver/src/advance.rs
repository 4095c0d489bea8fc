//! Carries out one step of a run per call, for a driver outside the platform such as Step Functions. The functions here
//! execute the commands of the machines in `core::run::advance` and `core::run::surrender`.

use crate::run::{RunPorts, carry_out, notify_leaving};
use crate::swap_reply;
use leeward_core::run::{
    Advance, Advanced, RunSettings, Surrender, Task, advance, surrender as give,
};

/// Works on the task's step until the step ends or has to wait.
pub async fn advance(ports: &RunPorts, settings: RunSettings, me: String, task: &Task) -> Advanced {
    use advance::{Command, Event};
    let mut machine = Advance::new(settings, me, task.clone());
    let mut event = Event::Begin;
    loop {
        event = match machine.step(ports.clock.now_ms(), ports.clock.wall_ms(), event) {
            Command::ReadAuthority => {
                let read = ports.control.authority().await.done();
                Event::Authority(read.map(|read| read.map(Box::new)))
            }
            Command::Run(command) => Event::Run(carry_out(ports, command).await),
            Command::Notify(left) => {
                notify_leaving(ports, &task.run, &left).await;
                Event::Notified
            }
            Command::End(advanced) => return advanced,
        };
    }
}

/// Gives the run up after its driver has used up its attempts.
pub async fn surrender(ports: &RunPorts, run: &str, why: &str) -> Advanced {
    use give::{Command, Event};
    let writer = ports.auditor.writer().to_owned();
    let mut machine = Surrender::new(run.to_owned(), why.to_owned(), writer);
    let mut event = Event::Begin;
    loop {
        event = match machine.step(event) {
            Command::ReadAuthority => {
                let read = ports.control.authority().await.done().flatten();
                Event::Authority(read.map(Box::new))
            }
            Command::Record { kind, what } => {
                Event::Recorded(ports.auditor.record(kind, &what).await)
            }
            Command::Swap { next, expect_version } => Event::Swapped(swap_reply(
                &ports.control.swap_authority(&next, Some(expect_version)).await,
            )),
            Command::Notify(left) => {
                notify_leaving(ports, run, &left).await;
                Event::Notified
            }
            Command::End(advanced) => return advanced,
        };
    }
}
