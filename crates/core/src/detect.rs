//! Detection: turns the answers of one tick into consecutive counts and a diagnosis of a Region.
//!
//! A diagnosis needs `misses` consecutive ticks, and one accepted canary order clears it. Missing data never counts as
//! healthy (SAFE-8): without enough consecutive ticks the diagnosis is `Unknown`.

use leeward_model::{
    DatabaseView, Diagnosis, ProbeAnswer, ProbeReport, Reached, Region, RegionView,
};

/// The reply on one path of a probe, as the adapter reports it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PathReply {
    /// The call succeeded.
    Done,
    /// The call was refused or throttled, with the service's message.
    Refused(String),
    /// The outcome is unknown; the probe may have timed out.
    Unknown {
        /// Whether the other side sent anything back.
        reached: Reached,
        /// The error message.
        why: String,
    },
}

/// Classifies the reply on a path. An error is an answer, and only the absence of any reply is silence.
pub fn classify(reply: PathReply) -> ProbeAnswer {
    match reply {
        PathReply::Done => ProbeAnswer::Good,
        PathReply::Refused(why) | PathReply::Unknown { reached: Reached::Yes, why } => {
            ProbeAnswer::Error(why)
        }
        PathReply::Unknown { reached: Reached::No, .. } => ProbeAnswer::Silence,
    }
}

/// Classifies the HTTP status of a canary order. A 429 is good, because a surge is not an outage (S14).
pub fn classify_status(status: u16) -> ProbeAnswer {
    match status {
        200 | 202 | 429 => ProbeAnswer::Good,
        other => ProbeAnswer::Error(other.to_string()),
    }
}

/// Combines the answers on the three paths into a report. `view` is the Region's own view of the database; it is empty
/// if the Region's control plane did not answer. While the writer moves, the report names no Region as the writer.
pub fn report(
    region: &Region,
    api: ProbeAnswer,
    ledger: ProbeAnswer,
    control: ProbeAnswer,
    view: DatabaseView,
) -> ProbeReport {
    ProbeReport {
        api,
        ledger,
        control,
        resyncing: view.resyncing.contains(region),
        member: view.members.contains(region),
        writer: view.writer.filter(|_| !view.moving),
    }
}

/// Returns the view of this tick: continues the counts of `before`, or starts new ones, with the report of this tick.
/// `active` is the active Region, as far as this sentinel knows. `at_ms` is the wall-clock time, for display.
pub fn observe(
    before: Option<&RegionView>,
    report: ProbeReport,
    misses: u32,
    active: Option<&Region>,
    at_ms: u64,
) -> RegionView {
    let counted = |was: fn(&RegionView) -> u32, now: bool| {
        if now { before.map_or(0, was).saturating_add(1) } else { 0 }
    };
    let all_silent =
        report.api.is_silence() && report.ledger.is_silence() && report.control.is_silence();
    let accepted = report.api.is_good();
    let elsewhere = match (&report.writer, active) {
        (Some(writer), Some(active)) => writer != active,
        _ => false,
    };
    let mut view = RegionView {
        silent: counted(|v| v.silent, all_silent),
        refused: counted(|v| v.refused, !accepted),
        accepted: counted(|v| v.accepted, accepted),
        writer_elsewhere: counted(|v| v.writer_elsewhere, elsewhere),
        api: report.api,
        ledger: report.ledger,
        control: report.control,
        writer: report.writer,
        resyncing: report.resyncing,
        member: report.member,
        diagnosis: Diagnosis::Unknown,
        since_at_ms: at_ms,
    };
    view.diagnosis = diagnose(&view, misses);
    if let Some(before) = before.filter(|b| b.diagnosis == view.diagnosis) {
        view.since_at_ms = before.since_at_ms;
    }
    view
}

/// Continues each count of a predecessor if this tick observed the same state. Both incarnations probe from the same
/// Region, and the predecessor probed within the last tick.
pub fn inherit(view: &mut RegionView, elder: &RegionView, misses: u32) {
    let longer = |own: u32, elders: u32| if own > 0 { own.max(elders) } else { 0 };
    view.silent = longer(view.silent, elder.silent);
    view.refused = longer(view.refused, elder.refused);
    view.accepted = longer(view.accepted, elder.accepted);
    view.writer_elsewhere = longer(view.writer_elsewhere, elder.writer_elsewhere);
    view.diagnosis = diagnose(view, misses);
    if view.diagnosis == elder.diagnosis {
        view.since_at_ms = elder.since_at_ms;
    }
}

