//! The roles of functions: which roles run as functions in a Region, and the properties of each role.

use leeward_blueprint::RegionRole;
use leeward_blueprint::deploy::Profile;
use leeward_blueprint::services::Routing;
use leeward_model::FunctionRole;

/// Returns the roles that run as functions in a Region.
pub(crate) fn roles(region_role: RegionRole, profile: Profile) -> Vec<FunctionRole> {
    use FunctionRole::*;
    match (region_role, profile) {
        (RegionRole::Witness, _) => vec![Sentinel, Operator],
        (_, Profile::Serverless) => FunctionRole::ALL.to_vec(),
        (_, Profile::Instances) => vec![Sentinel, Run, Operator, Readiness],
    }
}

/// Returns the timeout of a role's function. A sentinel lives until its successor has ticked (docs/spec/moves.md).
pub(crate) fn timeout_s(role: FunctionRole) -> u32 {
    match role {
        FunctionRole::Orders | FunctionRole::Health => 15,
        FunctionRole::Processor => 30,
        FunctionRole::Sentinel => 150,
        FunctionRole::Run => 120,
        FunctionRole::Sweeper | FunctionRole::Operator | FunctionRole::Readiness => 300,
    }
}

/// Returns whether the role's function runs inside the network, which access to the database requires.
pub(crate) fn in_network(role: FunctionRole) -> bool {
    !matches!(role, FunctionRole::Sentinel | FunctionRole::Operator)
}

/// Returns whether the role's function connects to addresses outside the network. It does if it sends canary orders to
/// a Region's own name, if it calls services without an endpoint inside the network, or if both Regions accept orders
/// and it sends hints to the other Region's queue.
pub(crate) fn leaves_the_network(role: FunctionRole, routing: Routing) -> bool {
    match role {
        FunctionRole::Run | FunctionRole::Readiness | FunctionRole::Health => true,
        FunctionRole::Orders | FunctionRole::Sweeper => routing == Routing::Latency,
        _ => false,
    }
}

/// Returns whether the role's function sends canary orders.
pub(crate) fn sends_canaries(role: FunctionRole) -> bool {
    matches!(
        role,
        FunctionRole::Orders | FunctionRole::Health | FunctionRole::Sentinel | FunctionRole::Run
    )
}

/// Returns whether the role's function reads or writes the Region's own cluster.
pub(crate) fn has_database(role: FunctionRole) -> bool {
    matches!(role, FunctionRole::Orders | FunctionRole::Processor | FunctionRole::Sweeper)
}
