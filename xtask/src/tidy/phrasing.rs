//! The opening of doc comments, and the pronouns that stand for processes.
//!
//! A doc comment begins with a full sentence or with a noun phrase for its item, never with a relative or prepositional
//! fragment. Processes, Regions and callers are named. The crates are rewritten one by one, so
//! `xtask/fragments-allowed.txt` holds the numbers that each may still have. `TIDY_SHRINK=1 cargo xtask tidy` lowers
//! them.

use super::comments::{self, Kind};
use super::tree::{File, Tree};
use std::collections::BTreeMap;
use std::fmt::Write;

const ALLOWED: &str = "xtask/fragments-allowed.txt";
/// The most fragments and pronouns that all crates together may have; both only shrink.
const FRAGMENTS_AT_MOST: usize = 0;
const PRONOUNS_AT_MOST: usize = 0;

/// First words that make a comment a fragment.
const OPENINGS: [&str; 22] = [
    "As", "Beside", "From", "How", "Nobody", "Nor", "Of", "Somebody", "Than", "That", "Until",
    "What", "Whatever", "When", "Where", "Wherever", "Which", "Who", "Whoever", "Whom", "Whose",
    "Why",
];
const PRONOUNS: [&str; 11] = [
    "anybody",
    "everybody",
    "everyone",
    "nobody",
    "people",
    "somebody",
    "someone",
    "who",
    "whoever",
    "whom",
    "whomever",
];

#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
struct Count {
    fragments: usize,
    pronouns: usize,
}

pub(super) fn check(tree: &Tree) -> anyhow::Result<Vec<String>> {
    let mut present: BTreeMap<String, Count> = BTreeMap::new();
    let mut places: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for source in tree.sources().filter(|source| !source.is_generated()) {
        let Some(krate) = source.krate() else { continue };
        let (count, found) = judge(source);
        let total = present.entry(krate.to_owned()).or_default();
        total.fragments += count.fragments;
        total.pronouns += count.pronouns;
        places.entry(krate.to_owned()).or_default().extend(found);
    }
    present.retain(|_, count| *count != Count::default());
    let (allowed, mut problems) = read(&tree.list(ALLOWED));
    if std::env::var_os("TIDY_SHRINK").is_some() {
        std::fs::write(tree.root.join(ALLOWED), shrunk(&allowed, &present))?;
        return Ok(problems);
    }
    problems.extend(compare(&allowed, &present, &places));
    Ok(problems)
}

fn read(list: &[String]) -> (BTreeMap<String, Count>, Vec<String>) {
    let mut allowed = BTreeMap::new();
    let mut problems = Vec::new();
    for line in list {
        let parts: Vec<&str> = line.split_whitespace().collect();
        let numbers = |at: usize| parts.get(at).and_then(|number| number.parse().ok());
        match (parts.first(), numbers(1), numbers(2)) {
            (Some(krate), Some(fragments), Some(pronouns)) => {
                allowed.insert((*krate).to_owned(), Count { fragments, pronouns });
            }
            _ => {
                problems.push(format!("{ALLOWED}: expected a crate and two numbers, got {line:?}"))
            }
        }
    }
    (allowed, problems)
}

/// Returns the list with each number lowered to the present one.
fn shrunk(allowed: &BTreeMap<String, Count>, present: &BTreeMap<String, Count>) -> String {
    let mut out = String::from(
        "# Crate, doc comments that open with a fragment, pronouns for processes in comments.\n\
         # `TIDY_SHRINK=1 cargo xtask tidy` lowers the numbers; they never rise.\n",
    );
    for (krate, most) in allowed {
        let now = present.get(krate).copied().unwrap_or_default();
        let (fragments, pronouns) =
            (now.fragments.min(most.fragments), now.pronouns.min(most.pronouns));
        if fragments + pronouns > 0 {
            writeln!(out, "{krate} {fragments} {pronouns}").expect("writing to a string succeeds");
        }
    }
    out
}

