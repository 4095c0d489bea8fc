//! Where things are put: the two Regions that repeat, the witness, and what is above them.

use crate::keys;
use crate::names::Names;
use crate::{budget, certificates, credentials, database, tables};
use ipnet::Ipv4Net;
use leeward_blueprint::Blueprint;
use leeward_construct::ty::Str;
use leeward_construct::{App, AwsProvider, Backend, Handle, Ref, Scope, Stack, Value, aws, text};
use leeward_model::Region;
use std::collections::BTreeMap;
use std::rc::Rc;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Side {
    Primary,
    Secondary,
    /// Watches and votes; takes no orders.
    Witness,
}

impl Side {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Side::Primary => "primary",
            Side::Secondary => "secondary",
            Side::Witness => "witness",
        }
    }
}

/// One Region as a stack sees it: its provider, its key, its names.
#[derive(Clone)]
pub(crate) struct Place {
    pub(crate) side: Side,
    pub(crate) region: Region,
    pub(crate) scope: Scope,
    pub(crate) blueprint: Rc<Blueprint>,
    pub(crate) names: Names,
    /// The Region's own: nothing in a Region is encrypted with another's.
    pub(crate) key: Handle<aws::KmsKey>,
    /// Every Region's, for what is sent there.
    pub(crate) keys: Rc<BTreeMap<Region, Handle<aws::KmsKey>>>,
    /// Of the functions: the same bytes in every Region (REQ-C1).
    pub(crate) package: Rc<[u8]>,
    /// What instances unpack.
    pub(crate) agent: Rc<[u8]>,
    account: Ref<Str>,
    partition: Ref<Str>,
}

/// What spans Regions, and what each Region needs before its own stack exists.
pub(crate) struct Globals {
    blueprint: Rc<Blueprint>,
    names: Names,
    keys: Rc<BTreeMap<Region, Handle<aws::KmsKey>>>,
    pub(crate) cluster: Handle<aws::RdsGlobalCluster>,
    pub(crate) credentials: credentials::Credentials,
    pub(crate) zone: Ref<Str>,
    certificates: BTreeMap<Region, Ref<Str>>,
    package: Rc<[u8]>,
    agent: Rc<[u8]>,
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
    /// One of these sides in a stack of its own.
    pub(crate) fn new(app: &App, globals: &Globals, side: Side) -> Place {
        let stack = globals.stack(app, side.as_str());
        let [place] = Place::several(&stack, globals, [side]);
        place
    }

    /// Several sides in one stack.
    pub(crate) fn several<const N: usize>(
        stack: &Stack,
        globals: &Globals,
        sides: [Side; N],
    ) -> [Place; N] {
        let blueprint = &globals.blueprint;
        let region = |side| match side {
            Side::Primary => &blueprint.regions.primary,
            Side::Secondary => &blueprint.regions.secondary,
            Side::Witness => &blueprint.regions.witness,
        };
        let mut scopes = scopes(stack, blueprint, sides.map(region)).into_iter();
        sides.map(|side| {
            let scope = scopes.next().expect("a scope for each");
            let account = scope.add("account", aws::data::CallerIdentity::new());
            let partition = scope.add("partition", aws::data::Partition::new());
            Place {
                side,
                region: region(side).clone(),
                blueprint: blueprint.clone(),
                names: globals.names.clone(),
                key: globals.keys[region(side)].clone(),
                keys: globals.keys.clone(),
                package: globals.package.clone(),
                agent: globals.agent.clone(),
                account: account.account_id(),
                partition: partition.partition(),
                scope,
            }
        })
    }

    /// The same Region, one step down in the ids.
    pub(crate) fn below(&self, id: &str) -> Place {
        Place { scope: self.scope.scope(id), ..self.clone() }
    }

    pub(crate) fn name(&self, role: &str, kind: &str) -> String {
        self.names.name(role, kind)
    }

    /// For services whose names are shared by all Regions, such as IAM.
    pub(crate) fn name_here(&self, role: &str, kind: &str) -> String {
        self.names.name(&format!("{role}-{}", self.region), kind)
    }

    pub(crate) fn account(&self) -> &Ref<Str> {
        &self.account
    }

    pub(crate) fn partition(&self) -> &Ref<Str> {
        &self.partition
    }

    /// The ARN of something in this Region by its name, so that a Region's stack refers to no other's.
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

    /// The other Region that takes orders.
    pub(crate) fn peer(&self) -> &Region {
        let regions = &self.blueprint.regions;
        if self.side == Side::Primary { &regions.secondary } else { &regions.primary }
    }

    pub(crate) fn cidr(&self) -> Ipv4Net {
        let network = &self.blueprint.network;
        if self.side == Side::Secondary { network.secondary_cidr } else { network.primary_cidr }
    }

    pub(crate) fn peer_cidr(&self) -> Ipv4Net {
        let network = &self.blueprint.network;
        if self.side == Side::Secondary { network.primary_cidr } else { network.secondary_cidr }
    }

    /// The Region's own host name, by which the sentinels of every Region reach it whatever the public
    /// name says.
    pub(crate) fn host(&self) -> String {
        host(&self.blueprint, &self.region)
    }
}

pub(crate) fn host(blueprint: &Blueprint, region: &Region) -> String {
    format!("{region}.{}", blueprint.public_name)
}

/// REQ-T3: a state in a bucket is in the witness Region, with its lock beside it.
pub(crate) fn stack(app: &App, blueprint: &Blueprint, name: &str) -> Stack {
    let stack = app.stack(name);
    let suffix = &blueprint.suffix;
    // With the suffix, so that a second platform from the same directory does not take the first one's
    // states for its own.
    stack.backend(match &blueprint.state.bucket {
        Some(bucket) => {
            let key = format!("leeward/{suffix}/{name}.tfstate");
            Backend::s3(bucket, &key, blueprint.regions.witness.as_str())
        }
        None => Backend::local(&format!("../../../leeward.{suffix}.{name}.tfstate")),
    });
    stack
}

impl Globals {
    pub(crate) fn new(
        app: &App,
        blueprint: &Blueprint,
        names: &Names,
        [package, agent]: [Vec<u8>; 2],
    ) -> Globals {
        let stack = stack(app, blueprint, "global");
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
        let credentials = credentials::add(&scopes[0], blueprint, names, &keys);
        budget::add(&scopes[0], blueprint, names);
        let zone = certificates::zone(app, &scopes[0], blueprint);
        let sides = [(&r.primary, &scopes[0]), (&r.secondary, &scopes[1])];
        let certificates = certificates::add(sides, blueprint, &zone);
        let (blueprint, names) = (Rc::new(blueprint.clone()), names.clone());
        let (keys, package, agent) = (Rc::new(keys), package.into(), agent.into());
        Globals { blueprint, names, keys, cluster, credentials, zone, certificates, package, agent }
    }

    /// A stack whose state is where the blueprint says.
    pub(crate) fn stack(&self, app: &App, name: &str) -> Stack {
        stack(app, &self.blueprint, name)
    }

    /// The certificate of the public name and of the Region's own, issued.
    pub(crate) fn certificate(&self, region: &Region) -> &Ref<Str> {
        &self.certificates[region]
    }
}
