//! Access to the synthesized stacks for the rules, the costs and the drawing.

use leeward_construct::check::Problem;
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// The stacks as JSON, by name.
pub type Stacks = BTreeMap<String, Value>;

/// A resource of a synthesized stack.
pub(crate) struct Resource<'a> {
    pub(crate) stack: &'a str,
    pub(crate) kind: &'a str,
    pub(crate) name: &'a str,
    pub(crate) body: &'a Value,
}

impl Resource<'_> {
    pub(crate) fn problem(&self, message: impl Into<String>) -> Problem {
        let address = format!("{}: {}.{}", self.stack, self.kind, self.name);
        Problem { address, message: message.into() }
    }
}

pub(crate) fn resources(stacks: &Stacks) -> Vec<Resource<'_>> {
    let mut out = Vec::new();
    for (stack, config) in stacks {
        for (kind, named) in object(&config["resource"]) {
            for (name, body) in object(named) {
                out.push(Resource { stack, kind, name, body });
            }
        }
    }
    out
}

fn object(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
    value.as_object().into_iter().flat_map(Map::iter)
}

/// An example number of an AWS account, which stands for the only reference that a name may contain.
const ACCOUNT: &str = "000000000000";

/// Replaces each reference with [`ACCOUNT`], which is as long as the real number of an AWS account.
pub(crate) fn plain(name: &str) -> String {
    let (mut out, mut rest) = (String::new(), name);
    while let Some(at) = rest.find("${") {
        out.push_str(&rest[..at]);
        out.push_str(ACCOUNT);
        rest = rest[at..].split_once('}').map_or("", |(_, after)| after);
    }
    out + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reference_counts_as_twelve_digits() {
        let check = |name: &str, expect: usize| assert_eq!(plain(name).len(), expect, "{name}");
        check("orders-queue-test", 17);
        check("a-${data.aws_caller_identity.x.account_id}-bucket-test", 26);
    }
}
