//! The app, which holds the stacks of a program and writes them.

use crate::error::{EnvironmentError, SynthError};
use crate::scope::{Contents, Stack, StackInner};
use crate::synth::{SynthSettings, Synthesis, synthesize};
use serde_json::{Map, Value};
use std::cell::RefCell;
use std::path::{Path, PathBuf};
use std::rc::Rc;

/// The version of CDKTF's output layout, in which the stacks are written.
pub const LAYOUT_VERSION: &str = "0.21.0";

/// The root of a program.
#[derive(Debug)]
pub struct App {
    out: PathBuf,
    context: Map<String, Value>,
    settings: SynthSettings,
    stacks: RefCell<Vec<Rc<StackInner>>>,
}

impl App {
    /// Returns an app that writes into this directory.
    pub fn new(out: impl Into<PathBuf>) -> App {
        App {
            out: out.into(),
            context: Map::new(),
            settings: SynthSettings::default(),
            stacks: RefCell::default(),
        }
    }

    /// Returns an app configured by the variables that CDKTF's command-line tools set: `CDKTF_OUTDIR` is the
    /// directory to write to (`cdktf.out` when unset), and `CDKTF_CONTEXT_JSON` is the context.
    pub fn from_environment() -> Result<App, EnvironmentError> {
        App::from_variables(|name| std::env::var(name).ok())
    }

    /// Works like [`App::from_environment`], but takes the variables from a function.
    pub fn from_variables(
        variable: impl Fn(&str) -> Option<String>,
    ) -> Result<App, EnvironmentError> {
        let set = |name| variable(name).filter(|value| !value.is_empty());
        let mut app = App::new(set("CDKTF_OUTDIR").unwrap_or_else(|| "cdktf.out".to_owned()));
        if let Some(text) = set("CDKTF_CONTEXT_JSON") {
            app.context = serde_json::from_str(&text).map_err(EnvironmentError::Context)?;
        }
        Ok(app)
    }

    /// Sets the constraint on the version of the AWS provider.
    pub fn aws_version(mut self, constraint: impl Into<String>) -> App {
        self.settings.aws_version = constraint.into();
        self
    }

    /// Sets the constraint on the version of Terraform.
    pub fn terraform_version(mut self, constraint: impl Into<String>) -> App {
        self.settings.terraform_version = Some(constraint.into());
        self
    }

    /// Sets the directory of state files, relative to the directory of a stack. By default the state files are beside
    /// the output directory.
    pub fn state_directory(mut self, directory: impl Into<String>) -> App {
        self.settings.state_directory = directory.into();
        self
    }

    /// Returns a value of the context that the program was started with.
    pub fn context(&self, key: &str) -> Option<&Value> {
        self.context.get(key)
    }

    /// Returns the directory that the app writes to.
    pub fn out(&self) -> &Path {
        &self.out
    }

    /// Adds a stack. Its name becomes the name of a directory and may contain letters, digits, `-` and `_`. The
    /// function panics if the name is invalid or already taken, because that is a mistake in the program.
    #[track_caller]
    pub fn stack(&self, name: &str) -> Stack {
        let fits = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
        assert!(!name.is_empty() && name.chars().all(fits), "{name:?} cannot name a stack");
        let mut stacks = self.stacks.borrow_mut();
        let taken = stacks.iter().any(|stack| &*stack.name == name);
        assert!(!taken, "the app has a stack {name} already");
        let contents = RefCell::new(Contents::default());
        let inner = Rc::new(StackInner { name: name.into(), contents });
        stacks.push(inner.clone());
        Stack::new(inner)
    }

    /// Synthesizes all stacks in memory.
    pub fn synthesize(&self) -> Result<Synthesis, SynthError> {
        synthesize(&self.stacks.borrow(), &self.settings)
    }

    /// Synthesizes all stacks and writes them.
    pub fn write(&self) -> Result<Synthesis, SynthError> {
        let synthesis = self.synthesize()?;
        synthesis.write(&self.out)?;
        Ok(synthesis)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(outdir: Option<&str>, context: Option<&str>, expect: Result<&str, &str>) {
        let app = App::from_variables(|name| {
            let value = if name == "CDKTF_OUTDIR" { outdir } else { context };
            value.map(str::to_owned)
        });
        match (app, expect) {
            (Ok(app), Ok(out)) => assert_eq!(app.out(), Path::new(out)),
            (Err(error), Err(message)) => assert_eq!(error.to_string(), message),
            (app, _) => panic!("{app:?} is not {expect:?}"),
        }
    }

    #[test]
    fn variables_of_the_environment() {
        check(None, None, Ok("cdktf.out"));
        check(Some(""), Some(""), Ok("cdktf.out"));
        check(Some("/tmp/x"), Some(r#"{"a":1}"#), Ok("/tmp/x"));
        check(None, Some("[]"), Err("CDKTF_CONTEXT_JSON is not a JSON object"));
    }

    #[test]
    #[should_panic(expected = "the app has a stack one already")]
    fn a_second_stack_of_the_same_name() {
        let app = App::new("out");
        app.stack("one");
        app.stack("one");
    }
}
