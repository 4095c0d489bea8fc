//! The verbs of operators. Each verb is one conditional write of the authority, made by a Region's API, by the operator
//! function or, in the simulation, by a simulated operator. If the verb starts a run, the sentinel of the target Region
//! carries the run out. Such a run does not count towards the move budget (LIVE-3).
//!
//! A verb is refused if it would not do what its name says. A verb that is already in effect is not an error, so an
//! operator may repeat a verb whose reply was lost (SAFE-7).

mod machine;

pub use machine::{Command, Event, Operate, Operated};

use super::{Begin, begin, finished};
use leeward_model::{Authority, Class, Mode, Region, RunEnd, RunKind, Tries};
use std::fmt;

/// A verb of an operator.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Verb {
    /// Moves immediately, even if the database's newest changes are not replicated, and supersedes an open run.
    Failover {
        /// The Region to move to.
        to: Region,
    },
    /// Starts a planned move, which either succeeds without loss or changes nothing.
    Switchover {
        /// The Region to move to.
        to: Region,
    },
    /// Starts a planned move to the home Region.
    Failback,
    /// Moves the database's writer to the active Region.
    Realign,
    /// Pauses automatic moves.
    Pause,
    /// Resumes automatic moves.
    Resume,
    /// Makes the sentinels report moves instead of starting them.
    Observe,
    /// Pauses the open run.
    PauseRun,
    /// Resumes the open run. A parked run can be resumed too, once its cause is resolved.
    ResumeRun,
    /// Abandons the open run.
    AbandonRun,
}

impl fmt::Display for Verb {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Verb::Failover { to } => write!(f, "failover to {to}"),
            Verb::Switchover { to } => write!(f, "switchover to {to}"),
            Verb::Failback => f.write_str("failback"),
            Verb::Realign => f.write_str("realign"),
            Verb::Pause => f.write_str("pause"),
            Verb::Resume => f.write_str("resume"),
            Verb::Observe => f.write_str("observe"),
            Verb::PauseRun => f.write_str("run pause"),
            Verb::ResumeRun => f.write_str("run resume"),
            Verb::AbandonRun => f.write_str("run abandon"),
        }
    }
}

/// A verb with its origin and reason.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Operation {
    /// The verb.
    pub verb: Verb,
    /// The id of the operation and of the run that it starts. Operations with the same id are the same operation.
    pub id: String,
    /// The operator.
    pub by: String,
    /// The reason in words.
    pub reason: String,
    /// The wall-clock time of the operation in milliseconds since 1970, for the history that operators read.
    pub at_ms: u64,
}

/// The reason why a verb is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The target is not one of the two Regions that can be active.
    #[error("LW-V001: {0} is not a Region that can be active; those are {1} and {2}")]
    NoSuchRegion(Region, Region, Region),
    /// The target is already active.
    #[error("LW-V002: {0} is active already")]
    AlreadyActive(Region),
    /// A run is open, and the verb is not an emergency.
    #[error("LW-V003: run {0} is open; let it end, or abandon it")]
    RunIsOpen(String),
    /// No run is open.
    #[error("LW-V004: no run is open")]
    NoRun,
    /// An operator detached the database on purpose.
    #[error("LW-V005: the database of {0} was detached on purpose; rebuild it first")]
    Detached(Region),
}

impl Refusal {
    /// Returns the stable code of the refusal.
    pub fn code(&self) -> &'static str {
        match self {
            Refusal::NoSuchRegion(..) => "LW-V001",
            Refusal::AlreadyActive(_) => "LW-V002",
            Refusal::RunIsOpen(_) => "LW-V003",
            Refusal::NoRun => "LW-V004",
            Refusal::Detached(_) => "LW-V005",
        }
    }
}

