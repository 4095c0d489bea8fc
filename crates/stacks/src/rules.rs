//! What `leeward check` asks of the stacks beyond the provider's schema. It reads what was written, like
//! [`leeward_construct::check`], so that it also judges stacks that were changed by hand.

mod access;
mod isolation;
mod names;
mod safety;

use leeward_blueprint::Blueprint;
use leeward_construct::check::Problem;
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// The stacks as JSON, by name.
pub type Stacks = BTreeMap<String, Value>;

/// One resource as it was written.
pub(crate) struct Resource<'a> {
    pub(crate) stack: &'a str,
    pub(crate) kind: &'a str,
    pub(crate) name: &'a str,
    pub(crate) body: &'a Value,
}

impl Resource<'_> {
    fn problem(&self, message: impl Into<String>) -> Problem {
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

/// Everything that breaks a rule, sorted by address.
pub fn problems(stacks: &Stacks, blueprint: &Blueprint) -> Vec<Problem> {
    let all = resources(stacks);
    let mut out = Vec::new();
    for resource in &all {
        names::judge(resource, blueprint, &mut out);
        safety::judge(resource, &mut out);
        access::judge(resource, &mut out);
    }
    safety::judge_buckets(&all, &mut out);
    access::judge_roles(&all, &mut out);
    isolation::judge(stacks, blueprint, &mut out);
    out.sort();
    out.dedup();
    out
}
