//! The machine that carries out the steps of a run. The documentation of [`crate::run`] explains why two executors at
//! the same time are harmless.

use super::steps::{self, Next};
use super::{CallReply, Command, Event, Leave, RunSettings, SwapReply, finished};
use leeward_model::{Authority, Plan, Run, RunEnd, Step, StepMark, Tries};

/// The purpose of the next read of the authority.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Purpose {
    /// Find the run and take its step.
    Take,
    /// A write's outcome is unknown (SAFE-7), and the read shows whether the write took effect.
    Resolve { wrote: Box<Authority>, then: AfterSave },
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum AfterSave {
    Work,
    /// Make the call that the write has just counted.
    Call(Box<Command>),
    Wait,
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
    /// Waits before it asks again, or before it repeats a read that failed.
    Pausing {
        reread: Option<Purpose>,
    },
    Gone,
}

/// The meaning of an event in a phase.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Transition {
    Act,
    /// Ignores a late reply to an abandoned question, or an event after the end.
    NoOp,
    /// Panics, because the shell reports a result that was never requested: an invariant is broken.
    Invalid,
}

/// Returns the transition for an event. A reply to a read may be late, for example that of a canary order whose time
/// was over. The reply to a write, a call or a timer arrives exactly once, while the executor waits for it.
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
    /// The time up to which the run's tries include this executor's waits.
    counted_to_ms: u64,
    now_ms: u64,
    at_ms: u64,
}

impl Executor {
    /// Creates the executor named `me` for the run.
    pub fn new(settings: RunSettings, me: String, run_id: String) -> Executor {
        Executor {
            settings,
            me,
            run_id,
            authority: None,
            phase: Phase::Start,
            began_ms: None,
            counted_to_ms: 0,
            now_ms: 0,
            at_ms: 0,
        }
    }

    /// Returns the step that this executor holds; `None` before it has taken one and after the last step.
    pub fn at(&self) -> Option<Step> {
        let run = self.authority.as_ref()?.run.as_ref()?;
        (run.id == self.run_id && run.executor == self.me).then_some(run.step)
    }