/// Returns the authority after the verb; `None` if the verb is already in effect. `regions` names home first.
///
/// # Errors
///
/// Returns a [`Refusal`] if the verb would not do what its name says.
pub fn operate(
    read: &Authority,
    regions: &[Region; 2],
    operation: &Operation,
) -> Result<Option<Authority>, Refusal> {
    // SAFE-7: this operation took effect before, and its reply was lost. Later changes are kept.
    if has_taken_effect(read, &operation.id) {
        return Ok(None);
    }
    let mut next = read.next();
    match &operation.verb {
        Verb::Pause => next.mode = Mode::Paused,
        Verb::Resume => next.mode = Mode::Automatic,
        Verb::Observe => next.mode = Mode::Observe,
        Verb::PauseRun => next.run.as_mut().ok_or(Refusal::NoRun)?.paused = true,
        Verb::ResumeRun => {
            let run = next.run.as_mut().ok_or(Refusal::NoRun)?;
            run.paused = false;
            // The cause is resolved, so the step gets new tries. A run that was only paused keeps its tries.
            if run.parked.take().is_some() {
                run.tries = Tries::default();
            }
        }
        Verb::AbandonRun => match next.run.take() {
            Some(run) => {
                let why = reason_of(operation);
                next.marks.last_run = Some(finished(&run, RunEnd::Abandoned, Some(why)));
            }
            None => return Err(Refusal::NoRun),
        },
        Verb::Failover { to } => next = start_run(read, regions, operation, RunKind::Failover, to)?,
        Verb::Switchover { to } => {
            next = start_run(read, regions, operation, RunKind::Switchover, to)?;
        }
        Verb::Failback => {
            next = start_run(read, regions, operation, RunKind::Failback, &regions[0])?;
        }
        Verb::Realign => {
            next = start_run(read, regions, operation, RunKind::Realign, &read.active)?;
        }
    }
    if next == (Authority { version: next.version, ..read.clone() }) {
        return Ok(None);
    }
    next.marks.keep_operation(operation.id.clone());
    Ok(Some(next))
}

/// Returns whether the authority shows that the operation with this id took effect. The list of operations is short, and
/// an authority that an earlier version wrote has none; the run that the operation started also bears its id.
fn has_taken_effect(read: &Authority, id: &str) -> bool {
    let open = read.run.as_ref().map(|run| run.id.as_str());
    let last = read.marks.last_run.as_ref().map(|run| run.id.as_str());
    read.marks.operations.iter().any(|kept| kept == id) || [open, last].contains(&Some(id))
}

fn reason_of(operation: &Operation) -> String {
    format!("{} ({}): {}", operation.by, operation.id, operation.reason)
}

