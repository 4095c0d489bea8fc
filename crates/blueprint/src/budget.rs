//! The timing budget of docs/spec/timing.md: the worst-case times that follow from the settings.

use crate::deploy::Profile;
use crate::{Timing, TimingProfile};

/// The target for the time until a verdict (docs/spec/requirements.md).
const VERDICT_MS: u64 = 30_000;

/// The worst-case times in milliseconds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Budget {
    pub verdict_ms: u64,
    /// The worst of three cases: a dark Region, an unreachable ledger and a broken order path.
    pub acceptance_ms: u64,
    pub acceptance_dark_ms: u64,
    pub processing_ms: u64,
}

impl Budget {
    pub fn of(t: &Timing) -> Budget {
        // A tick takes as long as its slowest probe.
        let tick = t.tick_ms.max(t.probe_timeout_ms);
        let verdict_ms = tick * u64::from(t.misses) + t.probe_timeout_ms + tick;
        let detection = t.check_interval_ms * u64::from(t.check_threshold);
        // Route 53 waits up to 6 s for a missing response, and takes 5 s to propagate the change.
        let checker = t.check_timeout_ms + t.propagation_ms;
        let rest = u64::from(t.ttl_s) * 1_000 + t.reconnect_ms + t.requorum_ms;
        let stale = 2 * t.tick_ms + t.probe_timeout_ms;
        let acceptance_dark_ms = detection + checker + rest;
        Budget {
            verdict_ms,
            acceptance_dark_ms,
            acceptance_ms: stale + acceptance_dark_ms,
            processing_ms: verdict_ms + t.requorum_ms + t.database_failover_ms + 20 * t.poll_ms,
        }
    }

    /// Returns a message for each missed target. The message names the settings to change.
    pub fn misses(&self, profile: Profile) -> Vec<String> {
        let rto_ms = match profile {
            Profile::Serverless => 60_000,
            Profile::Instances => 120_000,
        };
        let mut out = Vec::new();
        if self.verdict_ms > VERDICT_MS {
            out.push(format!(
                "timing: the verdict takes up to {} ms, more than {VERDICT_MS}; lower tick_ms or misses",
                self.verdict_ms
            ));
        }
        if self.acceptance_ms > rto_ms {
            out.push(format!(
                "timing: acceptance takes up to {} ms, more than the target of {rto_ms}; lower ttl_s, \
                 check_interval_ms or check_threshold",
                self.acceptance_ms
            ));
        }
        out
    }

    /// Returns the label that reports give to the figures of a timing profile.
    pub fn label(profile: TimingProfile) -> &'static str {
        match profile {
            TimingProfile::Local => "local, fast timing",
            TimingProfile::Aws => "AWS timing",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::timing::Overrides;

    #[test]
    fn the_defaults_meet_the_targets() {
        let aws = Budget::of(&Timing::of(TimingProfile::Aws, &Overrides::default()));
        assert!(aws.verdict_ms <= 30_000, "{aws:?}");
        assert!(aws.acceptance_ms <= 60_000, "{aws:?}");
        let local = Budget::of(&Timing::of(TimingProfile::Local, &Overrides::default()));
        assert!(local.verdict_ms <= 1_000, "{local:?}");
        assert!(local.acceptance_dark_ms <= 3_000, "{local:?}");
    }
}
