//! Checks that every id that a source, a script or a document cites is defined: `SAFE-n` and `LIVE-n`, `REQ-Xn`,
//! attacks, `ADR n` and `target n`.
//!
//! Rules and requirements are recognised everywhere; `ADR n` and `target n` are recognised in comments and documents.
//! In a comment, an attack id such as `R4` needs no prefix. A bare requirement (`REQ-C1, C3`) looks the same there, so
//! it is accepted too. In a document, an attack id follows the word attack or stands first in parentheses.

use super::comments;
use super::rules;
use super::tree::{File, Tree};
use anyhow::Context;
use regex_lite::Regex;
use std::collections::BTreeSet;

const REQUIREMENTS: &str = "docs/spec/requirements.md";
const TARGETS: &str = "docs/spec/targets.md";
pub(super) const ATTACKS: &str = "docs/spec/attacks.md";

/// Words that look like an attack id but mean something else.
const NO_IDS: [&str; 1] = ["R53"];

pub(super) struct Defined {
    rules: BTreeSet<String>,
    requirements: BTreeSet<String>,
    attacks: BTreeSet<String>,
    decisions: BTreeSet<u32>,
    targets: BTreeSet<String>,
}

struct Forms {
    rule: Regex,
    requirement: Regex,
    decision: Regex,
    target: Regex,
    attack: Regex,
    attack_in_document: Regex,
}

pub(super) fn check(tree: &Tree) -> anyhow::Result<Vec<String>> {
    let defined = Defined::read(tree)?;
    let forms = Forms::new()?;
    let files = tree.files.iter().filter(|file| !file.is_generated());
    // The tests of these checks quote undefined ids, so the checks are excluded.
    let files = files.filter(|file| !file.path.starts_with("xtask/src/tidy/"));
    Ok(files.flat_map(|file| judge(file, &defined, &forms)).collect())
}

impl Defined {
    fn read(tree: &Tree) -> anyhow::Result<Defined> {
        let owned = |ids: Vec<&str>| ids.into_iter().map(str::to_owned).collect();
        let decisions = tree.paths.iter().filter_map(|path| path.strip_prefix("docs/adr/"));
        let decisions = decisions.filter_map(|name| name.split('-').next()?.parse().ok());
        Ok(Defined {
            rules: owned(rules::defined(tree.document("docs/spec/rules.md")?)),
            requirements: owned(requirements(tree.document(REQUIREMENTS)?)),
            attacks: owned(first_cells(tree.document(ATTACKS)?)),
            targets: owned(first_cells(tree.document(TARGETS)?)),
            decisions: decisions.collect(),
        })
    }
}

fn requirements(page: &str) -> Vec<&str> {
    let items = page.lines().filter_map(|line| line.strip_prefix("- **"));
    items.filter_map(|item| Some(item.split_once("** ")?.0)).collect()
}

/// Returns the first cell of each row of the page's tables.
fn first_cells(page: &str) -> Vec<&str> {
    let rows = page.lines().filter_map(|line| line.strip_prefix("| "));
    rows.filter_map(|row| Some(row.split_once(" |")?.0)).collect()
}

impl Forms {
    fn new() -> anyhow::Result<Forms> {
        let form = |text| Regex::new(text).context("a form of citation");
        let id = r"[RSWPBKCDGAJ]\d{1,2}";
        Ok(Forms {
            rule: form(r"\b(?:SAFE|LIVE)-\d+\b")?,
            requirement: form(r"\bREQ-([A-Z]\d+)\b")?,
            decision: form(r"\bADR (\d+)\b")?,
            target: form(r"\btarget (\d{1,2}[a-c]?)\b")?,
            attack: form(&format!(r"(?:^|[^\w.#-])({id})\b"))?,
            attack_in_document: form(&format!(r"(?:\b[Aa]ttacks? |\()({id})\b"))?,
        })
    }
}

fn judge(file: &File, defined: &Defined, forms: &Forms) -> Vec<String> {
    let mut problems = Vec::new();
    let mut undefined = |line: usize, id: &str, page: &str| {
        problems.push(format!("{}:{line}: {id} is not defined in {page}", file.path));
    };
    for (index, line) in file.text.lines().enumerate() {
        for found in forms.rule.find_iter(line) {
            if !defined.rules.contains(found.as_str()) {
                undefined(index + 1, found.as_str(), "docs/spec/rules.md");
            }
        }
        for found in forms.requirement.captures_iter(line) {
            if !defined.requirements.contains(&found[1]) {
                undefined(index + 1, &found[0], REQUIREMENTS);
            }
        }
    }
    let attack = if file.is_document() { &forms.attack_in_document } else { &forms.attack };
    for comment in comments::of(file) {
        for found in forms.decision.captures_iter(comment.text) {
            if !found[1].parse().is_ok_and(|number| defined.decisions.contains(&number)) {
                undefined(comment.line, &found[0], "docs/adr");
            }
        }
        for found in forms.target.captures_iter(comment.text) {
            if !defined.targets.contains(&found[1]) {
                undefined(comment.line, &found[0], TARGETS);
            }
        }
        for found in attack.captures_iter(comment.text) {
            let id = &found[1];
            let known = defined.attacks.contains(id) || defined.requirements.contains(id);
            if !known && !NO_IDS.contains(&id) {
                undefined(comment.line, id, ATTACKS);
            }
        }
    }
    problems
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(path: &str, text: &str, expect: &[&str]) {
        let owned = |ids: &[&str]| ids.iter().map(|id| (*id).to_owned()).collect();
        let defined = Defined {
            rules: owned(&["SAFE-1"]),
            requirements: owned(&["D2"]),
            attacks: owned(&["R4"]),
            decisions: BTreeSet::from([9]),
            targets: owned(&["4a"]),
        };
        let file = File { path: path.into(), text: text.into() };
        let problems = judge(&file, &defined, &Forms::new().expect("forms"));
        let named: Vec<&str> = problems.iter().filter_map(|p| p.split(": ").nth(1)).collect();
        let named: Vec<&str> =
            named.iter().filter_map(|p| p.split(" is not defined").next()).collect();
        assert_eq!(named, expect, "{text}");
    }

    #[test]
    fn sources_cite_defined_ids() {
        check("a.rs", "// SAFE-1, REQ-D2, R4, ADR 9", &[]);
        check("a.rs", "assert!(a, \"SAFE-11\");", &["SAFE-11"]);
        check("a.rs", "// (REQ-D9)", &["REQ-D9"]);
        check("a.rs", "// ADR 10", &["ADR 10"]);
        check("a.rs", "// (R99)", &["R99"]);
        check("a.rs", "// (REQ-D2, D2)", &[]);
        check("a.rs", "// an R53 record", &[]);
        check("a.rs", "let s = \"R99\";", &[]);
        check("a.rs", "// as target 4a asks", &[]);
        check("a.rs", "// as target 99 asks", &["target 99"]);
    }

    #[test]
    fn documents_cite_defined_ids() {
        check("a.md", "see attack R4 (R4)", &[]);
        check("a.md", "attack R99", &["R99"]);
        check("a.md", "(R98, R4)", &["R98"]);
        check("a.md", "a key of R99 bytes", &[]);
    }

    #[test]
    fn definitions_are_read_from_their_pages() {
        assert_eq!(requirements("- **N1** A VPC\n- **D8** *not built yet*: B\n- c"), ["N1", "D8"]);
        assert_eq!(first_cells("| attack | x |\n|---|---|\n| R1 | y |"), ["attack", "R1"]);
    }
}