fn compare(
    allowed: &BTreeMap<String, Count>,
    present: &BTreeMap<String, Count>,
    places: &BTreeMap<String, Vec<String>>,
) -> Vec<String> {
    let mut problems = Vec::new();
    let sum = |part: fn(&Count) -> usize| allowed.values().map(part).sum::<usize>();
    let totals = (sum(|count| count.fragments), sum(|count| count.pronouns));
    if totals.0 > FRAGMENTS_AT_MOST || totals.1 > PRONOUNS_AT_MOST {
        problems.push(format!(
            "{ALLOWED}: {} and {} in all, more than {FRAGMENTS_AT_MOST} and {PRONOUNS_AT_MOST}",
            totals.0, totals.1
        ));
    }
    let crates = allowed.keys().chain(present.keys().filter(|krate| !allowed.contains_key(*krate)));
    for krate in crates {
        let most = allowed.get(krate).copied().unwrap_or_default();
        let now = present.get(krate).copied().unwrap_or_default();
        if now.fragments > most.fragments || now.pronouns > most.pronouns {
            problems.push(format!(
                "{krate}: {} fragments and {} pronouns in comments, more than {} and {} in {ALLOWED}:\n  {}",
                now.fragments,
                now.pronouns,
                most.fragments,
                most.pronouns,
                places.get(krate).map(|places| places.join("\n  ")).unwrap_or_default()
            ));
        } else if now != most {
            problems.push(format!(
                "{ALLOWED}: {krate} has {} and {} now: run TIDY_SHRINK=1 cargo xtask tidy",
                now.fragments, now.pronouns
            ));
        }
    }
    problems
}

/// Counts the findings of one source and lists their places.
fn judge(source: &File) -> (Count, Vec<String>) {
    let mut count = Count::default();
    let mut places = Vec::new();
    for comment in comments::of(source) {
        let words = comment.text.split(|c: char| !c.is_alphanumeric() && c != '\'' && c != '_');
        let mut words = words.filter(|word| !word.is_empty()).peekable();
        let first = words.peek().copied().unwrap_or_default();
        if comment.kind == Kind::Doc && comment.opens && OPENINGS.contains(&first) {
            count.fragments += 1;
            places.push(format!("{}:{}: opens with {first}", source.path, comment.line));
        }
        let prose = comment.text.trim_start();
        for word in words.filter(|_| !prose.starts_with("```")) {
            if PRONOUNS.contains(&word.to_lowercase().as_str()) {
                count.pronouns += 1;
                places.push(format!("{}:{}: {word}", source.path, comment.line));
            }
        }
    }
    (count, places)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expect: (usize, usize)) {
        let source = File { path: "crates/core/src/a.rs".into(), text: text.into() };
        let (count, places) = judge(&source);
        assert_eq!((count.fragments, count.pronouns), expect, "{places:?}");
    }

    #[test]
    fn fragments_and_pronouns_are_counted() {
        check("/// Returns the head.", (0, 0));
        check("/// Of the head.\n/// What follows continues.", (1, 0));
        check("/// Whoever comes next.", (1, 1));
        check("// nobody is told", (0, 1));
        check("let a = \"nobody\";", (0, 0));
    }

    #[test]
    fn the_list_only_shrinks() {
        let counts = |fragments, pronouns| {
            BTreeMap::from([("core".to_owned(), Count { fragments, pronouns })])
        };
        let places = BTreeMap::new();
        let problems = |allowed: &BTreeMap<_, _>, present: &BTreeMap<_, _>| {
            let all = compare(allowed, present, &places);
            all.into_iter().filter(|problem| !problem.contains("in all")).count()
        };
        assert_eq!(problems(&counts(2, 3), &counts(2, 3)), 0);
        assert_eq!(problems(&counts(2, 3), &counts(3, 3)), 1);
        assert_eq!(problems(&counts(2, 3), &counts(1, 3)), 1);
        assert_eq!(problems(&BTreeMap::new(), &counts(1, 0)), 1);
        assert!(shrunk(&counts(2, 3), &counts(1, 9)).ends_with("core 1 3\n"));
        assert!(shrunk(&counts(2, 3), &BTreeMap::new()).ends_with("rise.\n"));
    }
}
