//! The platform as stacks: what a blueprint becomes on AWS.
//!
//! Four stacks, in this order: **global** has what belongs to no single Region (keys in each of the three,
//! the tables that span them, the database's global cluster), **primary** and **secondary** have what
//! repeats, written once and placed twice ([`place::Place`]). A Region's stack refers to nothing in the other
//! Region's, with one exception that AWS imposes: the secondary's database cluster is created after the
//! primary's has its first instance. **links** joins the two when both are there.
//!
//! Recovery asks no control plane of the failed Region for anything: each Region has its own network,
//! keys, queues, topics and replica of the credentials before anything happens.
//!
//! Rejected: one stack with everything (a plan for one Region would read the other's state, and a
//! Region that does not answer would hold up work in the one that does), and a stack for each service
//! (most references would cross stacks, and each is an output that outlives its use).

mod credentials;
mod database;
mod keys;
mod links;
mod names;
mod network;
mod place;
mod queues;
mod tables;
mod topics;

pub use names::Names;

use leeward_blueprint::Blueprint;
use leeward_construct::App;
use place::{Globals, Place, Side};

/// Adds the stacks of the blueprint to the app.
pub fn add_stacks(app: &App, blueprint: &Blueprint) {
    let names = Names::of(blueprint);
    let globals = Globals::new(app, blueprint, &names);
    let (primary, writer) = region(app, blueprint, &names, &globals, Side::Primary, None);
    let (secondary, _) = region(app, blueprint, &names, &globals, Side::Secondary, Some(&writer));
    links::add(app, blueprint, &names, &primary, &secondary);
}

fn region(
    app: &App,
    blueprint: &Blueprint,
    names: &Names,
    globals: &Globals,
    side: Side,
    writer: Option<&database::Cluster>,
) -> (network::Network, database::Cluster) {
    let place = Place::new(app, blueprint, side);
    let key = globals.key(&place.region);
    let network = network::add(&place, blueprint, names, key);
    queues::add(&place, names, key);
    topics::add(&place, blueprint, names, key);
    let cluster = database::add(&place, blueprint, names, globals, &network, writer);
    (network, cluster)
}
