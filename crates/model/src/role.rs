//! The functions of the platform: one package, and what each of its functions is.

use std::fmt;
use std::str::FromStr;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum FunctionRole {
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
    /// Could the platform move? (REQ-T1)
    Readiness,
}

impl FunctionRole {
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

/// A name that is no role's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownRole(pub String);

impl fmt::Display for UnknownRole {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let known = FunctionRole::ALL.map(FunctionRole::as_str).join(", ");
        write!(f, "{:?} is no role of this package, which has {known}", self.0)
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
    fn roles_have_names() {
        for role in FunctionRole::ALL {
            assert_eq!(role.as_str().parse(), Ok(role));
        }
        assert_eq!("".parse::<FunctionRole>(), Err(UnknownRole("".into())));
        assert_eq!("Orders".parse::<FunctionRole>(), Err(UnknownRole("Orders".into())));
    }
}
