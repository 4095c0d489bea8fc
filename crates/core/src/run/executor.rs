//! The machine that drives a run's steps. See the module's text for why two of it are harmless.

use super::steps::{self, Next, Tries};
use super::{CallReply, Command, Event, Leave, RunSettings, SwapReply, finished};
use leeward_model::{Authority, Plan, Run, RunEnd, Step, StepMark};

/// The purpose of the next read of the authority.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Purpose {
    /// Find the run and take its step.
    Take,
    /// A write's outcome is unknown (SAFE-7): was this it?
    Resolve { wrote: Box<Authority>, then: AfterSave },
    /// Just before a call with an effect (R4).
    Confirm { call: Box<Command> },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum AfterSave {
    Work,
    Poll,
    NextStep,
    End,
    Abandoned,
    Parked,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Phase {
    Start,
    Reading(Purpose),
    Saving {
        wrote: Box<Authority>,
        then: AfterSave,
    },
    Asking,
    Calling,
    /// Before asking again, or before reading again what could not be read.
    Pausing {
        reread: Option<Purpose>,
    },
    Gone,
}

/// The meaning of an event in a phase.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Transition {
    Act,
    /// A late answer to a question that was given up, or an event after the end.
    NoOp,
    /// The shell reports what was never asked for: a broken invariant.
    Invalid,
}

/// The transition table. Reads may be answered late, as a canary is whose time was over; writes, calls and
/// timers are answered exactly once, while they are waited for.
fn transition(phase: &Phase, event: &Event) -> Transition {
    use Transition::{Act, Invalid, NoOp};
    match (phase, event) {
        (Phase::Gone, _) => NoOp,
        (Phase::Start, Event::Begin)
        | (Phase::Reading(_), Event::Authority(_))
        | (Phase::Saving { .. }, Event::Saved(_))
        | (Phase::Calling, Event::Called(_))
        | (Phase::Pausing { .. }, Event::Timer) => Act,
        (
            Phase::Asking,
            Event::Database(_) | Event::Processor(_) | Event::Canary(_) | Event::Announced,
        ) => Act,
        (Phase::Start, _) => Invalid,
        (_, Event::Authority(_) | Event::Database(_) | Event::Processor(_) | Event::Canary(_)) => {
            NoOp
        }
        (
            _,
            Event::Begin | Event::Saved(_) | Event::Called(_) | Event::Announced | Event::Timer,
        ) => Invalid,
    }
}

/// The machine of one executor; see the documentation of [`crate::run`].
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Executor {
    settings: RunSettings,
    me: String,
    run_id: String,
    authority: Option<Box<Authority>>,
    phase: Phase,
    began_ms: Option<u64>,
    step_since_ms: u64,
    tries: Tries,
    now_ms: u64,
    at_ms: u64,
}

impl Executor {
    /// Makes the executor `me` of the run.
    pub fn new(settings: RunSettings, me: String, run_id: String) -> Executor {
        Executor {
            settings,
            me,
            run_id,
            authority: None,
            phase: Phase::Start,
            began_ms: None,
            step_since_ms: 0,
            tries: Tries::default(),
            now_ms: 0,
            at_ms: 0,
        }
    }

    /// The step that it holds, once it has taken one; `None` before that and after the last.
    pub fn at(&self) -> Option<Step> {
        let run = self.authority.as_ref()?.run.as_ref()?;
        (run.id == self.run_id && run.executor == self.me).then_some(run.step)
    }

