//! Times and thresholds, in two timing profiles. The sources are docs/spec/aws-facts.md for AWS's own times and
//! docs/spec/timing.md for the chosen times.

use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum TimingProfile {
    /// Short intervals for one machine. Figures that were measured with this profile are labelled "local".
    Local,
    /// The intervals of a deployment on AWS.
    Aws,
}

/// The times and thresholds of a platform. Times are in milliseconds on the clock of the machine that waits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Timing {
    pub profile: TimingProfile,
    /// The interval between two ticks of a sentinel. The next two fields are the consecutive misses that a diagnosis
    /// needs and the timeout of a probe.
    pub tick_ms: u64,
    pub misses: u32,
    pub probe_timeout_ms: u64,
    /// This field and the next three limit moves and takeovers. Periods are in sentinel ticks.
    pub cooldown_ticks: u64,
    pub day_ticks: u64,
    pub moves_per_day: usize,
    pub takeover_ticks: u64,
    /// The number of ticks for which home must have been healthy before the platform fails back automatically; 0
    /// disables failback.
    #[serde(default)]
    pub failback_ticks: u64,
    /// This field and the next five describe the health checks and the DNS record of the public name.
    pub check_interval_ms: u64,
    pub check_threshold: u32,
    pub checkers: u32,
    pub check_timeout_ms: u64,
    pub propagation_ms: u64,
    pub ttl_s: u32,
    /// This field and the next five are the times of the order path and of the sweeper.
    pub deadline_ms: u64,
    pub put_timeout_ms: u64,
    pub call_timeout_ms: u64,
    pub hint_delay_ms: u64,
    pub sweep_ms: u64,
    pub expiry_ms: u64,
    /// This field and the next one are the times of a run.
    pub poll_ms: u64,
    pub promote_wait_ms: u64,
    /// This field and the next five are assumptions about AWS and about customers' connections.
    pub requorum_ms: u64,
    pub catch_up_ms: u64,
    pub database_failover_ms: u64,
    pub database_rebuild_ms: u64,
    pub database_lag_ms: u64,
    pub reconnect_ms: u64,
}

/// The timings that a blueprint may override.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Overrides {
    pub tick_ms: Option<u64>,
    pub misses: Option<u32>,
    pub probe_timeout_ms: Option<u64>,
    pub cooldown_ticks: Option<u64>,
    pub failback_ticks: Option<u64>,
    pub moves_per_day: Option<usize>,
    pub check_interval_ms: Option<u64>,
    pub check_threshold: Option<u32>,
    pub ttl_s: Option<u32>,
}

impl Timing {
    pub fn of(profile: TimingProfile, overrides: &Overrides) -> Timing {
        let mut timing = match profile {
            TimingProfile::Local => Timing::local(),
            TimingProfile::Aws => Timing::aws(),
        };
        let o = overrides;
        timing.tick_ms = o.tick_ms.unwrap_or(timing.tick_ms);
        timing.misses = o.misses.unwrap_or(timing.misses);
        timing.probe_timeout_ms = o.probe_timeout_ms.unwrap_or(timing.probe_timeout_ms);
        timing.cooldown_ticks = o.cooldown_ticks.unwrap_or(timing.cooldown_ticks);
        timing.failback_ticks = o.failback_ticks.unwrap_or(timing.cooldown_ticks);
        timing.moves_per_day = o.moves_per_day.unwrap_or(timing.moves_per_day);
        timing.check_interval_ms = o.check_interval_ms.unwrap_or(timing.check_interval_ms);
        timing.check_threshold = o.check_threshold.unwrap_or(timing.check_threshold);
        timing.ttl_s = o.ttl_s.unwrap_or(timing.ttl_s);
        timing
    }

    fn local() -> Timing {
        Timing {
            profile: TimingProfile::Local,
            tick_ms: 100,
            misses: 3,
            probe_timeout_ms: 150,
            cooldown_ticks: 30,
            day_ticks: 6_000,
            moves_per_day: 4,
            takeover_ticks: 15,
            failback_ticks: 30,
            check_interval_ms: 250,
            check_threshold: 2,
            checkers: 3,
            check_timeout_ms: 200,
            propagation_ms: 20,
            ttl_s: 1,
            deadline_ms: 2_500,
            put_timeout_ms: 600,
            call_timeout_ms: 600,
            hint_delay_ms: 10,
            sweep_ms: 5_000,
            expiry_ms: 5_000,
            poll_ms: 25,
            promote_wait_ms: 90_000,
            requorum_ms: 50,
            catch_up_ms: 200,
            database_failover_ms: 400,
            database_rebuild_ms: 500,
            database_lag_ms: 50,
            reconnect_ms: 300,
        }
    }

    fn aws() -> Timing {
        Timing {
            profile: TimingProfile::Aws,
            tick_ms: 5_000,
            misses: 3,
            probe_timeout_ms: 2_000,
            cooldown_ticks: 360,
            day_ticks: 17_280,
            moves_per_day: 4,
            takeover_ticks: 6,
            failback_ticks: 360,
            check_interval_ms: 10_000,
            check_threshold: 2,
            checkers: 16,
            check_timeout_ms: 6_000,
            propagation_ms: 5_000,
            ttl_s: 10,
            deadline_ms: 10_000,
            put_timeout_ms: 2_000,
            call_timeout_ms: 2_000,
            hint_delay_ms: 50,
            sweep_ms: 60_000,
            expiry_ms: 3_600_000,
            poll_ms: 5_000,
            promote_wait_ms: 900_000,
            requorum_ms: 2_000,
            catch_up_ms: 10_000,
            database_failover_ms: 90_000,
            database_rebuild_ms: 600_000,
            database_lag_ms: 500,
            reconnect_ms: 3_000,
        }
    }

    pub(crate) fn problems(&self) -> Vec<String> {
        let mut out = Vec::new();
        let mut within = |name: &str, value: u64, least: u64, most: u64| {
            if !(least..=most).contains(&value) {
                out.push(format!("timing.{name}: is {value}, must be from {least} to {most}"));
            }
        };
        within("tick_ms", self.tick_ms, 10, 600_000);
        within("misses", u64::from(self.misses), 1, 100);
        within("probe_timeout_ms", self.probe_timeout_ms, 10, 600_000);
        within("check_interval_ms", self.check_interval_ms, 10, 600_000);
        within("check_threshold", u64::from(self.check_threshold), 1, 100);
        within("ttl_s", u64::from(self.ttl_s), 1, 86_400);
        within("cooldown_ticks", self.cooldown_ticks, 0, 1_000_000);
        // A failback must not happen before another move away would be allowed (docs/spec/moves.md).
        if self.failback_ticks > 0 {
            within("failback_ticks", self.failback_ticks, self.cooldown_ticks, 1_000_000);
        }
        // The authority keeps at most 32 moves.
        within("moves_per_day", self.moves_per_day as u64, 0, 32);
        out
    }
}
