//! What one function is.

use std::fmt;
use std::str::FromStr;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// The API, all of it but health.
    Orders,
    Health,
    /// Books what the queue's hints tell of.
    Processor,
    /// Finds what no hint told of, relays events, deletes expired sessions.
    Sweeper,
    Sentinel,
    /// One step of a run, for the state machine.
    Run,
    /// An operator's verb, by `aws lambda invoke` (REQ-X4).
    Operator,
}

impl Role {
    pub const ALL: [Role; 7] = [
        Role::Orders,
        Role::Health,
        Role::Processor,
        Role::Sweeper,
        Role::Sentinel,
        Role::Run,
        Role::Operator,
    ];

    pub fn as_str(self) -> &'static str {
        match self {
            Role::Orders => "orders",
            Role::Health => "health",
            Role::Processor => "processor",
            Role::Sweeper => "sweeper",
            Role::Sentinel => "sentinel",
            Role::Run => "run",
            Role::Operator => "operator",
        }
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "LW-F001: LEEWARD_ROLE is {0:?}, and this package knows orders, health, processor, sweeper, sentinel, run and operator"
)]
pub struct UnknownRole(pub String);

impl FromStr for Role {
    type Err = UnknownRole;

    fn from_str(name: &str) -> Result<Role, UnknownRole> {
        let found = Role::ALL.into_iter().find(|role| role.as_str() == name);
        found.ok_or_else(|| UnknownRole(name.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn roles_have_names() {
        for role in Role::ALL {
            assert_eq!(role.as_str().parse(), Ok(role));
        }
        assert_eq!("".parse::<Role>(), Err(UnknownRole("".into())));
        assert_eq!("Orders".parse::<Role>(), Err(UnknownRole("Orders".into())));
    }
}
