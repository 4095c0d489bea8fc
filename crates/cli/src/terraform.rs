//! Runs Terraform or OpenTofu as a child process: finds the program, runs it on one stack, and reads progress and
//! errors from the JSON lines that it prints (HashiCorp, "Machine-Readable UI").

use anyhow::{Context, bail};
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, BufReader};
use tokio::process::{Child, Command};
use tokio::signal::unix::{Signal, SignalKind, signal};

/// The program, and the directory of its plugins if it must not download them.
pub(crate) struct Terraform {
    program: PathBuf,
    plugins: Option<PathBuf>,
}

/// The result of one run on one stack.
#[derive(Debug, Default)]
pub(crate) struct Outcome {
    pub(crate) done: bool,
    pub(crate) added: u64,
    pub(crate) changed: u64,
    pub(crate) removed: u64,
    /// The planned changes: the address and the action.
    pub(crate) changes: Vec<(String, String)>,
    /// The errors as Terraform words them, each with its resource.
    pub(crate) errors: Vec<String>,
}

/// A progress event of a Terraform run.
pub(crate) enum Progress<'a> {
    Planned(u64),
    Finished(&'a str),
}

impl Terraform {
    /// Finds `--program`, or else `terraform` or `tofu` on the path. The caller writes nothing before this succeeds.
    pub(crate) fn find(named: Option<&Path>, plugins: Option<&Path>) -> anyhow::Result<Terraform> {
        let names = match named {
            Some(program) => vec![program.to_owned()],
            None => vec!["terraform".into(), "tofu".into()],
        };
        let path = std::env::var_os("PATH").unwrap_or_default();
        let place = |name: &PathBuf| {
            if name.components().count() > 1 {
                return name.is_file().then(|| name.clone());
            }
            std::env::split_paths(&path).map(|dir| dir.join(name)).find(|file| file.is_file())
        };
        // Terraform starts in each stack's own directory, so the paths must be absolute.
        let whole = |path: &Path| {
            path.canonicalize()
                .with_context(|| format!("LW-C039: {} does not exist", path.display()))
        };
        let plugins = plugins.map(whole).transpose()?;
        match names.iter().find_map(place) {
            Some(program) if program.is_relative() => {
                Ok(Terraform { program: whole(&program)?, plugins })
            }
            Some(program) => Ok(Terraform { program, plugins }),
            None => bail!(
                "LW-C020: no {} on the path; install Terraform 1.11 or later, or OpenTofu, or name one \
                 with --program",
                names.iter().map(|n| n.display().to_string()).collect::<Vec<_>>().join(" or ")
            ),
        }
    }

    /// Requires version 1.11, the first one of Terraform and of OpenTofu that keeps passwords out of the state.
    pub(crate) async fn check_version(&self) -> anyhow::Result<()> {
        let mut command = self.command(Path::new("."));
        let output = command.args(["version", "-json"]).output().await;
        let output = output.context("LW-C021: terraform cannot be started")?;
        let version_info: Value = serde_json::from_slice(&output.stdout).unwrap_or_default();
        let version = version_info["terraform_version"].as_str().unwrap_or_default();
        let mut parts = version.split('.').map(|part| part.parse::<u32>().unwrap_or(0));
        let version_of = (parts.next().unwrap_or(0), parts.next().unwrap_or(0));
        if version_of < (1, 11) {
            bail!("LW-C026: {} is {version:?}; 1.11 or later is needed", self.program.display());
        }
        Ok(())
    }

    fn command(&self, stack: &Path) -> Command {
        let mut command = Command::new(&self.program);
        command.current_dir(stack).env("CHECKPOINT_DISABLE", "1").env("TF_IN_AUTOMATION", "1");
        // If this variable names a missing file, every Terraform command fails.
        if std::env::var_os("TF_CLI_CONFIG_FILE").is_some_and(|file| !Path::new(&file).is_file()) {
            command.env_remove("TF_CLI_CONFIG_FILE");
        }
        command
    }

    /// Initializes the providers and the backend of a stack, which is quick if the providers are present.
    pub(crate) async fn init(&self, stack: &Path) -> anyhow::Result<Outcome> {
        let mut command = self.command(stack);
        command.args(["init", "-input=false", "-no-color"]);
        if let Some(plugins) = &self.plugins {
            command.arg("-plugin-dir").arg(plugins);
        }
        let output = command.output().await.context("LW-C021: terraform cannot be started")?;
        let errors = String::from_utf8_lossy(&output.stderr).trim().to_owned();
        let done = output.status.success();
        Ok(Outcome { done, errors: if done { vec![] } else { vec![errors] }, ..Outcome::default() })
    }

