//! What a function's environment says: where the rest is, and nothing that is secret.

use leeward_agent::Engine;
use leeward_model::{FunctionRole as Role, Region, UnknownRole};
use std::path::PathBuf;

/// Where `leeward package` puts the database's authorities, if it was given any.
const DATABASE_CA: &str = "/var/task/database-ca.pem";

#[derive(Debug, Clone)]
pub struct Settings {
    pub role: Role,
    /// Of the execution environment: what this function is in.
    pub region: Region,
    /// Parameter Store's name of the platform's settings.
    pub parameter: String,
    /// Secrets Manager's names.
    pub grants_secret: Option<String>,
    pub canary_secret: Option<String>,
    pub database: Option<Database>,
    /// Parameter Store's name of what readiness looks at.
    pub readiness: Option<String>,
}

/// Where a role finds the Region's own cluster.
#[derive(Debug, Clone)]
pub struct Database {
    pub engine: Engine,
    pub writer: String,
    /// What a Region that does not write reads from.
    pub reader: String,
    pub secret: String,
    pub authorities: PathBuf,
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Missing {
    #[error("LW-F001: LEEWARD_ROLE: {0}")]
    Role(#[from] UnknownRole),
    #[error("LW-F002: {0} is not set; the stacks set it")]
    Variable(&'static str),
    #[error("LW-F003: {name} is {value:?}: {why}")]
    Value { name: &'static str, value: String, why: String },
}

impl Settings {
    /// `variable`: the environment, or a test's own.
    pub fn read(variable: impl Fn(&str) -> Option<String>) -> Result<Settings, Missing> {
        let given = |name: &str| variable(name).filter(|value| !value.is_empty());
        let needed = |name: &'static str| given(name).ok_or(Missing::Variable(name));
        let region = needed("AWS_REGION")?;
        let region = Region::new(&region).map_err(|why| Missing::Value {
            name: "AWS_REGION",
            value: region,
            why: why.to_string(),
        })?;
        Ok(Settings {
            role: needed("LEEWARD_ROLE")?.parse()?,
            region,
            parameter: needed("LEEWARD_PARAMETER")?,
            grants_secret: given("LEEWARD_GRANTS_SECRET"),
            canary_secret: given("LEEWARD_CANARY_SECRET"),
            database: database(&given)?,
            readiness: given("LEEWARD_READINESS_PARAMETER"),
        })
    }
}

fn database(given: &impl Fn(&str) -> Option<String>) -> Result<Option<Database>, Missing> {
    let Some(writer) = given("LEEWARD_DATABASE_HOST") else { return Ok(None) };
    let needed = |name: &'static str| given(name).ok_or(Missing::Variable(name));
    let engine = needed("LEEWARD_ENGINE")?;
    let engine = Engine::named(&engine).ok_or_else(|| Missing::Value {
        name: "LEEWARD_ENGINE",
        value: engine,
        why: "it is aurora-postgresql or aurora-mysql".into(),
    })?;
    Ok(Some(Database {
        engine,
        reader: given("LEEWARD_DATABASE_READER").unwrap_or_else(|| writer.clone()),
        writer,
        secret: needed("LEEWARD_DATABASE_SECRET")?,
        authorities: given("LEEWARD_DATABASE_CA").unwrap_or_else(|| DATABASE_CA.into()).into(),
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(with: &[(&str, &str)], expect: Result<Role, &str>) {
        let read = Settings::read(|name| {
            with.iter().find(|(n, _)| *n == name).map(|(_, value)| (*value).to_owned())
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
    fn an_environment_is_complete_or_says_what_is_missing() {
        let (role, region) = (("LEEWARD_ROLE", "run"), ("AWS_REGION", "us-east-1"));
        let parameter = ("LEEWARD_PARAMETER", "/leeward/x");
        check(&[role, region, parameter], Ok(Role::Run));
        check(&[], Err("AWS_REGION"));
        check(&[region, parameter], Err("LEEWARD_ROLE"));
        check(&[role, region], Err("LEEWARD_PARAMETER"));
        check(&[("LEEWARD_ROLE", "cook"), region, parameter], Err("LW-F001"));
        check(&[role, ("AWS_REGION", "US EAST"), parameter], Err("LW-F003"));
        let host = ("LEEWARD_DATABASE_HOST", "h");
        check(&[role, region, parameter, host], Err("LEEWARD_ENGINE"));
        let engine = ("LEEWARD_ENGINE", "aurora-oracle");
        check(&[role, region, parameter, host, engine], Err("LW-F003"));
        let engine = ("LEEWARD_ENGINE", "aurora-mysql");
        check(&[role, region, parameter, host, engine], Err("LEEWARD_DATABASE_SECRET"));
    }
}
