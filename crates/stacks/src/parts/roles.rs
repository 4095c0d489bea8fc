//! The roles of functions: the roles that run as functions in a Region, and the properties of each.

use leeward_blueprint::RegionRole;
use leeward_blueprint::deploy::Profile;
use leeward_blueprint::services::Routing;

pub(crate) use leeward_model::FunctionRole as Role;

/// Returns the roles that are functions in a Region.
pub(crate) fn roles(region_role: RegionRole, profile: Profile) -> Vec<Role> {
    use Role::*;
    match (region_role, profile) {
        (RegionRole::Witness, _) => vec![Sentinel, Operator],
        (_, Profile::Serverless) => Role::ALL.to_vec(),
        (_, Profile::Instances) => vec![Sentinel, Run, Operator, Readiness],
    }
}

/// Returns the timeout of a role's function. A sentinel lives until its successor has ticked (docs/spec/moves.md).
pub(crate) fn timeout_s(role: Role) -> u32 {
    match role {
        Role::Orders | Role::Health => 15,
        Role::Processor => 30,
        Role::Sentinel => 150,
        Role::Run => 120,
        Role::Sweeper | Role::Operator | Role::Readiness => 300,
    }
}

/// Returns whether the role's function runs inside the network, as access to the database requires.
pub(crate) fn in_network(role: Role) -> bool {
    !matches!(role, Role::Sentinel | Role::Operator)
}

/// Returns whether the role's function connects to addresses outside the network: it sends canary orders
/// through a Region's own name, calls services without an endpoint inside, or, where both Regions take orders,
/// sends hints to the other Region's queue.
pub(crate) fn leaves_the_network(role: Role, routing: Routing) -> bool {
    match role {
        Role::Run | Role::Readiness | Role::Health => true,
        Role::Orders | Role::Sweeper => routing == Routing::Latency,
        _ => false,
    }
}

/// Returns whether the role's function sends canary orders.
pub(crate) fn sends_canaries(role: Role) -> bool {
    matches!(role, Role::Orders | Role::Health | Role::Sentinel | Role::Run)
}

/// Returns whether the role's function reads or writes the Region's own cluster.
pub(crate) fn has_database(role: Role) -> bool {
    matches!(role, Role::Orders | Role::Processor | Role::Sweeper)
}
