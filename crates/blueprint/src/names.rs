//! The names of the platform's resources, as `{role}-{resource type}-{suffix}`.
//!
//! Every crate that creates or addresses a resource takes its name from here: the stacks, local mode and the
//! settings of agents and functions. Names are known before a resource exists, which is how one Region refers
//! to another Region's resources without reading its state.

use crate::Blueprint;

/// Makes names that end in the blueprint's suffix.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Names {
    suffix: String,
}

impl Names {
    /// Returns the names of a blueprint's platform.
    pub fn of(blueprint: &Blueprint) -> Names {
        Names { suffix: blueprint.suffix.clone() }
    }

    /// Returns the name of a resource with a role of its own, such as a function or an alarm.
    pub fn name(&self, role: &str, kind: &str) -> String {
        format!("{role}-{kind}-{}", self.suffix)
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
