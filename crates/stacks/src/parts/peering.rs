//! The peering of the Regions' networks (REQ-N3). The primary requests it and the secondary accepts it. It resolves DNS
//! names across both networks, and every private route table has routes in both directions. Recovery does not depend on
//! the peering, because the loss of a Region breaks it.

use crate::context::RegionStack;
use crate::parts::network::Network;
use leeward_blueprint::RegionRole;
use leeward_construct::aws::{
    vpc_peering_connection_accepter as accepter, vpc_peering_connection_options as options,
};
use leeward_construct::ty::Str;
use leeward_construct::{Ref, Scope, aws};

pub(crate) fn add(from: &RegionStack, to: &RegionStack, primary: &Network, secondary: &Network) {
    debug_assert!(
        from.region_role == RegionRole::Primary && to.region_role == RegionRole::Secondary
    );
    let name = from.name("regions", "peering");
    let request = from.scope.add(
        "peering",
        aws::VpcPeeringConnection::new(aws::VpcPeeringConnectionArgs {
            peer_vpc_id: secondary.vpc.id(),
            vpc_id: primary.vpc.id(),
        })
        .peer_region(to.region.as_str())
        .auto_accept(false)
        .tag("Name", name.clone()),
    );
    let accepted = to.scope.add(
        "peering",
        aws::VpcPeeringConnectionAccepter::new(request.id())
            .auto_accept(true)
            .accepter(accepter::Accepter::new().allow_remote_vpc_dns_resolution(true))
            .tag("Name", name),
    );
    // The requester's options can be set only after the accepter has accepted the peering.
    from.scope.add(
        "peering",
        aws::VpcPeeringConnectionOptions::new(accepted.id())
            .requester(options::Requester::new().allow_remote_vpc_dns_resolution(true)),
    );
    let (here, there) = (from.cidr().to_string(), to.cidr().to_string());
    routes(&from.scope, &primary.private_tables, &there, &accepted.id());
    routes(&to.scope, &secondary.private_tables, &here, &accepted.id());
}

fn routes(scope: &Scope, tables: &[Ref<Str>], to: &str, peering: &Ref<Str>) {
    for (n, table) in tables.iter().enumerate() {
        scope.add(
            format!("private-{n}"),
            aws::Route::new(table).destination_cidr_block(to).vpc_peering_connection_id(peering),
        );
    }
}