    /// Runs `plan`, `apply` or `destroy` and reports its progress.
    pub(crate) async fn run(
        &self,
        stack: &Path,
        arguments: &[&str],
        mut progress: impl FnMut(Progress<'_>),
    ) -> anyhow::Result<Outcome> {
        let mut command = self.command(stack);
        command.args(arguments).args(["-input=false", "-json", "-compact-warnings"]);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        // Terraform runs in its own process group, so that it receives the interrupt once, from this process. It then
        // writes the state, releases the lock and ends; a second interrupt would make it skip both steps.
        command.process_group(0);
        let mut interrupts = Interrupts::new()?;
        let mut child = command.spawn().context("LW-C021: terraform cannot be started")?;
        let stdout = child.stdout.take().context("the pipe is missing")?;
        let mut stderr = child.stderr.take().context("the pipe is missing")?;
        let complaints = tokio::spawn(async move {
            let mut text = String::new();
            stderr.read_to_string(&mut text).await.map(|_| text)
        });
        let mut lines = BufReader::new(stdout).lines();
        let mut outcome = Outcome::default();
        loop {
            tokio::select! {
                line = lines.next_line() => match line? {
                    Some(line) => read(&line, &mut outcome, &mut progress),
                    None => break,
                },
                () = interrupts.next() => interrupts.pass_on(&child),
            }
        }
        let status = child.wait().await?;
        outcome.done = status.success();
        if !outcome.done && outcome.errors.is_empty() {
            outcome.errors.push(complaints.await??.trim().to_owned());
        }
        if interrupts.seen {
            bail!(
                "LW-C022: interrupted; Terraform finished in order; run the same command again to continue"
            );
        }
        Ok(outcome)
    }
}

impl Terraform {
    /// Returns the outputs of an applied stack; null if they cannot be read.
    pub(crate) async fn outputs(&self, stack: &Path) -> Value {
        let output = self.command(stack).args(["output", "-json", "-no-color"]).output().await;
        let text = output.map(|output| output.stdout).unwrap_or_default();
        serde_json::from_slice(&text).unwrap_or_default()
    }
}

/// The signals Ctrl-C and SIGTERM; the first one that arrives is passed on to Terraform.
struct Interrupts {
    interrupt: Signal,
    terminate: Signal,
    seen: bool,
}

impl Interrupts {
    fn new() -> anyhow::Result<Interrupts> {
        let interrupt = signal(SignalKind::interrupt())?;
        Ok(Interrupts { interrupt, terminate: signal(SignalKind::terminate())?, seen: false })
    }

    async fn next(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }

    fn pass_on(&mut self, child: &Child) {
        let pid = child.id().and_then(|pid| rustix::process::Pid::from_raw(pid as i32));
        if let (Some(pid), false) = (pid, self.seen) {
            self.seen = true;
            eprintln!("interrupted: waiting for Terraform to finish the current operations");
            // If the process has already ended, there is nothing to wait for.
            let _ = rustix::process::kill_process(pid, rustix::process::Signal::INT);
        }
    }
}

fn read(line: &str, outcome: &mut Outcome, progress: &mut impl FnMut(Progress<'_>)) {
    let Ok(message) = serde_json::from_str::<Value>(line) else { return };
    match message["type"].as_str() {
        Some("change_summary") => {
            let changes = &message["changes"];
            let count = |what: &str| changes[what].as_u64().unwrap_or(0);
            (outcome.added, outcome.changed) = (count("add"), count("change"));
            outcome.removed = count("remove");
            if changes["operation"] == "plan" {
                progress(Progress::Planned(count("add") + count("change") + count("remove")));
            }
        }
        Some("planned_change") => {
            let text = |at: &str| message.pointer(at).and_then(Value::as_str).unwrap_or_default();
            let action = text("/change/action");
            if action != "noop" && action != "read" {
                let address = text("/change/resource/addr").to_owned();
                outcome.changes.push((address, action.to_owned()));
            }
        }
        Some("apply_complete") => {
            let address = message.pointer("/hook/resource/addr").and_then(Value::as_str);
            progress(Progress::Finished(address.unwrap_or_default()));
        }
        Some("diagnostic") if message["@level"] == "error" => {
            let diagnostic = &message["diagnostic"];
            let text = |field: &str| diagnostic[field].as_str().unwrap_or_default();
            let about = text("address");
            let parts = [about, text("summary"), text("detail")];
            let parts: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
            outcome.errors.push(parts.join(": "));
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changes_are_counted_and_errors_collected() {
        let mut outcome = Outcome::default();
        let mut seen = Vec::new();
        let mut progress = |progress: Progress<'_>| match progress {
            Progress::Planned(count) => seen.push(format!("{count} planned")),
            Progress::Finished(address) => seen.push(address.to_owned()),
        };
        for line in [
            "not JSON",
            r#"{"type":"change_summary","changes":{"add":2,"change":1,"remove":0,"operation":"plan"}}"#,
            r#"{"type":"planned_change","change":{"resource":{"addr":"aws_vpc.a"},"action":"create"}}"#,
            r#"{"type":"apply_complete","hook":{"resource":{"addr":"aws_vpc.a"}}}"#,
            r#"{"type":"diagnostic","@level":"warn","diagnostic":{"summary":"old"}}"#,
            r#"{"type":"diagnostic","@level":"error","diagnostic":{"summary":"no","detail":"quota"}}"#,
        ] {
            read(line, &mut outcome, &mut progress);
        }
        assert_eq!(seen, ["3 planned", "aws_vpc.a"]);
        assert_eq!(outcome.changes, [("aws_vpc.a".to_owned(), "create".to_owned())]);
        assert_eq!(
            (outcome.added, outcome.changed, outcome.errors),
            (2, 1, vec!["no: quota".into()])
        );
    }
}
