//! Where things are put: the two Regions that repeat, and what is above them.

use crate::keys;
use crate::names::Names;
use crate::{credentials, database, tables};
use ipnet::Ipv4Net;
use leeward_blueprint::Blueprint;
use leeward_construct::{App, AwsProvider, Handle, Scope, Stack, aws};
use leeward_model::Region;
use std::collections::BTreeMap;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Side {
    Primary,
    Secondary,
}

/// One of the two Regions that take orders: its stack, its provider, its share of the addresses.
pub(crate) struct Place {
    pub(crate) side: Side,
    pub(crate) region: Region,
    pub(crate) cidr: Ipv4Net,
    pub(crate) scope: Scope,
}

/// What spans Regions, and what each Region needs before its own stack exists.
pub(crate) struct Globals {
    keys: BTreeMap<Region, Handle<aws::KmsKey>>,
    pub(crate) cluster: Handle<aws::RdsGlobalCluster>,
    pub(crate) credentials: credentials::Credentials,
}

fn tagged(scope: &Scope, blueprint: &Blueprint) -> Scope {
    scope.tag("Platform", "leeward").tag("Suffix", blueprint.suffix.clone())
}

/// A scope for each Region in a stack, each with a provider of its own; the first has no alias.
pub(crate) fn scopes<const N: usize>(
    stack: &Stack,
    blueprint: &Blueprint,
    regions: [&Region; N],
) -> [Scope; N] {
    let mut first = true;
    regions.map(|region| {
        let provider = AwsProvider::new().region(region.as_str());
        let provider = if first { provider } else { provider.alias(region.as_str()) };
        first = false;
        let provider = stack.aws_provider(provider);
        tagged(&stack.scope(region.as_str()).provider(&provider), blueprint)
    })
}

impl Place {
    pub(crate) fn new(app: &App, blueprint: &Blueprint, side: Side) -> Place {
        let (name, region, cidr) = match side {
            Side::Primary => {
                ("primary", &blueprint.regions.primary, blueprint.network.primary_cidr)
            }
            Side::Secondary => {
                ("secondary", &blueprint.regions.secondary, blueprint.network.secondary_cidr)
            }
        };
        let stack = app.stack(name);
        let [scope] = scopes(&stack, blueprint, [region]);
        Place { side, region: region.clone(), cidr, scope }
    }
}

impl Globals {
    pub(crate) fn new(app: &App, blueprint: &Blueprint, names: &Names) -> Globals {
        let stack = app.stack("global");
        let r = &blueprint.regions;
        let regions = [&r.primary, &r.secondary, &r.witness];
        let scopes = scopes(&stack, blueprint, regions);
        let keys: BTreeMap<Region, Handle<aws::KmsKey>> = regions
            .iter()
            .zip(&scopes)
            .map(|(region, scope)| ((*region).clone(), keys::add(scope, region, names)))
            .collect();
        tables::add(&scopes[0], blueprint, names, &keys);
        let cluster = database::add_global(&scopes[0], blueprint, names);
        let (primary, secondary) = (&keys[&r.primary], &keys[&r.secondary]);
        let credentials = credentials::add(&scopes[0], blueprint, names, primary, secondary);
        Globals { keys, cluster, credentials }
    }

    /// The Region's own key: nothing in a Region is encrypted with another's.
    pub(crate) fn key(&self, region: &Region) -> &Handle<aws::KmsKey> {
        &self.keys[region]
    }
}
