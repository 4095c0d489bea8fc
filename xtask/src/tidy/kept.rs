//! Lists the public items that are kept for later work although nothing uses them yet. The check prints them on every
//! run, so that they are not forgotten.

use super::tree::Tree;

const LIST: &str = "xtask/kept-surface.txt";
/// The maximum number of entries in the list. This limit may only be lowered.
const AT_MOST: usize = 6;

pub(super) fn check(tree: &Tree) -> anyhow::Result<Vec<String>> {
    let list = tree.list(LIST);
    for line in &list {
        println!("kept, not used yet: {line}");
    }
    Ok(judge(tree, &list))
}

fn judge(tree: &Tree, list: &[String]) -> Vec<String> {
    let mut problems = Vec::new();
    if list.len() > AT_MOST {
        problems.push(format!("{LIST}: {} entries, more than {AT_MOST}", list.len()));
    }
    for line in list {
        let parts: Vec<&str> = line.split(" | ").map(str::trim).collect();
        let [name, krate, definition, _why] = parts[..] else {
            problems
                .push(format!("{LIST}: expected name | crate | definition | why, got {line:?}"));
            continue;
        };
        let mut sources = tree.sources().filter(|source| source.krate() == Some(krate));
        if !sources.any(|source| source.text.contains(definition)) {
            problems.push(format!("{LIST}: `{krate}` no longer has {name}: remove the line"));
        }
    }
    problems
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(line: &str, expect: usize) {
        let tree = Tree::of(&[("crates/model/src/a.rs", "pub drain: Option<Region>,")]);
        let problems = judge(&tree, &[line.to_owned()]);
        assert_eq!(problems.len(), expect, "{problems:?}");
    }

    #[test]
    fn an_entry_without_an_item_is_a_problem() {
        check("Authority::drain | model | pub drain: | the drain verb", 0);
        check("Authority::drain | core | pub drain: | the drain verb", 1);
        check("Authority::hide | model | pub hide: | nothing", 1);
        check("Authority::drain", 1);
    }
}
