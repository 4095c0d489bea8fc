//! AWS's published list of actions and condition keys, in the format of parliament's `iam_definition.json`.

use crate::Error;
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};

/// The condition keys that AWS defines for every service (IAM User Guide, "AWS global condition context keys"). Only
/// those that a policy of the platform may need are listed.
const GLOBAL_KEYS: [&str; 11] = [
    "aws:multifactorauthpresent",
    "aws:multifactorauthage",
    "aws:principalarn",
    "aws:principalaccount",
    "aws:principalorgid",
    "aws:requestedregion",
    "aws:securetransport",
    "aws:sourceaccount",
    "aws:sourcearn",
    "aws:sourceidentity",
    "aws:viaawsservice",
];

#[derive(Deserialize)]
struct Service {
    prefix: String,
    privileges: Vec<Privilege>,
    conditions: Vec<Condition>,
}

#[derive(Deserialize)]
struct Privilege {
    privilege: String,
}

#[derive(Deserialize)]
struct Condition {
    condition: String,
}

/// Every action and condition key that AWS documents, in lower case.
#[derive(Debug)]
pub struct Actions {
    actions: BTreeSet<String>,
    keys: BTreeMap<String, BTreeSet<String>>,
}

impl Actions {
    /// Reads the list. `text` is the content of parliament's `iam_definition.json`.
    pub fn read(text: &str) -> Result<Actions, Error> {
        let services: Vec<Service> = serde_json::from_str(text).map_err(|e| Error::Format {
            what: "the list of actions".into(),
            why: e.to_string(),
        })?;
        let mut list = Actions { actions: BTreeSet::new(), keys: BTreeMap::new() };
        for service in services {
            let prefix = service.prefix.to_lowercase();
            let names = service.privileges.iter().map(|p| p.privilege.to_lowercase());
            list.actions.extend(names.map(|name| format!("{prefix}:{name}")));
            let keys = service.conditions.iter().map(|c| c.condition.to_lowercase());
            list.keys.entry(prefix).or_default().extend(keys);
        }
        Ok(list)
    }

    /// Returns whether the action exists. An action may end in `*` if at least one existing action begins with the rest.
    pub fn knows(&self, action: &str) -> bool {
        let action = action.to_lowercase();
        match action.strip_suffix('*') {
            Some(begin) => self.actions.iter().any(|known| known.starts_with(begin)),
            None => self.actions.contains(&action),
        }
    }

    /// Returns whether a condition key exists for a service. The name may contain `${TagKey}`-like parts in the list,
    /// which stand for any text.
    pub fn knows_key(&self, service: &str, key: &str) -> bool {
        let key = key.to_lowercase();
        let of_service = self.keys.get(&service.to_lowercase()).into_iter().flatten();
        GLOBAL_KEYS.contains(&key.as_str()) || of_service.into_iter().any(|known| fits(known, &key))
    }
}

fn fits(known: &str, key: &str) -> bool {
    match known.split_once("${") {
        Some((begin, _)) => key.len() > begin.len() && key.starts_with(begin),
        None => known == key,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_action_or_key_that_is_not_in_the_list_is_unknown() {
        let text = r#"[{"prefix":"kms","privileges":[{"privilege":"Decrypt"}],"conditions":
            [{"condition":"kms:ViaService"},{"condition":"kms:EncryptionContext:${EncryptionContextKey}"}]}]"#;
        let list = Actions::read(text).expect("it is readable");
        let check = |action: &str, expect: bool| assert_eq!(list.knows(action), expect, "{action}");
        check("kms:Decrypt", true);
        check("KMS:decrypt", true);
        check("kms:De*", true);
        check("kms:Dekrypt", false);
        check("kms:X*", false);
        let check =
            |key: &str, expect: bool| assert_eq!(list.knows_key("kms", key), expect, "{key}");
        check("kms:viaservice", true);
        check("kms:EncryptionContext:PARAMETER_ARN", true);
        check("kms:EncryptionContext:", false);
        check("aws:RequestedRegion", true);
        check("aws:SourceAcount", false);
    }
}
