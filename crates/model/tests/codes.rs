//! Compares the registry of codes with the sources of the workspace and with the page that is generated from the
//! registry.

#[path = "../../../xtask/src/tidy/unit_tests.rs"]
mod unit_tests;

use leeward_model::codes::{GROUPS, find};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::path::{Path, PathBuf};
use unit_tests::start_of_tests;

/// The length of a code: `LW-`, a letter and three digits.
const CODE_LEN: usize = 7;

/// One place in a source file that names a code.
struct Site {
    code: String,
    shown: String,
    /// The fixed part of the message that follows the code; `None` if no message follows.
    message: Option<String>,
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn files_below(dir: &Path, ending: &str, out: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(dir).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            files_below(&path, ending, out);
        } else if path.extension().is_some_and(|e| e == ending) {
            out.push(path);
        }
    }
}

/// Returns each code in a text, together with the text that follows the code.
fn codes_in(text: &str) -> impl Iterator<Item = (&str, &str)> {
    text.match_indices("LW-").filter_map(|(at, _)| {
        let code = text.get(at..at + CODE_LEN)?;
        let (letter, digits) = (code.as_bytes()[3], &code.as_bytes()[4..]);
        let is_code = letter.is_ascii_uppercase() && digits.iter().all(u8::is_ascii_digit);
        is_code.then(|| (code, &text[at + CODE_LEN..]))
    })
}

/// Returns the message up to its first colon or semicolon, with each value replaced by `{}`. All messages of one code
/// share this part.
fn message(rest: &str) -> Option<String> {
    let rest = rest.strip_prefix(": ")?;
    let mut out = String::new();
    let mut chars = rest.chars();
    while let Some(c) = chars.next() {
        match c {
            '"' | ':' | ';' => break,
            '{' => {
                for _ in chars.by_ref().take_while(|c| *c != '}') {}
                out.push_str("{}");
            }
            // The string literal continues after the indentation of the next line.
            '\\' => chars = chars.as_str().trim_start().chars(),
            c => out.push(c),
        }
    }
    Some(out.trim().to_owned())
}

/// Returns the code of a file without its comments and unit tests.
fn product(text: &str) -> String {
    let at = start_of_tests(text).unwrap_or(text.len());
    let lines = text[..at].lines().filter(|line| !line.trim_start().starts_with("//"));
    lines.fold(String::new(), |all, line| all + line + "\n")
}

fn sites() -> Vec<Site> {
    let mut files = Vec::new();
    for krate in std::fs::read_dir(root().join("crates")).expect("the crates").flatten() {
        files_below(&krate.path().join("src"), "rs", &mut files);
    }
    let registry = root().join("crates/model/src/codes");
    let mut sites = Vec::new();
    for file in files.into_iter().filter(|file| !file.starts_with(&registry)) {
        let text = product(&std::fs::read_to_string(&file).expect("readable"));
        let shown = file.strip_prefix(root()).unwrap_or(&file).display().to_string();
        sites.extend(codes_in(&text).map(|(code, rest)| Site {
            code: code.to_owned(),
            shown: shown.clone(),
            message: message(rest),
        }));
    }
    sites
}

#[test]
fn every_code_in_the_sources_is_registered() {
    for site in sites() {
        assert!(find(&site.code).is_some(), "{} is not registered ({})", site.code, site.shown);
    }
}

#[test]
fn every_code_that_a_test_expects_is_registered() {
    let mut files = Vec::new();
    for krate in std::fs::read_dir(root().join("crates")).expect("the crates").flatten() {
        files_below(&krate.path().join("tests"), "rs", &mut files);
    }
    files_below(&root().join("tests"), "py", &mut files);
    let this = root().join("crates/model/tests/codes.rs");
    for file in files.into_iter().filter(|file| *file != this) {
        let text = std::fs::read_to_string(&file).expect("readable");
        for (code, _) in codes_in(&text) {
            assert!(find(code).is_some(), "{code} is not registered ({})", file.display());
        }
    }
}

#[test]
fn every_registered_code_is_used() {
    let used: BTreeSet<String> = sites().into_iter().map(|site| site.code).collect();
    for entry in GROUPS.iter().flat_map(|group| group.codes) {
        assert!(used.contains(entry.code), "{} is registered and never used", entry.code);
    }
}

#[test]
fn each_code_has_one_message() {
    let mut by_code: BTreeMap<String, BTreeMap<String, String>> = BTreeMap::new();
    for site in sites() {
        if let Some(message) = site.message {
            by_code.entry(site.code).or_default().insert(message, site.shown);
        }
    }
    for (code, messages) in by_code {
        assert!(messages.len() == 1, "{code} has several messages: {messages:#?}");
    }
}

#[test]
fn code_after_an_item_for_tests_belongs_to_the_product() {
    let check = |text: &str, expect: &str| assert_eq!(product(text), expect);
    check("a\n#[cfg(test)]\nmod tests {}\n", "a\n");
    check("a\n#[cfg(test)]\npub(crate) mod tests {}\n", "a\n");
    check("#[cfg(test)]\nuse a;\nb\n", "#[cfg(test)]\nuse a;\nb\n");
}

#[test]
fn messages_are_compared_by_their_fixed_part() {
    let check = |rest: &str, expect: Option<&str>| assert_eq!(message(rest).as_deref(), expect);
    check(": {} cannot be read; run it first\")", Some("{} cannot be read"));
    check(": {path} cannot be read: {source}\")]", Some("{} cannot be read"));
    check(": no {0} here, \\\n         nor there\"", Some("no {} here, nor there"));
    check("\", message = 1", None);
}

#[test]
fn the_registry_is_sorted_and_complete() {
    let mut last = "";
    for group in GROUPS {
        for entry in group.codes {
            let code = entry.code;
            assert!(code > last, "{code} is out of order");
            assert!(code[3..].starts_with(group.letter), "{code} is in another part's file");
            for text in [entry.cause, entry.remedy] {
                assert!(text.ends_with('.'), "{code}: not a sentence: {text}");
            }
            assert!(!entry.title.is_empty(), "{code} has no title");
            last = code;
        }
    }
}

fn page() -> String {
    let mut out = String::from(
        "# Error codes\n\n\
         Generated from `crates/model/src/codes` by `UPDATE_EXPECT=1 cargo test --release -p leeward-model --test codes`; \
         a test fails\nwhen this page and the registry differ.\n\n\
         An error message of Leeward begins with a code, and a code keeps its meaning from version to version. \
         Scripts should\ncompare the code and never the text. The HTTP API answers refusals with problem documents, \
         whose codes are listed in the\n[API reference](api.md#problems).\n\n\
         | letter | part | met at |\n|---|---|---|\n",
    );
    for group in GROUPS {
        let (name, met_at) = (group.name, group.met_at);
        let anchor = name.to_lowercase().replace(' ', "-").replace(':', "");
        writeln!(out, "| [`{}`](#{anchor}) | {name} | {met_at} |", group.letter).expect("a string");
    }
    for group in GROUPS {
        write!(out, "\n## {}\n\n", group.name).expect("a string takes it");
        out.push_str("| code | problem | cause | remedy |\n|---|---|---|---|\n");
        for entry in group.codes {
            let cells =
                [entry.title, entry.cause, entry.remedy].map(|text| text.replace('|', "\\|"));
            writeln!(out, "| `{}` | {} |", entry.code, cells.join(" | ")).expect("a string");
        }
    }
    out
}

#[test]
fn the_page_is_up_to_date() {
    expect_test::expect_file!["../../../docs/reference/error-codes.md"].assert_eq(&page());
}
