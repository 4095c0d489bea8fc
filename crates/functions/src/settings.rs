//! What a function's environment says: which role it is, and where the rest is.

use leeward_agent::{Environment, Missing};
use leeward_model::{FunctionRole as Role, UnknownRole};

#[derive(Debug, Clone)]
pub struct Settings {
    pub role: Role,
    pub environment: Environment,
    /// Parameter Store's name of what readiness looks at.
    pub readiness: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unsettled {
    #[error("LW-X001: LEEWARD_ROLE: {0}")]
    Role(#[from] UnknownRole),
    #[error(transparent)]
    Missing(#[from] Missing),
}

impl Settings {
    /// `variable`: the environment, or a test's own.
    pub fn read(variable: impl Fn(&str) -> Option<String>) -> Result<Settings, Unsettled> {
        let given = |name: &str| variable(name).filter(|value| !value.is_empty());
        let environment = Environment::read(&variable)?;
        let role = given("LEEWARD_ROLE").ok_or(Missing::Variable("LEEWARD_ROLE"))?;
        let readiness = given("LEEWARD_READINESS_PARAMETER");
        Ok(Settings { role: role.parse()?, environment, readiness })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(role: Option<&str>, expect: Result<Role, &str>) {
        let read = Settings::read(|name| match name {
            "LEEWARD_ROLE" => role.map(str::to_owned),
            "AWS_REGION" => Some("us-east-1".into()),
            "LEEWARD_PARAMETER" => Some("/leeward/x".into()),
            _ => None,
        });
        match expect {
            Ok(role) => assert_eq!(read.expect("complete").role, role),
            Err(part) => {
                let said = read.expect_err(part).to_string();
                assert!(said.contains(part), "{said}");
            }
        }
    }

    #[test]
    fn a_function_has_a_role() {
        check(Some("run"), Ok(Role::Run));
        check(Some("cook"), Err("LW-X001"));
        check(Some(""), Err("LEEWARD_ROLE is not set"));
        check(None, Err("LW-A006"));
    }
}