    /// Takes one event and returns the commands that follow. `at_ms` is the wall-clock time, for the history that
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
            (Phase::Calling, Event::Called(reply)) => self.on_called(&reply),
            (Phase::Pausing { reread: Some(purpose) }, Event::Timer) => self.read(purpose),
            (Phase::Pausing { reread: None }, Event::Timer) => self.begin_step(),
            (Phase::Asking, event) => self.on_answer(event),
            // This is `Phase::Start` with `Event::Begin`.
            _ => self.read(Purpose::Take),
        }
    }

    fn run(&self) -> &Run {
        self.authority.as_ref().and_then(|a| a.run.as_ref()).expect("held while working")
    }

    fn tries(&mut self) -> &mut Tries {
        let run = self.authority.as_mut().and_then(|a| a.run.as_mut());
        &mut run.expect("held while working").tries
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
        if mine.paused {
            return self.leave(Leave::NotMine);
        }
        self.take(read)
    }

    /// Resolves a write of this executor that lost a race or whose outcome is unknown: the item that was read shows
    /// whether the write took effect (SAFE-7). Versions are never reused, and no other executor writes this executor's
    /// name.
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
            // Another writer changed something else. This executor still holds the step and begins it again.
            return self.saved(read, AfterSave::Work);
        }
        let tried = wrote.run.as_ref().map_or(0, |run| run.attempt);
        if then == AfterSave::Work && run.attempt < tried {
            return self.take(read);
        }
        self.leave(Leave::LostStep)
    }

    /// Writes the next attempt at the step. Only the executor whose write of `(step, attempt)` succeeds works on the
    /// step.
    fn take(&mut self, read: Box<Authority>) -> Vec<Command> {
        let mut next = read.next();
        let run = next.run.as_mut().expect("checked by the caller");
        run.attempt += 1;
        run.progress += 1;
        run.executor.clone_from(&self.me);
        self.save(Box::new(next), AfterSave::Work)
    }

    /// Writes the authority. SAFE-5: every change is a compare-and-swap on the version that was read.
    fn save(&mut self, next: Box<Authority>, then: AfterSave) -> Vec<Command> {
        let what = match (&next.run, &then) {
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
                self.counted_to_ms = self.now_ms;
                self.begin_step()
            }
            AfterSave::Call(call) => {
                self.phase = Phase::Calling;
                vec![*call]
            }
            AfterSave::Wait => {
                self.phase = Phase::Pausing { reread: None };
                vec![Command::Wait { ms: self.settings.poll_ms }]
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
        let next = (steps::rules(run.step).begin)(run);
        self.follow(next)
    }

    fn on_answer(&mut self, event: Event) -> Vec<Command> {
        self.note_answer(&event);
        let run = self.run();
        let on_answer = steps::rules(run.step).on_answer;
        match on_answer(run, &event, &self.settings) {
            Some(next) => self.follow(next),
            // This is a late reply to an earlier question. The reply that this step waits for is still to come.
            None => {
                self.phase = Phase::Asking;
                Vec::new()
            }
        }
    }

    /// Updates the tries, by which the steps decide.
    fn note_answer(&mut self, event: &Event) {
        self.count_time(self.now_ms);
        let idle = match event {
            Event::Database(view) => {
                Some(steps::hand_over_database::is_idle(self.run(), view.as_ref()))
            }
            _ => None,
        };
        let tries = self.tries();
        let failed = matches!(event, Event::Canary(false) | Event::Database(None));
        tries.failures += u32::from(failed);
        if let Some(idle) = idle {
            tries.idle_looks = if idle { tries.idle_looks + 1 } else { 0 };
        }
    }

    fn count_time(&mut self, to_ms: u64) {
        let more_ms = to_ms.saturating_sub(self.counted_to_ms);
        self.tries().waited_ms += more_ms;
        self.counted_to_ms += more_ms;
    }

    fn on_called(&mut self, reply: &CallReply) -> Vec<Command> {
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
            Next::Act(command) => self.count_call(command),
            Next::Wait => self.count_poll(),
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
        run.tries = Tries::default();
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

    /// Parks the run. LIVE-2: a run that cannot continue records the reason and waits for an operator.
    fn park(&mut self, why: String) -> Vec<Command> {
        let mut next = self.authority.as_ref().expect("held while working").next();
        let run = next.run.as_mut().expect("held while working");
        run.parked = Some(why);
        self.save(Box::new(next), AfterSave::Parked)
    }

    /// Abandons the run. SAFE-9: before the fence, while the database is where it was, nothing else has to be undone.
    fn abandon(&mut self, why: String) -> Vec<Command> {
        let mut next = self.authority.as_ref().expect("held while working").next();
        let run = next.run.take().expect("held while working");
        assert_eq!(run.epoch, next.epoch, "a run that was abandoned is of the epoch it began in");
        assert_eq!(run.from, next.active, "a run that was abandoned has moved nothing");
        next.marks.last_run = Some(finished(&run, RunEnd::Abandoned, Some(why)));
        self.save(Box::new(next), AfterSave::Abandoned)
    }

    /// R4, LIVE-2: the executor stores the count of a call before it makes the call. If the executor has lost the step,
    /// the write fails and the call is not made. An executor that takes over later therefore finds every call counted.
    fn count_call(&mut self, call: Command) -> Vec<Command> {
        let tries = self.tries();
        tries.calls += 1;
        tries.idle_looks = 0;
        self.save_progress(AfterSave::Call(Box::new(call)))
    }

    /// R20: the progress shows that this executor lives. The pause is counted before it begins, because a driver that
    /// calls task by task ends the executor when the pause begins.
    fn count_poll(&mut self) -> Vec<Command> {
        self.count_time(self.now_ms + self.settings.poll_ms);
        self.tries().polls += 1;
        self.save_progress(AfterSave::Wait)
    }

    fn save_progress(&mut self, then: AfterSave) -> Vec<Command> {
        let mut next = self.authority.as_ref().expect("held while working").next();
        next.run.as_mut().expect("held while working").progress += 1;
        self.save(Box::new(next), then)
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
        // Rows are phases and columns are events. `A` acts, `.` ignores a late reply, and `!` is impossible.
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
