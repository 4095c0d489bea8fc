//! Settings of the machines, derived from a scenario as the agent derives them from a blueprint.

use crate::scenario::Scenario;
use leeward_core::append::LaneSettings;
use leeward_core::decide::{Pace, Policy};
use leeward_core::run::RunSettings;
use leeward_model::Region;

/// The settings of every `core` machine of one world.
pub(crate) struct MachineSettings {
    pub(crate) lane: LaneSettings,
    pub(crate) policy: Policy,
    pub(crate) run: RunSettings,
}

impl MachineSettings {
    pub(super) fn of(scenario: &Scenario, regions: [Region; 2]) -> MachineSettings {
        let t = &scenario.timing;
        MachineSettings {
            lane: LaneSettings::of(t.put_timeout_ms),
            policy: Policy::of(
                regions,
                Pace {
                    tick_ms: t.tick_ms,
                    probe_timeout_ms: t.probe_timeout_ms,
                    misses: t.misses,
                    cooldown_ticks: t.cooldown_ticks,
                    day_ticks: t.day_ticks,
                    moves_per_day: t.moves_per_day,
                    takeover_ticks: t.takeover_ticks,
                    failback_ticks: t.failback_ticks,
                },
            ),
            run: RunSettings::of(t.poll_ms, t.promote_wait_ms),
        }
    }
}
