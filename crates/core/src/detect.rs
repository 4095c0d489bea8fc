//! From one tick's answers to a Region's view: consecutive counts and a diagnosis.
//!
//! A diagnosis needs `misses` ticks in a row and one accepted canary clears it. Missing data is
//! never 'healthy' (SAFE-8): without a count there is only `Unknown`.

use leeward_model::{Answer, Diagnosis, ProbeReport, Reached, Region, RegionView};

/// What came back on one path of a probe, as the adapter reports it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PathReply {
    Done,
    /// Refused or throttled, in the service's words.
    Refused(String),
    /// Neither; the probe's time may have run out.
    Unknown {
        reached: Reached,
        why: String,
    },
}

/// What a path's reply says of the Region: an error is an answer, and only the absence of any sign is silence.
pub fn classify(reply: PathReply) -> Answer {
    match reply {
        PathReply::Done => Answer::Good,
        PathReply::Refused(why) | PathReply::Unknown { reached: Reached::Yes, why } => {
            Answer::Error(why)
        }
        PathReply::Unknown { reached: Reached::No, .. } => Answer::Silence,
    }
}

/// What a canary order's HTTP status says of the Region. S14: a surge's 429 is no outage.
pub fn classify_status(status: u16) -> Answer {
    match status {
        200 | 202 | 429 => Answer::Good,
        other => Answer::Error(other.to_string()),
    }
}

/// Continues `before` (or starts counting) with what this tick saw. `active`: the Region that
/// authority named, as far as this sentinel knows. `at_ms`: wall clock, to be shown.
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

/// Continues a predecessor's counts where this tick saw the same: both looked from the same place, and the
/// predecessor did so within the last tick.
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
            (Answer::Silence, true) => Diagnosis::ApiUnreachable,
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

    /// R12: a Region that answers with errors is not dark.
    #[test]
    fn only_the_absence_of_any_sign_is_silence() {
        let unknown = |reached| PathReply::Unknown { reached, why: "why".into() };
        assert_eq!(classify(unknown(Reached::No)), Answer::Silence);
        assert_eq!(classify(unknown(Reached::Yes)), Answer::Error("why".into()));
        assert_eq!(classify(PathReply::Refused("no".into())), Answer::Error("no".into()));
    }

    /// Each letter is one tick of api, ledger, control: g good, e error, s silence.
    fn check(ticks: &[&str], expect: Diagnosis) {
        let answer = |c: u8| match c {
            b'g' => Answer::Good,
            b'e' => Answer::Error("500".into()),
            _ => Answer::Silence,
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
    fn diagnoses() {
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
