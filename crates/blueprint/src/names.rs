//! The names of the platform's resources, as `{role}-{resource type}-{suffix}`.
//!
//! Every crate that creates or addresses a resource takes the resource's name from here: the stacks, local mode and the
//! settings of agents and functions. Names are known before a resource exists, so one Region can refer to another
//! Region's resources without reading that Region's state.

use crate::Blueprint;
use leeward_model::{FunctionRole, Region};

/// Makes names that end in the blueprint's suffix.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Names {
    suffix: String,
}

impl Names {
    /// Returns the names of the platform that the blueprint describes.
    pub fn of(blueprint: &Blueprint) -> Names {
        Names { suffix: blueprint.suffix.clone() }
    }

    /// Returns the name of a resource. `role` is the purpose of the resource, and `kind` is its type.
    pub fn name(&self, role: &str, kind: &str) -> String {
        format!("{role}-{kind}-{}", self.suffix)
    }

    /// Returns the name of the table that holds entries, claims and accounts.
    pub fn ledger_table(&self) -> String {
        self.name("ledger", "table")
    }

    /// Returns the name of the table that holds the authority, observations and audit records.
    pub fn control_table(&self) -> String {
        self.name("control", "table")
    }

    /// Returns the name of the table that holds sessions.
    pub fn sessions_table(&self) -> String {
        self.name("sessions", "table")
    }

    /// Returns the name of the queue that carries hints to the processor. The name is the same in both Regions.
    pub fn orders_queue(&self) -> String {
        self.name("orders", "queue")
    }

    /// Returns the name of the dead-letter queue. The name is the same in both Regions.
    pub fn dead_letters_queue(&self) -> String {
        self.name("dead-letters", "queue")
    }

    /// Returns the name of the topic that carries notices to operators. The name is the same in all Regions.
    pub fn notices_topic(&self) -> String {
        self.name("notices", "topic")
    }

    /// Returns the name of the topic that replaces the event bus in local mode, which has no EventBridge.
    pub fn events_topic(&self) -> String {
        self.name("events", "topic")
    }

    /// Returns the name of the event bus. The name is the same in both Regions.
    pub fn platform_bus(&self) -> String {
        self.name("platform", "bus")
    }

    /// Returns the identifier of the database's global cluster.
    pub fn global_cluster(&self) -> String {
        self.name("orders", "global")
    }

    /// Returns the name of the state machine that carries out runs. The name is the same in both Regions.
    pub fn runs_machine(&self) -> String {
        self.name("runs", "machine")
    }

    /// Returns the name of the REST API of the serverless profile.
    pub fn orders_api(&self) -> String {
        self.name("orders", "api")
    }

    /// Returns the name of the secret with the database's password.
    pub fn database_secret(&self) -> String {
        self.name("database", "secret")
    }

    /// Returns the name of the secret with the callers' grants.
    pub fn grants_secret(&self) -> String {
        self.name("grants", "secret")
    }

    /// Returns the name of the secret with the token of canary orders.
    pub fn canary_secret(&self) -> String {
        self.name("canary", "secret")
    }

    /// Returns the identifier of a Region's database cluster.
    pub fn cluster(&self, region: &Region) -> String {
        self.name(region.as_str(), "cluster")
    }

    /// Returns the name of the function of a role. The name is the same in every Region.
    pub fn function(&self, role: FunctionRole) -> String {
        self.name(role.as_str(), "function")
    }

    /// Returns the name in Parameter Store of the settings of a Region's processes.
    pub fn platform_parameter(&self) -> String {
        format!("/leeward/{}", self.name("platform", "parameter"))
    }

    /// Returns the name in Parameter Store of the document that lists what readiness compares.
    pub fn readiness_parameter(&self) -> String {
        format!("/leeward/{}", self.name("readiness", "parameter"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_end_in_the_suffix() {
        let blueprint = Blueprint { suffix: "prod".into(), ..Blueprint::default() };
        assert_eq!(Names::of(&blueprint).name("orders", "queue"), "orders-queue-prod");
    }
}
