//! The rules of `leeward check` that go beyond the provider's schema. They read the stacks as written, like
//! [`leeward_construct::check`], so that they also cover stacks that were edited by hand.

mod access;
mod isolation;
mod names;
mod safety;
mod texts;

pub use crate::synthesized::Stacks;

use crate::synthesized::resources;
use leeward_blueprint::Blueprint;
use leeward_construct::check::Problem;

/// Returns every violation of a rule, sorted by address.
pub fn problems(stacks: &Stacks, blueprint: &Blueprint) -> Vec<Problem> {
    let all = resources(stacks);
    let mut out = Vec::new();
    for resource in &all {
        names::judge(resource, blueprint, &mut out);
        texts::judge(resource, &mut out);
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
