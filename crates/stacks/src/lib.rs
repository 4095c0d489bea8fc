//! Builds the platform as Terraform stacks from a blueprint.
//!
//! There are six stacks, in this order:
//!
//! - **zone** has the hosted zone, if the deployment creates one.
//! - **global** has the resources that belong to no single Region: a key for each of the three Regions, the tables that
//!   span them, the database's global cluster, and the certificates.
//! - **primary** and **secondary** have the resources of a Region that accepts orders. The same code builds both stacks
//!   ([`context::RegionStack`]).
//! - **witness** has the third sentinel.
//! - **links** connects the two Regions when both exist: networks, files, and the public name.
//!
//! A Region's stack refers to nothing in the other Region's stack, with one exception that AWS imposes: the secondary's
//! database cluster can be created only after the first instance of the primary's cluster. All other references between
//! Regions use names, which are known in advance.
//!
//! The modules are layers, and each imports only from those below it (`tests/it/layers.rs`): `context`, then `blocks`,
//! `global`, `parts`, `region` and `links`. In addition, `synthesized` holds the written stacks, which `rules`, `cost`
//! and `graph` read.
//!
//! Recovery needs no control plane of the failed Region, because each Region has its own network, keys, queues, topics,
//! functions and replica of the credentials from the start.
//!
//! Two designs were rejected. With one stack for everything, a plan for one Region would read the other's state, and an
//! unreachable Region would block work in the healthy one. With a stack for each service, most references would cross
//! stacks, and each reference would need an output that outlives its use.

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

use context::RegionStack;
use global::Globals;
use leeward_blueprint::{Blueprint, RegionRole};
use leeward_construct::App;

/// The package that the functions get if `leeward package` has not built one. Every call of such a function fails with
/// an error that names the reason.
const PLACEHOLDER: &[u8] = include_bytes!("../assets/placeholder.zip");

/// The package that the instances get if `leeward package` has not built one. An instance cannot unpack it and logs the
/// reason.
const NO_AGENT: &[u8] = b"a placeholder: run leeward package --agent, then deploy\n";

/// The packages that `leeward package` has built, if any.
#[derive(Debug, Default)]
pub struct Packages {
    /// The zip file of the functions.
    pub functions: Option<Vec<u8>>,
    /// The `.tar.zst` file of the instances.
    pub agent: Option<Vec<u8>>,
}

/// Adds the stacks of the blueprint to the app.
pub fn add_stacks(app: &App, blueprint: &Blueprint, packages: Packages) {
    let functions = packages.functions.unwrap_or_else(|| PLACEHOLDER.to_vec());
    let agent = packages.agent.unwrap_or_else(|| NO_AGENT.to_vec());
    let globals = Globals::new(app, blueprint, [functions, agent]);
    let shared = &globals.shared;
    let primary = region::add(&RegionStack::new(app, shared, RegionRole::Primary), &globals, None);
    let place = RegionStack::new(app, shared, RegionRole::Secondary);
    let secondary = region::add(&place, &globals, Some(&primary.database));
    let (witness, links) = (shared.stack(app, "witness"), shared.stack(app, "links"));
    let [place] = RegionStack::several(&witness, shared, [RegionRole::Witness]);
    region::add_witness(&place);
    // The public name comes last, so that no customer reaches a platform before it is monitored.
    links.after(&witness);
    links::add(&links, &globals, &primary, &secondary);
}
