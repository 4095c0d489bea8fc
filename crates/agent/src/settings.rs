//! The environment variables of a process on AWS. They name the sources of all other settings and hold no secret.
//! Functions and instances use the same variables.

use crate::projection::SqlDialect;
use leeward_model::Region;
use std::path::PathBuf;

/// The file with the certificate authorities of the database: its path in the functions' package and its path on an
/// instance. A package may be built without this file.
const DATABASE_CA: [&str; 2] = ["/var/task/database-ca.pem", "/etc/leeward/database-ca.pem"];

/// The settings in the environment variables.
#[derive(Debug, Clone)]
pub struct Environment {
    /// The Region in which this process runs.
    pub region: Region,
    /// The name of the parameter that holds the platform's settings.
    pub parameter: String,
    /// The name of the secret that holds the grants.
    pub grants_secret: Option<String>,
    /// The name of the secret that holds the canary token.
    pub canary_secret: Option<String>,
    pub database: Option<Endpoints>,
}

/// The addresses and the credentials of the Region's own cluster.
#[derive(Debug, Clone)]
pub struct Endpoints {
    pub dialect: SqlDialect,
    pub writer: String,
    /// The address of the reader endpoint. A standby Region serves reads from it.
    pub reader: String,
    pub secret: String,
    pub authorities: Option<PathBuf>,
}

/// The reasons why the environment cannot be read: a variable is missing or invalid.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Missing {
    #[error("LW-A006: {0} is not set; the stacks set it")]
    Variable(&'static str),
    #[error("LW-A007: {name} is {value:?}: {why}")]
    Value { name: &'static str, value: String, why: String },
}

impl Environment {
    /// Reads the settings. `variable` looks up an environment variable; tests pass their own.
    pub fn read(variable: impl Fn(&str) -> Option<String>) -> Result<Environment, Missing> {
        let given = |name: &str| variable(name).filter(|value| !value.is_empty());
        let needed = |name: &'static str| given(name).ok_or(Missing::Variable(name));
        let region = needed("AWS_REGION")?;
        let region = Region::new(&region).map_err(|why| Missing::Value {
            name: "AWS_REGION",
            value: region,
            why: why.to_string(),
        })?;
        Ok(Environment {
            region,
            parameter: needed("LEEWARD_PARAMETER")?,
            grants_secret: given("LEEWARD_GRANTS_SECRET"),
            canary_secret: given("LEEWARD_CANARY_SECRET"),
            database: endpoints(&given)?,
        })
    }
}

fn endpoints(given: &impl Fn(&str) -> Option<String>) -> Result<Option<Endpoints>, Missing> {
    let Some(writer) = given("LEEWARD_DATABASE_HOST") else { return Ok(None) };
    let needed = |name: &'static str| given(name).ok_or(Missing::Variable(name));
    let engine = needed("LEEWARD_ENGINE")?;
    let dialect = SqlDialect::from_engine(&engine).ok_or_else(|| Missing::Value {
        name: "LEEWARD_ENGINE",
        value: engine,
        why: "expected aurora-postgresql or aurora-mysql".into(),
    })?;
    let packaged = DATABASE_CA.map(PathBuf::from).into_iter().find(|path| path.exists());
    Ok(Some(Endpoints {
        dialect,
        reader: given("LEEWARD_DATABASE_READER").unwrap_or_else(|| writer.clone()),
        writer,
        secret: needed("LEEWARD_DATABASE_SECRET")?,
        authorities: given("LEEWARD_DATABASE_CA").map(PathBuf::from).or(packaged),
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(with: &[(&str, &str)], expect: Result<&str, &str>) {
        let read = Environment::read(|name| {
            with.iter().find(|(n, _)| *n == name).map(|(_, value)| (*value).to_owned())
        });
        match expect {
            Ok(parameter) => assert_eq!(read.expect("complete").parameter, parameter),
            Err(part) => {
                let message = read.expect_err(part).to_string();
                assert!(message.contains(part), "{message}");
            }
        }
    }

    #[test]
    fn an_incomplete_environment_names_what_is_missing() {
        let region = ("AWS_REGION", "us-east-1");
        let parameter = ("LEEWARD_PARAMETER", "/leeward/x");
        check(&[region, parameter], Ok("/leeward/x"));
        check(&[], Err("AWS_REGION"));
        check(&[region], Err("LEEWARD_PARAMETER"));
        check(&[("AWS_REGION", "US EAST"), parameter], Err("LW-A007"));
        let host = ("LEEWARD_DATABASE_HOST", "h");
        check(&[region, parameter, host], Err("LEEWARD_ENGINE"));
        let engine = ("LEEWARD_ENGINE", "aurora-oracle");
        check(&[region, parameter, host, engine], Err("LW-A007"));
        let engine = ("LEEWARD_ENGINE", "aurora-mysql");
        check(&[region, parameter, host, engine], Err("LEEWARD_DATABASE_SECRET"));
    }
}
