//! Tests that every requirement has its resources, and every resource its requirement. A test fails if a resource is
//! removed. This module also generates docs/reference/coverage.md: `UPDATE_EXPECT=1 cargo test --release -p
//! leeward-stacks coverage`.

mod readiness;
mod rows;
mod table;

use crate::valid::synthesize;
use leeward_blueprint::Blueprint;
use leeward_blueprint::deploy::Profile;
use leeward_stacks::rules::Stacks;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::path::Path;
use table::{Claim, ROWS};

/// The requirements that need no resource on AWS, with the text for the page.
const WITHOUT: [(&str, &str); 1] =
    [("G4", "the stacks contain no fault switch and nothing that could serve as one")];

pub(crate) fn profiles() -> [Blueprint; 2] {
    [Profile::Serverless, Profile::Instances].map(|profile| {
        let mut blueprint = Blueprint { suffix: "test".into(), profile, ..Blueprint::default() };
        blueprint.notices.emails = vec!["desk@example.com".into()];
        blueprint
    })
}

/// Returns `(stack, type without aws_, path, logical id)` for every resource.
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

/// Returns a resource name without the Region before the path and the hash after it.
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

/// Returns a message for each resource that is missing from the stacks or that the table does not list.
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
fn the_removal_of_any_resource_is_detected() {
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

/// Returns the ids of the requirements. Each id maps to `true` if the page marks it as *not built yet*.
fn requirements(page: &str) -> BTreeMap<&str, bool> {
    let items = page.lines().filter_map(|line| line.strip_prefix("- **"));
    items
        .filter_map(|item| item.split_once("** "))
        .map(|(id, text)| (id, text.starts_with("*not built yet*")))
        .collect()
}

#[test]
fn every_letter_of_the_requirements_has_its_rows() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/spec/requirements.md");
    let page = std::fs::read_to_string(&file).expect("the requirements are in the repository");
    let requirements = requirements(&page);
    let concerns_stacks = |id: &str| id.starts_with(|letter| "NDSOFCAXMG".contains(letter));
    // These two requirements have no resource of their own. The order path and an operator's verb satisfy them.
    let proved_elsewhere = ["D7", "O5"];
    let asked: BTreeSet<&str> = requirements
        .iter()
        .filter(|(id, planned)| !**planned && concerns_stacks(id))
        .map(|(id, _)| *id)
        .filter(|id| !proved_elsewhere.contains(id))
        .collect();
    assert!(asked.len() > 30, "few requirements were read: {asked:?}");

    let rows: BTreeSet<&str> = ROWS.iter().map(|row| row.requirement).collect();
    let missing: Vec<&str> = asked.difference(&rows).copied().collect();
    assert!(missing.is_empty(), "no row for {missing:?}");
    let unknown: Vec<&str> =
        rows.iter().copied().filter(|id| !requirements.contains_key(id)).collect();
    assert!(unknown.is_empty(), "a row for {unknown:?}, which the requirements do not contain");
    let built: Vec<&str> =
        rows.iter().copied().filter(|id| requirements.get(id) == Some(&true)).collect();
    assert!(built.is_empty(), "{built:?} has a row: remove its mark *not built yet*");
}

/// The places of a requirement's resources. The key is the type and the path; the value maps each stack to one count
/// per profile.
type Places = BTreeMap<(String, String), BTreeMap<String, [usize; 2]>>;

fn places(row: &table::Row, profiles: &[Stacks; 2]) -> Places {
    let mut places = Places::new();
    for (profile, stacks) in profiles.iter().enumerate() {
        for (stack, kind, path, _) in resources(stacks) {
            if row.claims.iter().any(|claim| claims(claim, &kind, &path)) {
                let path = path.trim_end_matches(|c: char| c.is_ascii_digit()).to_owned();
                let counts = places.entry((kind, path)).or_default().entry(stack).or_default();
                counts[profile] += 1;
            }
        }
    }
    places
}

/// Returns one line for each type and path. Stacks with equal counts share a line.
fn lines(places: &Places) -> String {
    let mut out = String::new();
    for ((kind, path), stacks) in places {
        let mut by_counts: BTreeMap<[usize; 2], Vec<&str>> = BTreeMap::new();
        for (stack, counts) in stacks {
            by_counts.entry(*counts).or_default().push(stack);
        }
        for ([serverless, instances], stacks) in by_counts {
            let shown = |count| if count == 0 { "–".to_owned() } else { format!("{count}") };
            let stacks = stacks.join(", ");
            writeln!(
                out,
                "| {stacks} | `{kind}` | `{path}` | {} | {} |",
                shown(serverless),
                shown(instances)
            )
            .expect("a string takes it");
        }
    }
    out
}

/// Returns the page: a table of resources for each requirement.
fn page() -> String {
    let profiles = profiles().map(|blueprint| synthesize(&blueprint).stacks);
    let mut out = String::from(
        "# Resources by requirement\n\n\
         Generated from `crates/stacks/tests/it/coverage/table.rs` by `UPDATE_EXPECT=1 cargo test --release -p \
         leeward-stacks coverage`; a test\nfails when the page and the synthesized stacks differ.\n\n\
         Each table lists the resources that exist for one requirement. *Stack* names the stacks that hold the \
         resource,\n*type* is Terraform's type without `aws_`, *path* is its place in the construct tree without \
         trailing digits. The last two\ncolumns count the resources per stack in each profile; a dash means none. \
         What is proved about each requirement is in\n`crates/stacks/tests/it/coverage/rows.rs`.\n",
    );
    for row in ROWS {
        write!(out, "\n## {}\n\n", row.requirement).expect("a string takes it");
        if let Some((_, why)) = WITHOUT.iter().find(|(id, _)| *id == row.requirement) {
            writeln!(out, "No resource: {why}.").expect("a string takes it");
            continue;
        }
        out.push_str("| stack | type | path | serverless | instances |\n|---|---|---|---:|---:|\n");
        out.push_str(&lines(&places(row, &profiles)));
    }
    out
}

#[test]
fn the_page_is_up_to_date() {
    expect_test::expect_file!["../../../../../docs/reference/coverage.md"].assert_eq(&page());
}
