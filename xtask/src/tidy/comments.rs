//! Returns the comments of a source, line by line. This module is a scanner and not a parser: it knows only that a `//`
//! inside a string does not start a comment, which is enough for the checks that read prose.

use super::tree::File;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A comment that starts with `///` or `//!`.
    Doc,
    Plain,
}

#[derive(Debug, PartialEq, Eq)]
pub(super) struct Comment<'a> {
    /// The number of the line, counted from 1.
    pub(super) line: usize,
    pub(super) text: &'a str,
    pub(super) kind: Kind,
    /// Whether this line is the first of its block.
    pub(super) opens: bool,
}

/// Returns the comments of a Rust or Python source, or every line of a document.
pub(super) fn of(file: &File) -> Vec<Comment<'_>> {
    if file.is_rust() {
        rust(&file.text)
    } else if file.path.ends_with(".py") {
        python(&file.text)
    } else {
        let lines = file.text.lines().enumerate();
        lines.map(|(n, text)| plain(n, text)).collect()
    }
}

fn plain(index: usize, text: &str) -> Comment<'_> {
    Comment { line: index + 1, text, kind: Kind::Plain, opens: false }
}

fn rust(text: &str) -> Vec<Comment<'_>> {
    let mut out = Vec::new();
    let mut inside = None;
    for (index, line) in text.lines().enumerate() {
        let trimmed = line.trim_start();
        let doc = ["///", "//!"].into_iter().find(|mark| trimmed.starts_with(mark));
        if let Some(mark) = doc {
            let opens = inside != Some(mark);
            out.push(Comment { line: index + 1, text: &trimmed[3..], kind: Kind::Doc, opens });
        } else if let Some(at) = start(line) {
            out.push(plain(index, &line[at + 2..]));
        }
        inside = doc;
    }
    out
}

/// Returns the position at which a plain comment starts in a line of code.
fn start(line: &str) -> Option<usize> {
    line.match_indices("//").map(|(at, _)| at).find(|at| {
        let before = &line[..*at];
        let spaced = before.is_empty() || before.ends_with(char::is_whitespace);
        spaced && before.matches('"').count().is_multiple_of(2)
    })
}

fn python(text: &str) -> Vec<Comment<'_>> {
    let mut out = Vec::new();
    let mut in_docstring = false;
    for (index, line) in text.lines().enumerate() {
        let quotes = line.matches("\"\"\"").count();
        if in_docstring || quotes > 0 {
            out.push(plain(index, line));
        } else if let Some(at) = line.find('#') {
            out.push(plain(index, &line[at + 1..]));
        }
        in_docstring ^= quotes % 2 == 1;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(input: &str, expect: &[&str]) {
        let found: Vec<&str> = rust(input).into_iter().map(|comment| comment.text).collect();
        assert_eq!(found, expect, "{input}");
    }

    #[test]
    fn comments_are_found_and_strings_are_not() {
        check("//! Inner.\n/// Outer.\n// plain", &[" Inner.", " Outer.", " plain"]);
        check("let a = 1; // why", &[" why"]);
        check("let a = \"http://host\";", &[]);
        check("let a = \"// no\";", &[]);
    }

    #[test]
    fn a_block_opens_once() {
        let found = rust("/// One\n/// two\nfn a() {}\n/// Three");
        let opens: Vec<bool> = found.iter().map(|comment| comment.opens).collect();
        assert_eq!(opens, [true, false, true]);
    }
}
