//! Checks the first word of doc comments, and rejects pronouns that stand for processes.
//!
//! A doc comment begins with a full sentence or with a noun phrase for its item, never with a relative or prepositional
//! fragment. Processes, Regions and callers are named.

use super::comments::{self, Kind};
use super::tree::{File, Tree};

/// First words that make a doc comment a fragment.
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

pub(super) fn check(tree: &Tree) -> anyhow::Result<Vec<String>> {
    let sources = tree.sources().filter(|source| !source.is_generated());
    Ok(sources.filter(|source| source.krate().is_some()).flat_map(judge).collect())
}

fn judge(source: &File) -> Vec<String> {
    let mut problems = Vec::new();
    for comment in comments::of(source) {
        let place = format!("{}:{}", source.path, comment.line);
        let words = comment.text.split(|c: char| !c.is_alphanumeric() && c != '\'' && c != '_');
        let mut words = words.filter(|word| !word.is_empty()).peekable();
        let first = words.peek().copied().unwrap_or_default();
        if comment.kind == Kind::Doc && comment.opens && OPENINGS.contains(&first) {
            problems.push(format!("{place}: opens with {first}: begin with a sentence or a noun"));
        }
        let prose = comment.text.trim_start();
        for word in words.filter(|_| !prose.starts_with("```")) {
            if PRONOUNS.contains(&word.to_lowercase().as_str()) {
                problems.push(format!("{place}: {word}: name the process or the caller"));
            }
        }
    }
    problems
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expect: usize) {
        let source = File { path: "crates/core/src/a.rs".into(), text: text.into() };
        let problems = judge(&source);
        assert_eq!(problems.len(), expect, "{problems:?}");
    }

    #[test]
    fn fragments_and_pronouns_are_problems() {
        check("/// Returns the head.", 0);
        check("/// Of the head.\n/// What follows continues.", 1);
        check("/// Whoever comes next.", 2);
        check("// nobody is told", 1);
        check("let a = \"nobody\";", 0);
    }
}
