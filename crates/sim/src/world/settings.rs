//! The settings of the machines, derived from a scenario in the same way as an agent derives them from a blueprint.

use crate::scenario::Scenario;
use leeward_core::append::LaneSettings;
use leeward_core::decide::Policy;
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
            policy: Policy::of(regions, &t.settings()),
            run: RunSettings::of(t.poll_ms, t.promote_wait_ms),
        }
    }
}
