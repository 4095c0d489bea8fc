//! `{role}-{resource-type}-{suffix}`, for every name that AWS shows.

use leeward_blueprint::Blueprint;

/// Makes names that end in the blueprint's suffix.
#[derive(Debug, Clone)]
pub struct Names {
    suffix: String,
}

impl Names {
    pub fn of(blueprint: &Blueprint) -> Names {
        Names { suffix: blueprint.suffix.clone() }
    }

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
