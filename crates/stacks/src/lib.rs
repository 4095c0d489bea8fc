//! The platform as Terraform stacks, made from a blueprint.
//!
//! Six stacks, in this order: **zone** has the hosted zone, if one is to be made; **global** has what belongs to no single Region (keys in each of the three,
//! the tables that span them, the database's global cluster, the certificates), **primary** and
//! **secondary** have what repeats, written once and placed twice ([`place::Place`]), **witness** has the
//! third sentinel. A Region's stack refers to nothing in the other Region's, with one exception that AWS
//! imposes: the secondary's database cluster is created after the primary's has its first instance. Other
//! references between Regions are made from names, which are known beforehand. **links** joins the two when
//! both exist: networks, files, the public name.
//!
//! The modules are layers, and each imports only from those below it (`tests/it/layers.rs`): `context`, then
//! `blocks`, `global`, `parts`, `region` and `links`. Beside them `synthesized` holds the stacks as they were
//! written, which `rules`, `cost` and `graph` read.
//!
//! Recovery needs no control plane of the failed Region: each Region has its own network, keys, queues,
//! topics, functions and replica of the credentials from the start.
//!
//! Rejected: one stack with everything (a plan for one Region would read the other's state, and a
//! Region that does not answer would hold up work in the one that does), and a stack for each service
//! (most references would cross stacks, and each is an output that outlives its use).

mod blocks;
mod context;
pub mod cost;
mod global;
pub mod graph;
mod links;
mod parts;
mod region;
pub mod rules;
mod synthesized;

pub use leeward_blueprint::names::Names;

use context::Place;
use global::Globals;
use leeward_blueprint::{Blueprint, RegionRole};
use leeward_construct::App;

/// Stands in for the functions' package until `leeward package` has built it. Every call fails with an error
/// that says so.
const PLACEHOLDER: &[u8] = include_bytes!("../assets/placeholder.zip");

/// Stands in for the agent's package. It cannot be unpacked, and the instance logs why.
const NO_AGENT: &[u8] = b"a placeholder: run leeward package --agent, then deploy\n";

/// The packages that `leeward package` built, if it ran.
#[derive(Debug, Default)]
pub struct Packages {
    /// The functions' zip.
    pub functions: Option<Vec<u8>>,
    /// The instances' `.tar.zst`.
    pub agent: Option<Vec<u8>>,
}

/// Adds the stacks of the blueprint to the app.
pub fn add_stacks(app: &App, blueprint: &Blueprint, packages: Packages) {
    let functions = packages.functions.unwrap_or_else(|| PLACEHOLDER.to_vec());
    let agent = packages.agent.unwrap_or_else(|| NO_AGENT.to_vec());
    let globals = Globals::new(app, blueprint, [functions, agent]);
    let shared = &globals.shared;
    let primary = region::add(&Place::new(app, shared, RegionRole::Primary), &globals, None);
    let place = Place::new(app, shared, RegionRole::Secondary);
    let secondary = region::add(&place, &globals, Some(&primary.database));
    let (witness, links) = (shared.stack(app, "witness"), shared.stack(app, "links"));
    let [place] = Place::several(&witness, shared, [RegionRole::Witness]);
    region::add_witness(&place);
    // The public name comes last: customers are not sent to a platform that cannot be watched yet.
    links.after(&witness);
    links::add(&links, &globals, &primary, &secondary);
}