    /// Takes one event and returns the commands that follow. `at_ms` is the wall clock, for the history that
    /// operators read.
    pub fn step(&mut self, now_ms: u64, at_ms: u64, event: Event) -> Vec<Command> {
        (self.now_ms, self.at_ms) = (now_ms, at_ms);
        let began = *self.began_ms.get_or_insert(now_ms);
        if now_ms.saturating_sub(began) > self.settings.lifetime_ms {
            return self.leave(Leave::LifetimeOver);
        }
        match transition(&self.phase, &event) {
            Transition::Act => {}
            Transition::NoOp => return Vec::new(),
            Transition::Invalid => panic!("{event:?} answers nothing in {:?}", self.phase),
        }
        match (std::mem::replace(&mut self.phase, Phase::Gone), event) {
            (Phase::Reading(purpose), Event::Authority(None)) => {
                self.phase = Phase::Pausing { reread: Some(purpose) };
                vec![Command::Wait { ms: self.settings.poll_ms }]
            }
            (Phase::Reading(purpose), Event::Authority(Some(read))) => self.on_read(purpose, read),
            (Phase::Saving { wrote, then }, Event::Saved(reply)) => {
                self.on_saved(wrote, then, reply)
            }
            (Phase::Calling, Event::Called(reply)) => {
                self.tries.calls += 1;
                self.on_called(&reply)
            }
            (Phase::Pausing { reread: Some(purpose) }, Event::Timer) => self.read(purpose),
            (Phase::Pausing { reread: None }, Event::Timer) => self.bump(),
            (Phase::Asking, event) => self.on_answer(event),
            // Phase::Start with Event::Begin.
            _ => self.read(Purpose::Take),
        }
    }

    fn run(&self) -> &Run {
        self.authority.as_ref().and_then(|a| a.run.as_ref()).expect("held while working")
    }

    fn read(&mut self, purpose: Purpose) -> Vec<Command> {
        self.phase = Phase::Reading(purpose);
        vec![Command::ReadAuthority]
    }

    fn leave(&mut self, why: Leave) -> Vec<Command> {
        self.phase = Phase::Gone;
        vec![Command::Leave(why)]
    }

    fn on_read(&mut self, purpose: Purpose, read: Box<Authority>) -> Vec<Command> {
        if let Purpose::Resolve { wrote, then } = purpose {
            return self.resolve(wrote, then, read);
        }
        let mine = match &read.run {
            Some(run) if run.id == self.run_id => run,
            _ => return self.leave(Leave::NotMine),
        };
        if let Some(why) = &mine.parked {
            let why = why.clone();
            return self.leave(Leave::Parked(why));
        }
        match purpose {
            Purpose::Take if mine.paused => self.leave(Leave::NotMine),
            Purpose::Take => self.take(read),
            Purpose::Confirm { call } => {
                let held = self.run();
                let still = (mine.step, mine.attempt, &mine.executor)
                    == (held.step, held.attempt, &held.executor);
                if !still || mine.paused {
                    return self.leave(Leave::LostStep);
                }
                self.authority = Some(read);
                self.phase = Phase::Calling;
                vec![*call]
            }
            Purpose::Resolve { .. } => unreachable!("handled above"),
        }
    }

    /// Resolves a write of this executor that met a conflict or was not answered: the item itself shows what
    /// holds (SAFE-7). Versions are never reused, and no other executor writes this one's name.
    fn resolve(
        &mut self,
        wrote: Box<Authority>,
        then: AfterSave,
        read: Box<Authority>,
    ) -> Vec<Command> {
        if *read == *wrote {
            return self.saved(wrote, then);
        }
        if read.version < wrote.version {
            return self.save(wrote, then);
        }
        let Some(run) = read.run.as_ref().filter(|run| run.id == self.run_id) else {
            let completed = read
                .marks
                .last_run
                .as_ref()
                .is_some_and(|last| last.id == self.run_id && last.end == RunEnd::Completed);
            return self.leave(if completed { Leave::Completed } else { Leave::NotMine });
        };
        if let Some(why) = run.parked.clone() {
            return self.leave(Leave::Parked(why));
        }
        if run.paused {
            return self.leave(Leave::NotMine);
        }
        if run.executor == self.me {
            // Another writer changed something else: this executor still holds the step and begins it again.
            return self.saved(read, AfterSave::Work);
        }
        let tried = wrote.run.as_ref().map_or(0, |run| run.attempt);
        if then == AfterSave::Work && run.attempt < tried {
            return self.take(read);
        }
        self.leave(Leave::LostStep)
    }

    /// Only the executor whose write took `(step, attempt)` works on it.
    fn take(&mut self, read: Box<Authority>) -> Vec<Command> {
        let mut next = read.next();
        let run = next.run.as_mut().expect("checked by the caller");
        run.attempt += 1;
        run.progress += 1;
        run.executor.clone_from(&self.me);
        self.save(Box::new(next), AfterSave::Work)
    }

