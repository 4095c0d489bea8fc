//! Checks the format of decision records: a numbered title, a date, then context, decision and consequences.

use super::tree::{File, Tree};

const SECTIONS: [&str; 3] = ["## Context", "## Decision", "## Consequences"];

pub(super) fn check(tree: &Tree) -> anyhow::Result<Vec<String>> {
    let records = tree.files.iter().filter(|file| file.path.starts_with("docs/adr/"));
    Ok(records.flat_map(judge).collect())
}

fn judge(record: &File) -> Vec<String> {
    let mut problems = Vec::new();
    let mut problem = |what: String| problems.push(format!("{}: {what}", record.path));
    let name = record.path.trim_start_matches("docs/adr/");
    let number: Option<u32> = name.split('-').next().and_then(|number| number.parse().ok());
    let mut lines = record.text.lines();
    let title = lines.next().unwrap_or_default();
    let titled = number.is_some_and(|number| title.starts_with(&format!("# {number}. ")));
    if !titled {
        problem("begin with `# n. Title`, with the number from the file's name".to_owned());
    }
    let date = lines.find(|line| !line.is_empty()).unwrap_or_default();
    if !date.strip_prefix("Date: ").is_some_and(is_date) {
        problem("add `Date: YYYY-MM-DD` after the title".to_owned());
    }
    let sections: Vec<&str> = record.text.lines().filter(|line| line.starts_with("## ")).collect();
    if sections != SECTIONS {
        problem(format!("expected the sections {}", SECTIONS.join(", ")));
    }
    problems
}

fn is_date(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    parts.iter().map(|part| part.len()).eq([4, 2, 2])
        && parts.iter().all(|part| part.bytes().all(|byte| byte.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expect: usize) {
        let record = File { path: "docs/adr/0007-stacks.md".into(), text: text.into() };
        let problems = judge(&record);
        assert_eq!(problems.len(), expect, "{problems:?}");
    }

    #[test]
    fn a_record_that_breaks_the_format_is_a_problem() {
        let body = "## Context\n\nA.\n\n## Decision\n\nB.\n\n## Consequences\n\nC.\n";
        check(&format!("# 7. Stacks\n\nDate: 2026-11-21\n\n{body}"), 0);
        check(&format!("# 8. Stacks\n\nDate: 2026-11-21\n\n{body}"), 1);
        check(&format!("# 7. Stacks\n\nAccepted, 2026-11.\n\n{body}"), 1);
        check("# 7. Stacks\n\nDate: 2026-11-21\n\n## Decision\n\nB.\n", 1);
    }
}