fn diagnose(view: &RegionView, misses: u32) -> Diagnosis {
    if view.silent >= misses {
        return Diagnosis::Silent;
    }
    if view.refused >= misses {
        return match (&view.api, view.ledger.is_good()) {
            (_, false) => Diagnosis::LedgerUnreachable,
            (ProbeAnswer::Silence, true) => Diagnosis::ApiUnreachable,
            (_, true) => Diagnosis::OrderPathBroken,
        };
    }
    if view.accepted == 0 {
        return Diagnosis::Unknown;
    }
    if view.writer_elsewhere >= misses {
        return Diagnosis::DbWriterElsewhere;
    }
    if view.control.is_good() { Diagnosis::Healthy } else { Diagnosis::ControlImpaired }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn s14_a_surge_is_no_outage_and_a_failing_order_path_is() {
        let check = |status: u16, good: bool| {
            assert_eq!(classify_status(status).is_good(), good, "{status}")
        };
        check(202, true);
        check(200, true);
        check(429, true);
        check(500, false);
        check(503, false);
        check(401, false);
    }

    /// Checks that a Region that answers with errors is not dark (R12).
    #[test]
    fn only_the_absence_of_any_reply_is_silence() {
        let unknown = |reached| PathReply::Unknown { reached, why: "why".into() };
        assert_eq!(classify(unknown(Reached::No)), ProbeAnswer::Silence);
        assert_eq!(classify(unknown(Reached::Yes)), ProbeAnswer::Error("why".into()));
        assert_eq!(classify(PathReply::Refused("no".into())), ProbeAnswer::Error("no".into()));
    }

    #[test]
    fn a_writer_that_moves_has_no_place() {
        let region = |name: &str| Region::new(name).expect("a valid name");
        let (a, b) = (region("a"), region("b"));
        let check = |moving: bool, writer: Option<&Region>, member: bool| {
            let view = DatabaseView {
                writer: Some(b.clone()),
                members: vec![b.clone()],
                moving,
                ..DatabaseView::default()
            };
            let good = || ProbeAnswer::Good;
            let report = report(if member { &b } else { &a }, good(), good(), good(), view);
            assert_eq!((report.writer.as_ref(), report.member), (writer, member));
        };
        check(false, Some(&b), true);
        check(false, Some(&b), false);
        check(true, None, true);
    }

    /// Checks the diagnosis after some ticks. The letters of a tick are api, ledger and control: g good, e error, s
    /// silence.
    fn check(ticks: &[&str], expect: Diagnosis) {
        let answer = |c: u8| match c {
            b'g' => ProbeAnswer::Good,
            b'e' => ProbeAnswer::Error("500".into()),
            _ => ProbeAnswer::Silence,
        };
        let mut view = None;
        for tick in ticks {
            let t = tick.as_bytes();
            let report = ProbeReport {
                api: answer(t[0]),
                ledger: answer(t[1]),
                control: answer(t[2]),
                writer: None,
                resyncing: false,
                member: true,
            };
            view = Some(observe(view.as_ref(), report, 3, None, 0));
        }
        assert_eq!(view.expect("some tick").diagnosis, expect, "{ticks:?}");
    }

    #[test]
    fn each_pattern_of_answers_has_its_diagnosis() {
        check(&["ggg"], Diagnosis::Healthy);
        check(&["gge"], Diagnosis::ControlImpaired);
        check(&["sss", "sss"], Diagnosis::Unknown);
        check(&["sss", "sss", "sss"], Diagnosis::Silent);
        check(&["sss", "ggg", "sss"], Diagnosis::Unknown);
        check(&["sgg", "sgg", "sgg"], Diagnosis::ApiUnreachable);
        check(&["egg", "egg", "egg"], Diagnosis::OrderPathBroken);
        check(&["eeg", "eeg", "eeg"], Diagnosis::LedgerUnreachable);
        check(&["sss", "sss", "sse"], Diagnosis::LedgerUnreachable);
    }
}