    /// SAFE-5: every change is a compare-and-swap on the version before.
    fn save(&mut self, next: Box<Authority>, then: AfterSave) -> Vec<Command> {
        let what = match (&next.run, then) {
            (Some(run), AfterSave::Parked) => format!("run {} parks at {}", run.id, run.step),
            (Some(run), _) => {
                format!("run {} at {} attempt {} by {}", run.id, run.step, run.attempt, self.me)
            }
            (None, _) => format!("run {} ends", self.run_id),
        };
        self.phase = Phase::Saving { wrote: next.clone(), then };
        vec![Command::Save { expect_version: next.version - 1, next, what }]
    }

    fn on_saved(
        &mut self,
        wrote: Box<Authority>,
        then: AfterSave,
        reply: SwapReply,
    ) -> Vec<Command> {
        match reply {
            SwapReply::Stored => self.saved(wrote, then),
            SwapReply::Changed | SwapReply::Unknown => self.read(Purpose::Resolve { wrote, then }),
        }
    }

    fn saved(&mut self, wrote: Box<Authority>, then: AfterSave) -> Vec<Command> {
        self.authority = Some(wrote);
        match then {
            AfterSave::Work | AfterSave::NextStep => {
                self.step_since_ms = self.now_ms;
                self.tries = Tries { calls: self.run().calls, ..Tries::default() };
                self.begin_step()
            }
            AfterSave::Poll => {
                if self.run().paused {
                    return self.leave(Leave::NotMine);
                }
                self.begin_step()
            }
            AfterSave::End => self.leave(Leave::Completed),
            AfterSave::Abandoned => {
                let last = self.authority.as_ref().and_then(|a| a.marks.last_run.as_ref());
                let why = last.and_then(|last| last.why.clone()).unwrap_or_default();
                self.leave(Leave::Abandoned(why))
            }
            AfterSave::Parked => {
                let why = self.run().parked.clone().unwrap_or_default();
                self.leave(Leave::Parked(why))
            }
        }
    }

    fn begin_step(&mut self) -> Vec<Command> {
        let run = self.run();
        let next = (steps::rules(run.step).begin)(run, self.tries);
        self.follow(next)
    }

    fn on_answer(&mut self, event: Event) -> Vec<Command> {
        self.note_answer(&event);
        let run = self.run();
        let on_answer = steps::rules(run.step).on_answer;
        match on_answer(run, &event, self.tries, &self.settings) {
            Some(next) => self.follow(next),
            // A late answer to an earlier question: the one that this step asked for is still to come.
            None => {
                self.phase = Phase::Asking;
                Vec::new()
            }
        }
    }

    /// Updates the record of tries that the steps decide by.
    fn note_answer(&mut self, event: &Event) {
        // A poll takes at least its pause, on whichever machine it was.
        let polled_ms = u64::from(self.run().polls) * self.settings.poll_ms;
        let own_ms = self.now_ms.saturating_sub(self.step_since_ms);
        self.tries.waited_ms = own_ms.max(polled_ms);
        let failed = matches!(event, Event::Canary(false) | Event::Database(None));
        self.tries.failures += u32::from(failed);
        if let Event::Database(view) = event {
            let idle = steps::hand_over_database::is_idle(self.run(), view.as_ref());
            self.tries.idle = if idle { self.tries.idle + 1 } else { 0 };
        }
    }

    fn on_called(&mut self, reply: &CallReply) -> Vec<Command> {
        self.tries.idle = 0;
        let on_called = steps::rules(self.run().step).on_called;
        let next = on_called.expect("only a step that makes calls is answered")(reply);
        self.follow(next)
    }

    fn follow(&mut self, next: Next) -> Vec<Command> {
        match next {
            Next::Ask(command) => {
                self.phase = Phase::Asking;
                vec![command]
            }
            Next::Act(command) => self.read(Purpose::Confirm { call: Box::new(command) }),
            Next::Wait => {
                self.phase = Phase::Pausing { reread: None };
                vec![Command::Wait { ms: self.settings.poll_ms }]
            }
            Next::Done => self.finish_step(),
            Next::Park(why) => self.park(why),
            Next::Abandon(why) => self.abandon(why),
        }
    }

