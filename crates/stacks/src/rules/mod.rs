//! What `leeward check` asks of the stacks beyond the provider's schema. It reads what was written, like
//! [`leeward_construct::check`], so that it also judges stacks that were changed by hand.

mod access;
mod isolation;
mod names;
mod safety;

pub use crate::synthesized::Stacks;

use crate::synthesized::resources;
use leeward_blueprint::Blueprint;
use leeward_construct::check::Problem;

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
