//! The confirmation before a verb that cannot be undone.

use anyhow::bail;
use std::io::{IsTerminal, Write};

/// Asks on the terminal and fails unless the answer is `yes`.
pub(crate) fn confirm(question: &str) -> anyhow::Result<()> {
    if !std::io::stdin().is_terminal() {
        bail!("LW-C023: stdin is not a terminal; pass --yes to confirm");
    }
    eprint!("{question} Type 'yes' to continue: ");
    std::io::stderr().flush()?;
    let mut answer = String::new();
    std::io::stdin().read_line(&mut answer)?;
    if answer.trim() != "yes" {
        bail!("LW-C024: not confirmed; nothing was changed");
    }
    Ok(())
}