    fn finish_step(&mut self) -> Vec<Command> {
        let mut next = self.authority.as_ref().expect("held while working").next();
        let run = next.run.as_mut().expect("held while working");
        assert_eq!(run.executor, self.me, "only the executor that took the step finishes it");
        assert_eq!(run.epoch, next.epoch, "a run belongs to the epoch that it is in");
        if run.step == Step::Fence {
            // SAFE-5: the epoch and the active Region change together, in one conditional write.
            assert_ne!(next.active, run.target, "a fence moves authority");
            next.epoch.0 += 1;
            next.active = run.target.clone();
            run.epoch = next.epoch;
        }
        run.history.push(StepMark {
            step: run.step,
            executor: self.me.clone(),
            done_at_ms: self.at_ms,
        });
        run.progress += 1;
        (run.polls, run.calls) = (0, 0);
        let then = match Plan::after(run.kind, run.step) {
            Some(step) => {
                run.step = step;
                AfterSave::NextStep
            }
            None => {
                next.marks.last_run = Some(finished(run, RunEnd::Completed, None));
                next.run = None;
                AfterSave::End
            }
        };
        self.save(Box::new(next), then)
    }

    /// LIVE-2: a run that cannot go on says why, and waits for a person.
    fn park(&mut self, why: String) -> Vec<Command> {
        let mut next = self.authority.as_ref().expect("held while working").next();
        let run = next.run.as_mut().expect("held while working");
        run.parked = Some(why);
        self.save(Box::new(next), AfterSave::Parked)
    }

    /// SAFE-9: before the fence and with the database where it was, ending the run is all there is to undo.
    fn abandon(&mut self, why: String) -> Vec<Command> {
        let mut next = self.authority.as_ref().expect("held while working").next();
        let run = next.run.take().expect("held while working");
        assert_eq!(run.epoch, next.epoch, "a run that was abandoned is of the epoch it began in");
        assert_eq!(run.from, next.active, "a run that was abandoned has moved nothing");
        next.marks.last_run = Some(finished(&run, RunEnd::Abandoned, Some(why)));
        self.save(Box::new(next), AfterSave::Abandoned)
    }

    /// A wait is over: the bumped progress shows that this executor lives (R20).
    fn bump(&mut self) -> Vec<Command> {
        let mut next = self.authority.as_ref().expect("held while working").next();
        let run = next.run.as_mut().expect("held while working");
        run.progress += 1;
        run.polls += 1;
        run.calls = self.tries.calls;
        self.save(Box::new(next), AfterSave::Poll)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_transition_table_tells_late_answers_from_impossible_ones() {
        let wrote =
            || Box::new(Authority::initial(leeward_model::Region::new("a").expect("valid")));
        let phases = [
            Phase::Start,
            Phase::Reading(Purpose::Take),
            Phase::Saving { wrote: wrote(), then: AfterSave::Work },
            Phase::Asking,
            Phase::Calling,
            Phase::Pausing { reread: None },
            Phase::Gone,
        ];
        let events = [
            Event::Begin,
            Event::Authority(None),
            Event::Saved(SwapReply::Unknown),
            Event::Database(None),
            Event::Processor(None),
            Event::Canary(true),
            Event::Called(CallReply::Unknown),
            Event::Announced,
            Event::Timer,
        ];
        // Rows are phases, columns are events: A acts, . is late, ! is impossible.
        let letter = |phase: &Phase, event: &Event| match transition(phase, event) {
            Transition::Act => 'A',
            Transition::NoOp => '.',
            Transition::Invalid => '!',
        };
        let table: Vec<String> =
            phases.iter().map(|p| events.iter().map(|e| letter(p, e)).collect()).collect();
        let expect = [
            "A!!!!!!!!", // start
            "!A!...!!!", // reading
            "!.A...!!!", // saving
            "!.!AAA!A!", // asking
            "!.!...A!!", // calling
            "!.!...!!A", // pausing
            ".........", // gone
        ];
        assert_eq!(table, expect);
    }
}
