//! What the Region's processes are told, without the one word that differs.

use crate::config::AwsConfig;
use crate::parameters::Parameters;
use leeward_model::readiness::Scope;
use leeward_ports::Outcome;
use serde_json::Value;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

pub(super) async fn facts(config: &AwsConfig, scope: &Scope) -> Outcome<BTreeMap<String, String>> {
    let parameters = Parameters::new(config, &scope.region);
    let mut out = BTreeMap::new();
    for name in &scope.parameters {
        match parameters.read(name).await {
            Outcome::Done(text) => out.insert(name.clone(), common(&text)),
            other => return other.map(|_| BTreeMap::new()),
        };
    }
    Outcome::Done(out)
}

/// A hash of what both Regions should have: the field that names the Region is its own.
fn common(text: &str) -> String {
    let text = match serde_json::from_str::<Value>(text) {
        Ok(Value::Object(mut fields)) => {
            fields.remove("region");
            Value::Object(fields).to_string()
        }
        _ => text.to_owned(),
    };
    hex::encode(Sha256::digest(text))
}

#[cfg(test)]
mod tests {
    use super::common;

    #[test]
    fn only_the_regions_own_name_may_differ() {
        let (a, b) = (r#"{"region":"a","x":1,"y":2}"#, r#"{"y":2, "region":"b","x":1}"#);
        assert_eq!(common(a), common(b));
        assert_ne!(common(a), common(r#"{"region":"a","x":1,"y":3}"#));
        assert_ne!(common("plain"), common("text"));
    }
}
