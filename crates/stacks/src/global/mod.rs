//! The global stack: resources that belong to no single Region, or that must exist before a Region's own stack.

pub(crate) mod budget;
pub(crate) mod certificates;
pub(crate) mod cluster;
pub(crate) mod credentials;
pub(crate) mod keys;
pub(crate) mod tables;

use crate::context::{Shared, scopes, stack};
use leeward_blueprint::Blueprint;
use leeward_blueprint::names::Names;
use leeward_construct::ty::Str;
use leeward_construct::{App, Handle, Ref, aws};
use leeward_model::Region;
use std::collections::BTreeMap;
use std::rc::Rc;

/// The resources of the global stack to which the Regions' stacks refer.
pub(crate) struct Globals {
    pub(crate) shared: Shared,
    pub(crate) cluster: Handle<aws::RdsGlobalCluster>,
    pub(crate) credentials: credentials::Credentials,
    pub(crate) zone: Ref<Str>,
    certificates: BTreeMap<Region, Ref<Str>>,
}

impl Globals {
    pub(crate) fn new(app: &App, blueprint: &Blueprint, [package, agent]: [Vec<u8>; 2]) -> Globals {
        let names = Names::of(blueprint);
        let stack = stack(app, blueprint, "global");
        let r = &blueprint.regions;
        let regions = [&r.primary, &r.secondary, &r.witness];
        let scopes = scopes(&stack, blueprint, regions);
        let keys: BTreeMap<Region, Handle<aws::KmsKey>> = regions
            .iter()
            .zip(&scopes)
            .map(|(region, scope)| ((*region).clone(), keys::add(scope, region, &names)))
            .collect();
        tables::add(&scopes[0], blueprint, &names, &keys);
        let cluster = cluster::add(&scopes[0], blueprint, &names);
        let credentials = credentials::add(&scopes[0], blueprint, &names, &keys);
        budget::add(&scopes[0], blueprint, &names);
        let zone = certificates::zone(app, &scopes[0], blueprint);
        let sides = [(&r.primary, &scopes[0]), (&r.secondary, &scopes[1])];
        let certificates = certificates::add(sides, blueprint, &zone);
        let shared = Shared {
            blueprint: Rc::new(blueprint.clone()),
            names,
            keys: Rc::new(keys),
            package: package.into(),
            agent: agent.into(),
        };
        Globals { shared, cluster, credentials, zone, certificates }
    }

    /// Returns the validated certificate of a Region. The certificate covers the public name and the Region's own name.
    pub(crate) fn certificate(&self, region: &Region) -> &Ref<Str> {
        &self.certificates[region]
    }
}