fn start_run(
    read: &Authority,
    regions: &[Region; 2],
    operation: &Operation,
    kind: RunKind,
    to: &Region,
) -> Result<Authority, Refusal> {
    let [home, away] = regions;
    if !regions.contains(to) {
        return Err(Refusal::NoSuchRegion(to.clone(), home.clone(), away.clone()));
    }
    if *to == read.active && kind != RunKind::Realign {
        return Err(Refusal::AlreadyActive(to.clone()));
    }
    // A failover does not wait for an open run, but any other verb does (R8).
    if let Some(run) = &read.run
        && kind != RunKind::Failover
    {
        return Err(Refusal::RunIsOpen(run.id.clone()));
    }
    if let Some(detached) = &read.marks.detached
        && kind != RunKind::Failover
    {
        return Err(Refusal::Detached(detached.clone()));
    }
    let other = if *to == *home { away } else { home };
    Ok(begin(
        read,
        Begin {
            id: operation.id.clone(),
            kind,
            from: other.clone(),
            target: to.clone(),
            class: Class::Doubtful,
            reason: operation.reason.clone(),
            automatic: None,
            by: operation.by.clone(),
            at_ms: operation.at_ms,
        },
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn region(name: &str) -> Region {
        Region::new(name).expect("valid")
    }

    fn check(change: impl Fn(&mut Authority), verb: Verb, expect: Result<bool, &str>) {
        let regions = [region("a"), region("b")];
        let mut read = Authority::initial(region("a"));
        change(&mut read);
        let (id, by, reason) = ("op-1".to_owned(), "me".to_owned(), "a test".to_owned());
        let operation = Operation { verb, id, by, reason, at_ms: 0 };
        let got = operate(&read, &regions, &operation);
        assert_eq!(got.as_ref().map(Option::is_some).map_err(Refusal::code), expect);
        if let Ok(Some(next)) = got {
            assert_eq!(next.version, read.version + 1);
            assert_eq!(operate(&next, &regions, &operation).map(|n| n.is_some()), Ok(false));
        }
    }

    fn open(read: &mut Authority) {
        open_as(read, "earlier");
    }

    /// Opens a run in place of the run that is open.
    fn open_as(read: &mut Authority, id: &str) {
        read.run = None;
        let to = if read.active == region("a") { region("b") } else { region("a") };
        let operation = Operation {
            verb: Verb::Switchover { to },
            id: id.to_owned(),
            by: "me".to_owned(),
            reason: String::new(),
            at_ms: 0,
        };
        let next = operate(read, &[region("a"), region("b")], &operation);
        *read = next.expect("allowed").expect("changes");
    }

    #[test]
    fn a_verb_takes_effect_or_is_refused() {
        let calm = |_: &mut Authority| {};
        check(calm, Verb::Pause, Ok(true));
        check(calm, Verb::Resume, Ok(false));
        check(calm, Verb::Failover { to: region("b") }, Ok(true));
        check(calm, Verb::Failover { to: region("a") }, Err("LW-V002"));
        check(calm, Verb::Failover { to: region("w") }, Err("LW-V001"));
        check(calm, Verb::Failback, Err("LW-V002"));
        check(calm, Verb::Realign, Ok(true));
        check(calm, Verb::PauseRun, Err("LW-V004"));
        check(open, Verb::Switchover { to: region("b") }, Err("LW-V003"));
        check(open, Verb::Failover { to: region("b") }, Ok(true));
        check(open, Verb::PauseRun, Ok(true));
        check(calm, Verb::AbandonRun, Err("LW-V004"));
        check(open, Verb::AbandonRun, Ok(true));
    }

    /// SAFE-7: the reply to the first attempt was lost, and other operations have changed the authority since then.
    #[test]
    fn a_repeated_operation_leaves_what_came_later_alone() {
        let regions = [region("a"), region("b")];
        let operation = |id: &str, verb: Verb| Operation {
            verb,
            id: id.to_owned(),
            by: "me".to_owned(),
            reason: "a test".to_owned(),
            at_ms: 0,
        };
        let apply = |read: &Authority, operation: &Operation| {
            operate(read, &regions, operation).expect("allowed").expect("changes")
        };
        let check = |verb: Verb, later: &dyn Fn(&mut Authority)| {
            let mut read = Authority::initial(region("a"));
            open(&mut read);
            let once = operation("op-1", verb);
            let mut next = apply(&read, &once);
            later(&mut next);
            assert_eq!(operate(&next, &regions, &once), Ok(None), "{}", once.verb);
        };
        let another_run = |next: &mut Authority| {
            open_as(next, "later");
            open_as(next, "the last");
        };
        check(Verb::AbandonRun, &|next| open_as(next, "later"));
        check(Verb::PauseRun, &another_run);
        check(Verb::Failover { to: region("b") }, &another_run);
        check(Verb::Pause, &|next| *next = apply(next, &operation("op-2", Verb::Resume)));
    }

    #[test]
    fn the_list_of_operations_forgets_the_oldest() {
        let mut marks = leeward_model::Marks::default();
        (0..=16).for_each(|n| marks.keep_operation(format!("op-{n}")));
        assert_eq!(marks.operations.len(), leeward_model::Marks::OPERATIONS_MAX);
        assert_eq!(marks.operations.first().map(String::as_str), Some("op-1"));
    }

    #[test]
    fn r8_a_planned_move_changes_no_epoch_when_it_begins() {
        let mut read = Authority::initial(region("a"));
        let before = read.clone();
        open(&mut read);
        assert_eq!((read.epoch, &read.active), (before.epoch, &before.active));
        assert!(read.budgets.moves.is_empty(), "LIVE-3: an operator's move spends nothing");
    }
}
