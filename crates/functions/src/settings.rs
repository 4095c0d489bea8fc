//! The settings of a function, read from its environment variables: its role, and the names of everything else.

use leeward_agent::{Environment, Missing};
use leeward_model::{FunctionRole, UnknownRole};

/// The settings of one function.
#[derive(Debug, Clone)]
pub struct FunctionSettings {
    pub role: FunctionRole,
    pub environment: Environment,
    /// The name of the parameter that holds the scope of readiness inspections.
    pub readiness: Option<String>,
}

/// The reasons why the environment variables are not valid settings.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SettingsError {
    #[error("LW-X001: LEEWARD_ROLE: {0}")]
    Role(#[from] UnknownRole),
    #[error(transparent)]
    Missing(#[from] Missing),
}

impl FunctionSettings {
    /// Reads the settings. `variable` looks up an environment variable; tests pass their own.
    pub fn read(
        variable: impl Fn(&str) -> Option<String>,
    ) -> Result<FunctionSettings, SettingsError> {
        let given = |name: &str| variable(name).filter(|value| !value.is_empty());
        let environment = Environment::read(&variable)?;
        let role = given("LEEWARD_ROLE").ok_or(Missing::Variable("LEEWARD_ROLE"))?;
        let readiness = given("LEEWARD_READINESS_PARAMETER");
        Ok(FunctionSettings { role: role.parse()?, environment, readiness })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(role: Option<&str>, expect: Result<FunctionRole, &str>) {
        let read = FunctionSettings::read(|name| match name {
            "LEEWARD_ROLE" => role.map(str::to_owned),
            "AWS_REGION" => Some("us-east-1".into()),
            "LEEWARD_PARAMETER" => Some("/leeward/x".into()),
            _ => None,
        });
        match expect {
            Ok(role) => assert_eq!(read.expect("complete").role, role),
            Err(part) => {
                let message = read.expect_err(part).to_string();
                assert!(message.contains(part), "{message}");
            }
        }
    }

    #[test]
    fn a_function_has_a_role() {
        check(Some("run"), Ok(FunctionRole::Run));
        check(Some("cook"), Err("LW-X001"));
        check(Some(""), Err("LEEWARD_ROLE is not set"));
        check(None, Err("LW-A006"));
    }
}
