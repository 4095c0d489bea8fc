//! Every requirement has its resources, every resource its requirement, and none can be taken away
//! unnoticed. docs/reference/coverage.md is made from here: `UPDATE_COVERAGE=1 cargo test -p leeward-stacks coverage`.

mod readiness;
mod rows;
mod table;

use crate::valid::synthesize;
use leeward_blueprint::Blueprint;
use leeward_blueprint::deploy::Shape;
use leeward_stacks::rules::Stacks;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::path::Path;
use table::{Claim, ROWS};

/// What local mode alone has, in words for the page.
const WITHOUT: [(&str, &str); 1] =
    [("G4", "no fault switch is in the stacks, and nothing that could be one")];

pub(crate) fn profiles() -> [Blueprint; 2] {
    [Shape::Serverless, Shape::Instances].map(|shape| {
        let mut blueprint = Blueprint { suffix: "test".into(), shape, ..Blueprint::default() };
        blueprint.notices.emails = vec!["desk@example.com".into()];
        blueprint
    })
}

/// `(stack, type without aws_, path, logical id)` of every resource.
fn resources(stacks: &Stacks) -> Vec<(String, String, String, String)> {
    let mut out = Vec::new();
    for (stack, config) in stacks {
        for (kind, named) in config["resource"].as_object().expect("resources") {
            for name in named.as_object().expect("by name").keys() {
                let kind = kind.strip_prefix("aws_").expect("AWS's alone").to_owned();
                out.push((stack.clone(), kind, path(name), name.clone()));
            }
        }
    }
    out
}

/// Without the Region in front and the hash behind.
fn path(name: &str) -> String {
    let (rest, _) = name.rsplit_once('_').expect("a hash");
    rest.split_once('_').map_or(rest, |(_, path)| path).to_owned()
}

fn claims(claim: &Claim, kind: &str, path: &str) -> bool {
    let fits = match (claim.1.strip_suffix('*'), claim.1.strip_prefix('*')) {
        (Some(start), _) => path.starts_with(start),
        (_, Some(end)) => path.ends_with(end),
        _ => path == claim.1,
    };
    claim.0 == kind && fits
}

/// What is missing or too much, by the table.
fn miscounted(stacks: &Stacks, profile: usize) -> Vec<String> {
    let all = resources(stacks);
    let mut out = Vec::new();
    for row in ROWS {
        for claim in row.claims {
            let count = all.iter().filter(|(_, kind, path, _)| claims(claim, kind, path)).count();
            if count != claim.2[profile] {
                let Claim(kind, path, expect) = claim;
                out.push(format!(
                    "{}: {count} {kind} {path}, not {}",
                    row.requirement, expect[profile]
                ));
            }
        }
    }
    for (stack, kind, path, _) in &all {
        let claimed = ROWS.iter().flat_map(|row| row.claims).any(|c| claims(c, kind, path));
        if !claimed {
            out.push(format!("{stack}: {kind} {path} is there for no requirement"));
        }
    }
    out
}

#[test]
fn every_requirement_has_its_resources() {
    for (profile, blueprint) in profiles().iter().enumerate() {
        let problems = miscounted(&synthesize(blueprint).stacks, profile);
        assert!(problems.is_empty(), "{}", problems.join("\n"));
    }
}

#[test]
fn no_resource_can_be_taken_away_unnoticed() {
    for (profile, blueprint) in profiles().iter().enumerate() {
        let mut stacks = synthesize(blueprint).stacks;
        for (stack, kind, path, name) in resources(&stacks) {
            let of_kind =
                &mut stacks.get_mut(&stack).expect("it")["resource"][format!("aws_{kind}")];
            let of_kind = of_kind.as_object_mut().expect("resources by name");
            let body = of_kind.remove(&name).expect("it was there");
            assert!(!miscounted(&stacks, profile).is_empty(), "{stack}: {kind} {path}");
            let of_kind =
                &mut stacks.get_mut(&stack).expect("it")["resource"][format!("aws_{kind}")];
            of_kind[&name] = body;
        }
    }
}

#[test]
fn every_letter_of_the_requirements_has_its_rows() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/requirements.md");
    let Ok(text) = std::fs::read_to_string(&file) else {
        eprintln!("SKIPPED: {} is not there", file.display());
        return;
    };
    let named = text.lines().filter_map(|line| line.strip_prefix("- "));
    let ids = named.filter_map(|line| line.split_whitespace().next());
    let of_stacks = |id: &&str| {
        let mut chars = id.chars();
        chars.next().is_some_and(|c| "NDSOFCAXMG".contains(c)) && chars.all(|c| c.is_ascii_digit())
    };
    let asked: BTreeSet<&str> = ids.filter(of_stacks).filter(|id| id.len() > 1).collect();
    let rows: BTreeSet<&str> = ROWS.iter().map(|row| row.requirement).collect();
    // What has no resource of its own is proved elsewhere: in the order path, or by an operator's verb.
    let elsewhere = BTreeSet::from(["D7", "O5"]);
    let missing: Vec<&&str> =
        asked.difference(&rows).filter(|id| !elsewhere.contains(*id)).collect();
    assert!(missing.is_empty(), "no row for {missing:?}");
}

/// The page: for each requirement the addresses in each profile.
fn page() -> String {
    let [serverless, instances] = profiles().map(|blueprint| synthesize(&blueprint).stacks);
    let mut out = String::from(
        "# Which resources are there for which requirement\n\n\
         Made from `crates/stacks/tests/it/coverage/table.rs` by `UPDATE_COVERAGE=1 cargo test -p leeward-stacks \
         coverage`, and held by a test. An\naddress is the stack, the type without `aws_` and the ids on the way to \
         the resource; `×n` says in how many places it is, the\nRegions of the stack and the numbered ones \
         together. Numbers are those of the requirements. What is proved of each row is in\n\
         `crates/stacks/tests/it/coverage/rows.rs`.\n\n| | serverless | instances |\n|---|---|---|\n",
    );
    for row in ROWS {
        let cell = |stacks: &Stacks| {
            let mut found: BTreeMap<String, usize> = BTreeMap::new();
            for (stack, kind, path, _) in resources(stacks) {
                if row.claims.iter().any(|claim| claims(claim, &kind, &path)) {
                    let path = path.trim_end_matches(|c: char| c.is_ascii_digit());
                    *found.entry(format!("`{stack}: {kind} {path}`")).or_default() += 1;
                }
            }
            let shown = found.iter().map(|(address, count)| match count {
                1 => address.clone(),
                n => format!("{address} ×{n}"),
            });
            let without = WITHOUT.iter().find(|(id, _)| *id == row.requirement);
            let cell = shown.collect::<Vec<_>>().join("<br>");
            without.map_or(cell, |(_, why)| (*why).to_owned())
        };
        writeln!(out, "| {} | {} | {} |", row.requirement, cell(&serverless), cell(&instances))
            .expect("a string takes it");
    }
    out
}

#[test]
fn the_page_is_up_to_date() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/reference/coverage.md");
    let page = page();
    if std::env::var_os("UPDATE_COVERAGE").is_some() {
        std::fs::write(&file, &page).expect("written");
    }
    let there = std::fs::read_to_string(&file).unwrap_or_default();
    assert!(
        there == page,
        "docs/reference/coverage.md is old: UPDATE_COVERAGE=1 cargo test -p leeward-stacks"
    );
}
