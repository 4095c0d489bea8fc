//! Checks that every row of `docs/spec/attacks.md` names tests that exist, or states that its design is not built yet.

use super::citations::ATTACKS;
use super::rules::missing_tests;
use super::tree::Tree;

const CELLS: usize = 5;
const PLANNED: &str = "*not built yet*";

pub(super) fn check(tree: &Tree) -> anyhow::Result<Vec<String>> {
    Ok(judge(tree, tree.document(ATTACKS)?))
}

fn judge(tree: &Tree, page: &str) -> Vec<String> {
    let mut problems = Vec::new();
    for row in page.lines().filter(|line| line.starts_with("| ") && !line.starts_with("| attack "))
    {
        let cells: Vec<&str> = row.trim_matches('|').split(" | ").map(str::trim).collect();
        let [attack, _, _, _, tests] = cells[..] else {
            problems
                .push(format!("{ATTACKS}: a row has {} cells, not {CELLS}: {row}", cells.len()));
            continue;
        };
        if tests != PLANNED && !tests.contains('`') {
            problems.push(format!("{ATTACKS}: {attack} names no test and is not marked {PLANNED}"));
        }
        problems.extend(missing_tests(tree, ATTACKS, tests));
    }
    problems
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(row: &str, expect: usize) {
        let tree = Tree::of(&[("crates/core/tests/it/a.rs", "fn r1_it_comes_back() {}")]);
        let problems = judge(&tree, row);
        assert_eq!(problems.len(), expect, "{problems:?}");
    }

    #[test]
    fn each_attack_has_its_test_or_its_mark() {
        check("| R1 | high | a | b | `r1_it_comes_back` |", 0);
        check("| R1 | high | a | b | `r1_it_stays_away` |", 1);
        check("| W1 | high | a | b | *not built yet* |", 0);
        check("| R1 | high | a | b | later |", 1);
        check("| R1 | high | a |", 1);
    }
}
