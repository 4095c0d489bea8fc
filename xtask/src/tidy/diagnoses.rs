//! Checks that every diagnosis has a section in the page for operators.

use super::tree::Tree;
use anyhow::Context;

const CODE: &str = "crates/model/src/diagnosis.rs";

pub(super) fn check(tree: &Tree) -> anyhow::Result<Vec<String>> {
    let page = tree.files.iter().find(|file| file.path.ends_with("/diagnoses.md"));
    let page = page.context("docs has no diagnoses.md")?;
    Ok(judge(tree.document(CODE)?, &page.path, &page.text))
}

fn judge(code: &str, path: &str, page: &str) -> Vec<String> {
    let list = code.split("ALL: [Diagnosis; ").nth(1).unwrap_or("");
    let list = list.split("];").next().unwrap_or("");
    let names = list.split("Diagnosis::").skip(1).filter_map(|rest| rest.split(',').next());
    let names: Vec<&str> = names.collect();
    if names.is_empty() {
        return vec![format!("{CODE}: no list of all diagnoses was found")];
    }
    let missing = names.iter().filter(|name| !page.contains(&format!("## {name}")));
    missing.map(|name| format!("{path}: no section for {name}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(page: &str, expect: usize) {
        let code = "const ALL: [Diagnosis; 2] = [Diagnosis::Healthy, Diagnosis::Silent,];";
        assert_eq!(judge(code, "docs/diagnoses.md", page).len(), expect, "{page}");
    }

    #[test]
    fn each_diagnosis_has_a_section() {
        check("## Healthy\n## Silent", 0);
        check("## Healthy", 1);
        assert_eq!(judge("", "docs/diagnoses.md", "").len(), 1);
    }
}
