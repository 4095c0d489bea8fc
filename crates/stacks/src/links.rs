//! What joins the two Regions once both are there (REQ-N3): the peering, asked for by the primary and
//! accepted by the secondary, names resolved over it, and routes both ways in every private table.
//! Nothing here is needed to recover; a lost Region takes its end of the peering with it.

use crate::names::Names;
use crate::network::Network;
use crate::place::scopes;
use leeward_blueprint::Blueprint;
use leeward_construct::aws::{
    vpc_peering_connection_accepter as accepter, vpc_peering_connection_options as options,
};
use leeward_construct::ty::Str;
use leeward_construct::{App, Ref, Scope, aws};

pub(crate) fn add(
    app: &App,
    blueprint: &Blueprint,
    names: &Names,
    primary: &Network,
    secondary: &Network,
) {
    let stack = app.stack("links");
    let (regions, cidrs) = (&blueprint.regions, &blueprint.network);
    let [from, to] = scopes(&stack, blueprint, [&regions.primary, &regions.secondary]);
    let name = names.name("regions", "peering");
    let asked = from.add(
        "peering",
        aws::VpcPeeringConnection::new(aws::VpcPeeringConnectionArgs {
            peer_vpc_id: secondary.vpc.id(),
            vpc_id: primary.vpc.id(),
        })
        .peer_region(regions.secondary.as_str())
        .auto_accept(false)
        .tag("Name", name.clone()),
    );
    let accepted = to.add(
        "peering",
        aws::VpcPeeringConnectionAccepter::new(asked.id())
            .auto_accept(true)
            .accepter(accepter::Accepter::new().allow_remote_vpc_dns_resolution(true))
            .tag("Name", name),
    );
    // The requester's half can be set only once the other side has accepted.
    from.add(
        "peering",
        aws::VpcPeeringConnectionOptions::new(accepted.id())
            .requester(options::Requester::new().allow_remote_vpc_dns_resolution(true)),
    );
    routes(&from, &primary.private_tables, &cidrs.secondary_cidr.to_string(), &accepted.id());
    routes(&to, &secondary.private_tables, &cidrs.primary_cidr.to_string(), &accepted.id());
}

fn routes(scope: &Scope, tables: &[Ref<Str>], to: &str, peering: &Ref<Str>) {
    for (n, table) in tables.iter().enumerate() {
        scope.add(
            format!("private-{n}"),
            aws::Route::new(table).destination_cidr_block(to).vpc_peering_connection_id(peering),
        );
    }
}
