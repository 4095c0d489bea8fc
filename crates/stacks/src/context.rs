//! The context of a resource: its Region, and the properties that all Regions of the platform share.
//!
//! This is the lowest layer of the crate. It knows providers, names and Terraform states. The only resources that it
//! knows are the Regions' keys, which encrypt nearly every other resource.

use ipnet::Ipv4Net;
use leeward_blueprint::Blueprint;
use leeward_blueprint::RegionRole;
use leeward_blueprint::names::Names;
use leeward_construct::ty::Str;
use leeward_construct::{App, AwsProvider, Backend, Handle, Ref, Scope, Stack, Value, aws, text};
use leeward_model::Region;
use std::collections::BTreeMap;
use std::rc::Rc;

/// A Region within a stack: its provider, its key and its names.
#[derive(Clone)]
pub(crate) struct RegionStack {
    pub(crate) region_role: RegionRole,
    pub(crate) region: Region,
    pub(crate) scope: Scope,
    pub(crate) blueprint: Rc<Blueprint>,
    pub(crate) names: Names,
    /// The Region's own key, which encrypts everything in it.
    pub(crate) key: Handle<aws::KmsKey>,
    /// The keys of all Regions, for data that is sent to another Region.
    pub(crate) keys: Rc<BTreeMap<Region, Handle<aws::KmsKey>>>,
    /// The functions' package: the same bytes in every Region (REQ-C1).
    pub(crate) package: Rc<[u8]>,
    /// The agent's package, which each instance unpacks.
    pub(crate) agent: Rc<[u8]>,
    account: Ref<Str>,
    partition: Ref<Str>,
}

/// The properties that all Regions of a platform share.
#[derive(Clone)]
pub(crate) struct Shared {
    pub(crate) blueprint: Rc<Blueprint>,
    pub(crate) names: Names,
    pub(crate) keys: Rc<BTreeMap<Region, Handle<aws::KmsKey>>>,
    /// The functions' package: the same bytes in every Region (REQ-C1).
    pub(crate) package: Rc<[u8]>,
    /// The agent's package, which each instance unpacks.
    pub(crate) agent: Rc<[u8]>,
}

fn tagged(scope: &Scope, blueprint: &Blueprint) -> Scope {
    scope.tag("Platform", "leeward").tag("Suffix", blueprint.suffix.clone())
}

/// Returns a scope for each Region in a stack, each with its own provider. The first provider has no alias.
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

impl RegionStack {
    /// Adds a stack for one Region.
    pub(crate) fn new(app: &App, shared: &Shared, region_role: RegionRole) -> RegionStack {
        let stack = shared.stack(app, region_role.as_str());
        let [place] = RegionStack::several(&stack, shared, [region_role]);
        place
    }

    /// Returns a [`RegionStack`] for each of several Regions that share one stack.
    pub(crate) fn several<const N: usize>(
        stack: &Stack,
        shared: &Shared,
        sides: [RegionRole; N],
    ) -> [RegionStack; N] {
        let blueprint = &shared.blueprint;
        let region = |role| blueprint.regions.with_role(role);
        let mut scopes = scopes(stack, blueprint, sides.map(region)).into_iter();
        sides.map(|side| {
            let scope = scopes.next().expect("a scope for each");
            let account = scope.add("account", aws::data::CallerIdentity::new());
            let partition = scope.add("partition", aws::data::Partition::new());
            RegionStack {
                region_role: side,
                region: region(side).clone(),
                blueprint: blueprint.clone(),
                names: shared.names.clone(),
                key: shared.keys[region(side)].clone(),
                keys: shared.keys.clone(),
                package: shared.package.clone(),
                agent: shared.agent.clone(),
                account: account.account_id(),
                partition: partition.partition(),
                scope,
            }
        })
    }

    /// Returns the same Region with a scope one level deeper, which is named `id`.
    pub(crate) fn below(&self, id: &str) -> RegionStack {
        RegionStack { scope: self.scope.scope(id), ..self.clone() }
    }

    pub(crate) fn name(&self, role: &str, kind: &str) -> String {
        self.names.name(role, kind)
    }

    /// Returns a name that contains the Region, for services such as IAM, in which all Regions share one set of names.
    pub(crate) fn name_here(&self, role: &str, kind: &str) -> String {
        self.names.name(&format!("{role}-{}", self.region), kind)
    }

    pub(crate) fn account(&self) -> &Ref<Str> {
        &self.account
    }

    pub(crate) fn partition(&self) -> &Ref<Str> {
        &self.partition
    }

    /// Returns the ARN of a resource in this Region. The ARN is built from the resource's name, so it needs no
    /// reference to another stack.
    pub(crate) fn arn(&self, service: &str, rest: impl Into<Value<Str>>) -> Value<Str> {
        self.arn_in(self.region.as_str(), service, rest)
    }

    pub(crate) fn arn_in(
        &self,
        region: &str,
        service: &str,
        rest: impl Into<Value<Str>>,
    ) -> Value<Str> {
        text!("arn:{}:{}:{}:{}:{}", &self.partition, service, region, &self.account, rest.into())
    }

    /// Returns the other one of the two Regions that can accept orders.
    pub(crate) fn peer(&self) -> &Region {
        let regions = &self.blueprint.regions;
        if self.region_role == RegionRole::Primary { &regions.secondary } else { &regions.primary }
    }

    pub(crate) fn cidr(&self) -> Ipv4Net {
        let network = &self.blueprint.network;
        if self.region_role == RegionRole::Secondary {
            network.secondary_cidr
        } else {
            network.primary_cidr
        }
    }

    pub(crate) fn peer_cidr(&self) -> Ipv4Net {
        let network = &self.blueprint.network;
        if self.region_role == RegionRole::Secondary {
            network.primary_cidr
        } else {
            network.secondary_cidr
        }
    }

    /// Returns the Region's own host name. All sentinels reach the Region by this name, wherever the public name
    /// points.
    pub(crate) fn host(&self) -> String {
        host(&self.blueprint, &self.region)
    }
}

pub(crate) fn host(blueprint: &Blueprint, region: &Region) -> String {
    format!("{region}.{}", blueprint.public_name)
}

/// Adds a stack with its backend. If the blueprint names a bucket for Terraform's states, that bucket is in the witness
/// Region and also holds the state locks (REQ-T3).
pub(crate) fn stack(app: &App, blueprint: &Blueprint, name: &str) -> Stack {
    let stack = app.stack(name);
    let suffix = &blueprint.suffix;
    // Without the suffix, a second platform in the same directory would use the first platform's states.
    stack.backend(match &blueprint.state.bucket {
        Some(bucket) => {
            let key = format!("leeward/{suffix}/{name}.tfstate");
            Backend::s3(bucket, &key, blueprint.regions.witness.as_str())
        }
        None => Backend::local(&format!("../../../leeward.{suffix}.{name}.tfstate")),
    });
    stack
}

impl Shared {
    /// Adds a stack with the backend that the blueprint defines.
    pub(crate) fn stack(&self, app: &App, name: &str) -> Stack {
        stack(app, &self.blueprint, name)
    }
}
