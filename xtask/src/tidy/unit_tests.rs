//! Finds the position at which the unit tests of a source begin. The test of the error codes in `crates/model` includes
//! this file.

/// Returns the position of the module with unit tests. Other items that exist only for tests may come earlier, and code
/// may follow them.
pub(crate) fn start_of_tests(text: &str) -> Option<usize> {
    const MARK: &str = "#[cfg(test)]\n";
    let begins = |at: &usize| {
        let rest = text[at + MARK.len()..].trim_start_matches("pub(crate) ");
        rest.starts_with("mod tests")
    };
    text.match_indices(MARK).map(|(at, _)| at).find(begins)
}
