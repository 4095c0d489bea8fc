//! Tests that the modules of this crate form layers: a module imports only from modules below it.
//!
//! Add a new module at the layer where it belongs. If it fits into no layer, it mixes two.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// All modules, lowest layer first.
const ORDER: &[&str] = &[
    // The context of a resource, and the blocks that any resource may use.
    "context",
    "blocks::logs",
    "blocks::policy",
    // The global stack.
    "global::keys",
    "global::tables",
    "global::cluster",
    "global::credentials",
    "global::budget",
    "global::certificates",
    "global",
    // The parts of a Region.
    "parts::groups",
    "parts::network",
    "parts::queues",
    "parts::topics",
    "parts::files",
    "parts::database",
    "parts::parameters",
    "parts::inputs",
    "parts::roles",
    "parts::orchestrator",
    "parts::permissions",
    "parts::functions",
    "parts::triggers",
    "parts::machine",
    "parts::operators",
    "parts::firewall",
    "parts::front",
    "parts::api",
    "parts::balancer",
    "parts::fleet",
    "parts::alarms::metric",
    "parts::alarms::watch",
    "parts::alarms",
    "parts::events",
    "parts::dashboard",
    "parts::traffic",
    "parts::readiness",
    // The links between two Regions.
    "parts::peering",
    "parts::replication",
    "parts::trail",
    "region",
    "links",
    // Readers of the written stacks.
    "synthesized",
    "rules::access",
    "rules::isolation",
    "rules::names",
    "rules::safety",
    "rules::texts",
    "rules",
    "cost::bill",
    "cost::flow",
    "cost::standing",
    "cost",
    "graph::svg",
    "graph",
];

/// Modules that only declare other modules.
const DIRECTORIES: [&str; 2] = ["blocks", "parts"];

fn rank(module: &str) -> Option<usize> {
    ORDER.iter().position(|known| *known == module)
}

/// Returns the rank of the module that a path leads to. The module is the longest prefix of the path that names a
/// module.
fn module_of(path: &str) -> Option<usize> {
    let mut path = path;
    loop {
        if let Some(rank) = rank(path) {
            return Some(rank);
        }
        path = path.rsplit_once("::")?.0;
    }
}

/// Expands `a::{b, c::{d}}` into `a::b` and `a::c::d`.
fn expand(prefix: &str, text: &str, out: &mut BTreeSet<String>) {
    let mut depth = 0;
    let mut item = String::new();
    let mut items = Vec::new();
    for c in text.chars() {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 0 => {
                items.push(std::mem::take(&mut item));
                continue;
            }
            _ => {}
        }
        item.push(c);
    }
    items.push(item);
    for item in items.iter().map(|item| item.trim()).filter(|item| !item.is_empty()) {
        match item.split_once('{') {
            Some((before, rest)) => {
                expand(&format!("{prefix}{before}"), rest.trim_end_matches('}'), out);
            }
            None => {
                out.insert(format!("{prefix}{}", item.trim_end_matches("::self")));
            }
        }
    }
}

/// Returns the paths within this crate that a source file names in `use` declarations and in expressions.
fn paths(module: &str, source: &str) -> BTreeSet<String> {
    let code: String = source
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"))
        .map(|line| format!("{line}\n"))
        .collect();
    let mut out = BTreeSet::new();
    let parent = module.rsplit_once("::").map_or("", |(parent, _)| parent);
    for (start, marker) in code.match_indices("crate::").chain(code.match_indices("super::")) {
        let rest = &code[start + marker.len()..];
        let end = match rest.find(|c: char| !c.is_alphanumeric() && c != '_' && c != ':') {
            Some(at) if rest[at..].starts_with('{') => rest.find(';').expect("a use declaration"),
            Some(at) => at,
            None => rest.len(),
        };
        let before = match (marker, parent) {
            // In a test module, `super` is the module itself.
            ("super::", _) if rest.starts_with('*') => continue,
            ("crate::", _) | ("super::", "") => String::new(),
            _ => format!("{parent}::"),
        };
        expand(&before, &rest[..end], &mut out);
    }
    out
}

fn files(directory: &Path, prefix: &str, out: &mut Vec<(String, String)>) {
    for entry in fs::read_dir(directory).expect("a directory of sources") {
        let path = entry.expect("an entry").path();
        let name = path.file_stem().and_then(|name| name.to_str()).expect("a name").to_owned();
        let module = if prefix.is_empty() { name.clone() } else { format!("{prefix}::{name}") };
        if path.is_dir() {
            files(&path, &module, out);
        } else if path.extension().is_some_and(|kind| kind == "rs") {
            let module = if name == "mod" { prefix.to_owned() } else { module };
            out.push((module, fs::read_to_string(&path).expect("a source file")));
        }
    }
}

fn upward_imports(modules: &[(String, String)]) -> Vec<String> {
    let mut problems = Vec::new();
    for (module, source) in modules {
        if module == "lib" || DIRECTORIES.contains(&module.as_str()) {
            continue;
        }
        let Some(own) = rank(module) else {
            problems.push(format!("{module} is not in the list of layers"));
            continue;
        };
        for path in paths(module, source) {
            match module_of(&path) {
                Some(target) if target > own => {
                    problems.push(format!("{module} imports {path} from a higher layer"));
                }
                Some(_) => {}
                None => {
                    problems.push(format!("{module} imports {path} from no module of the list"))
                }
            }
        }
    }
    problems
}

#[test]
fn no_module_imports_from_a_higher_layer() {
    let mut modules = Vec::new();
    files(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), "", &mut modules);
    assert_eq!(upward_imports(&modules), Vec::<String>::new());
    for known in ORDER {
        assert!(modules.iter().any(|(module, _)| module == known), "{known} has no source file");
    }
}

#[test]
fn an_upward_import_is_found_however_it_is_written() {
    let check = |module: &str, source: &str, found: bool| {
        let problems = upward_imports(&[(module.to_owned(), source.to_owned())]);
        assert_eq!(!problems.is_empty(), found, "{module}: {source}: {problems:?}");
    };
    check("context", "use crate::global::Globals;", true);
    check("parts::functions", "use crate::parts::{\n    files, fleet::{self, Fleet}\n};", true);
    check("parts::functions", "fn f() { crate::parts::fleet::add() }", true);
    check("rules::access", "use super::problems;", true);
    check("parts::functions", "use crate::parts::{files, roles::{in_network, roles}};", false);
    check(
        "parts::functions",
        "// crate::parts::fleet has the instances\nuse super::roles::roles;",
        false,
    );
    check("parts::unheard_of", "", true);
}
