//! Checks the two walks in CONTRIBUTING.md, which list the files that an order and an observation pass through. Each
//! file must exist, and a walk must be short enough to remember.

use super::tree::Tree;

const PAGE: &str = "CONTRIBUTING.md";
/// The heading of each walk, with the maximum number of files that the walk may name.
const WALKS: [(&str, usize); 2] =
    [("## The walk of an order", 10), ("## The walk of an observation", 8)];

pub(super) fn check(tree: &Tree) -> anyhow::Result<Vec<String>> {
    let page = tree.document(PAGE)?;
    Ok(WALKS.iter().flat_map(|(heading, most)| judge(tree, page, heading, *most)).collect())
}

fn judge(tree: &Tree, page: &str, heading: &str, most: usize) -> Vec<String> {
    let Some(section) = section(page, heading) else {
        return vec![format!("{PAGE}: the section `{heading}` is missing")];
    };
    let items: Vec<&str> = section.iter().filter_map(|line| numbered(line)).collect();
    let mut problems = Vec::new();
    if items.is_empty() || items.len() > most {
        problems
            .push(format!("{PAGE}: `{heading}` names {} files, expected 1 to {most}", items.len()));
    }
    for item in items {
        match item.strip_prefix('`').and_then(|rest| rest.split_once('`')) {
            Some((path, _)) if tree.has(path) || tree.has(&format!("crates/{path}")) => {}
            Some((path, _)) => problems.push(format!("{PAGE}: `{heading}`: {path} does not exist")),
            None => problems
                .push(format!("{PAGE}: `{heading}`: begin with a path in backticks: {item}")),
        }
    }
    problems
}

fn section<'a>(page: &'a str, heading: &str) -> Option<Vec<&'a str>> {
    let mut lines = page.lines().skip_while(|line| line.trim() != heading);
    lines.next()?;
    Some(lines.take_while(|line| !line.starts_with("## ")).collect())
}

/// Returns the text of an item of a numbered list.
fn numbered(line: &str) -> Option<&str> {
    let (number, rest) = line.split_once(". ")?;
    (!number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit())).then_some(rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(page: &str, expect: usize) {
        let tree = Tree::of(&[("crates/service/src/api/orders.rs", "")]);
        let problems = judge(&tree, page, "## The walk of an order", 2);
        assert_eq!(problems.len(), expect, "{problems:?}");
    }

    #[test]
    fn a_walk_is_short_and_its_files_exist() {
        let item = "1. `crates/service/src/api/orders.rs` takes it.\n";
        check(&format!("## The walk of an order\n\n{item}## Next\n1. `a.rs`\n"), 0);
        check(&format!("## The walk of an order\n{}", item.repeat(3)), 1);
        check("## The walk of an order\n1. `crates/a.rs` takes it.\n", 1);
        check("## The walk of an order\n1. The API takes it.\n", 1);
        check("## The walk of an order\n", 1);
        check("# Contributing\n", 1);
    }
}
