//! Property tests: the stacks of any valid blueprint conform to the schema and break no rule.

use crate::valid::synthesize;
use leeward_blueprint::deploy::{Engine, Nat, Profile};
use leeward_blueprint::services::{Consistency, Routing};
use leeward_blueprint::{Blueprint, Regions};
use leeward_construct::check;
use leeward_model::Region;
use leeward_stacks::rules;
use proptest::prelude::*;
use proptest::sample::select;

/// Draws three Regions from one geographical set, in any roles.
fn regions() -> impl Strategy<Value = Regions> {
    let us = vec!["us-east-1", "us-east-2", "us-west-2"];
    let asia = vec!["ap-northeast-1", "ap-northeast-2", "ap-northeast-3"];
    let europe = vec!["eu-west-1", "eu-west-2", "eu-central-1"];
    select(vec![us, asia, europe]).prop_shuffle().prop_map(|names| {
        let region = |at: usize| Region::new(names[at]).expect("a Region");
        Regions { primary: region(0), secondary: region(1), witness: region(2) }
    })
}

fn places() -> impl Strategy<Value = Blueprint> {
    let suffix = "[a-z0-9]{1,6}(-[a-z0-9]{1,4}){0,2}";
    let name = select(vec!["orders.example.com", "o.leeward.test", "a.b.c.example.org"]);
    let zone = select(vec![None, Some("Z0123456789ABC")]);
    let profile = select(vec![Profile::Serverless, Profile::Instances]);
    let routing = select(vec![Routing::Failover, Routing::Latency]);
    let nat = select(vec![Nat::PerZone, Nat::PerRegion]);
    (suffix, name, zone, profile, routing, nat, regions()).prop_map(
        |(suffix, name, zone, profile, routing, nat, regions)| {
            let mut b = Blueprint { suffix, profile, regions, ..Blueprint::default() };
            b.public_name = name.into();
            b.dns.zone_id = zone.map(String::from);
            b.dns.routing = routing;
            b.network.nat = nat;
            b
        },
    )
}

fn blueprints() -> impl Strategy<Value = Blueprint> {
    let engine = select(vec![None, Some(Engine::AuroraPostgresql), Some(Engine::AuroraMysql)]);
    let consistency = select(vec![Consistency::Strong, Consistency::Eventual]);
    let emails = prop::collection::vec("[a-z]{1,8}@example\\.com", 0..3);
    let numbers = (1u32..16, 0u32..6, 0u32..400, 0u32..10_000, 1u32..20);
    (places(), engine, consistency, emails, numbers, any::<[bool; 3]>()).prop_map(
        |(mut b, engine, consistency, emails, (instances, warm, lock, budget, fleet), flags)| {
            b.database.engine = engine;
            b.database.instances = instances;
            b.sessions.consistency = consistency;
            b.notices.emails = emails;
            b.functions.warm = warm;
            b.files.audit_lock_days = lock;
            b.access.budget_usd = if b.notices.emails.is_empty() { 0 } else { budget };
            (b.instances.min, b.instances.desired, b.instances.max) = (fleet, fleet, fleet + 3);
            let [approval, trusted, bucket] = flags;
            b.access.approval = approval;
            if trusted {
                b.access.trusted_accounts = vec!["111122223333".into(), "444455556666".into()];
                b.access.external_id = Some("agreed-upon".into());
            }
            b.state.bucket = bucket.then(|| "states-of-leeward".into());
            b
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    #[test]
    fn the_stacks_of_any_blueprint_are_valid(blueprint in blueprints()) {
        prop_assert!(blueprint.validate().is_ok(), "{:?}", blueprint.validate());
        prop_assert!(blueprint.deployable().is_ok());
        let synthesis = synthesize(&blueprint);
        for (name, config) in &synthesis.stacks {
            prop_assert_eq!(check::conforms(config), vec![], "{}", name);
        }
        prop_assert_eq!(rules::problems(&synthesis.stacks, &blueprint), vec![]);
    }
}
