//! Hashes of the settings of the Region's processes. The hashes leave out the one field that differs between Regions.

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
            Outcome::Done(text) => out.insert(name.clone(), hash_common(&text)),
            other => return other.map(|_| BTreeMap::new()),
        };
    }
    Outcome::Done(out)
}

/// Hashes the content that both Regions should share; the field that names the Region is left out.
fn hash_common(text: &str) -> String {
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
    use super::hash_common;

    #[test]
    fn settings_may_differ_only_in_the_name_of_the_region() {
        let (a, b) = (r#"{"region":"a","x":1,"y":2}"#, r#"{"y":2, "region":"b","x":1}"#);
        assert_eq!(hash_common(a), hash_common(b));
        assert_ne!(hash_common(a), hash_common(r#"{"region":"a","x":1,"y":3}"#));
        assert_ne!(hash_common("plain"), hash_common("text"));
    }
}
