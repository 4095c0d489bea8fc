//! The roles that functions have: which of them run as functions in a Region, and what each one is like.

use leeward_blueprint::RegionRole;
use leeward_blueprint::deploy::Shape;
use leeward_blueprint::services::Routing;

pub(crate) use leeward_model::FunctionRole as Role;

/// Which roles are functions here.
pub(crate) fn roles(region_role: RegionRole, shape: Shape) -> Vec<Role> {
    use Role::*;
    match (region_role, shape) {
        (RegionRole::Witness, _) => vec![Sentinel, Operator],
        (_, Shape::Serverless) => Role::ALL.to_vec(),
        (_, Shape::Instances) => vec![Sentinel, Run, Operator, Readiness],
    }
}

/// Longest time at work. A sentinel lives until its successor has ticked (design.md §5).
pub(crate) fn timeout_s(role: Role) -> u32 {
    match role {
        Role::Orders | Role::Health => 15,
        Role::Processor => 30,
        Role::Sentinel => 150,
        Role::Run => 120,
        Role::Sweeper | Role::Operator | Role::Readiness => 300,
    }
}

/// Whether it speaks to the database, which is only reached from inside the network.
pub(crate) fn in_network(role: Role) -> bool {
    !matches!(role, Role::Sentinel | Role::Operator)
}

/// Sends a canary order through a Region's own name, or asks what has no way in; or, where both Regions take
/// orders all the time, hints to the other one's queue.
pub(crate) fn leaves_the_network(role: Role, routing: Routing) -> bool {
    match role {
        Role::Run | Role::Readiness | Role::Health => true,
        Role::Orders | Role::Sweeper => routing == Routing::Latency,
        _ => false,
    }
}

/// Sends canary orders itself.
pub(crate) fn sends_canaries(role: Role) -> bool {
    matches!(role, Role::Orders | Role::Health | Role::Sentinel | Role::Run)
}

/// Reads or writes the Region's own cluster.
pub(crate) fn has_database(role: Role) -> bool {
    matches!(role, Role::Orders | Role::Processor | Role::Sweeper)
}
