//! The roles of the platform's Lambda functions, which all run the same package.

use std::fmt;
use std::str::FromStr;

/// The role of one function.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum FunctionRole {
    /// Serves the API, except for the health checks.
    Orders,
    /// Answers the health checks.
    Health,
    /// Books the accounts that the queue's hints name.
    Processor,
    /// Books entries that no hint named, relays events and deletes expired sessions.
    Sweeper,
    /// Probes all Regions and decides on moves.
    Sentinel,
    /// Carries out one step of a run for the state machine.
    Run,
    /// Carries out an operator's verb, which `aws lambda invoke` passes to the function (REQ-X4).
    Operator,
    /// Judges whether a move would succeed now (REQ-T1).
    Readiness,
}

impl FunctionRole {
    /// All roles.
    pub const ALL: [FunctionRole; 8] = [
        FunctionRole::Orders,
        FunctionRole::Health,
        FunctionRole::Processor,
        FunctionRole::Sweeper,
        FunctionRole::Sentinel,
        FunctionRole::Run,
        FunctionRole::Operator,
        FunctionRole::Readiness,
    ];

    /// Returns the name by which the package's entry point selects the role.
    pub fn as_str(self) -> &'static str {
        match self {
            FunctionRole::Orders => "orders",
            FunctionRole::Health => "health",
            FunctionRole::Processor => "processor",
            FunctionRole::Sweeper => "sweeper",
            FunctionRole::Sentinel => "sentinel",
            FunctionRole::Run => "run",
            FunctionRole::Operator => "operator",
            FunctionRole::Readiness => "readiness",
        }
    }
}

impl fmt::Display for FunctionRole {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The error for a name that is not the name of a role.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownRole(pub String);

impl fmt::Display for UnknownRole {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let known = FunctionRole::ALL.map(FunctionRole::as_str).join(", ");
        write!(f, "{:?} is not a function role; the roles are {known}", self.0)
    }
}

impl std::error::Error for UnknownRole {}

impl FromStr for FunctionRole {
    type Err = UnknownRole;

    fn from_str(name: &str) -> Result<FunctionRole, UnknownRole> {
        let found = FunctionRole::ALL.into_iter().find(|role| role.as_str() == name);
        found.ok_or_else(|| UnknownRole(name.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_role_parses_from_its_name() {
        for role in FunctionRole::ALL {
            assert_eq!(role.as_str().parse(), Ok(role));
        }
        assert_eq!("".parse::<FunctionRole>(), Err(UnknownRole("".into())));
        assert_eq!("Orders".parse::<FunctionRole>(), Err(UnknownRole("Orders".into())));
    }
}
