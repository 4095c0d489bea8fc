//! Applies the complete platform with `leeward deploy` and the real provider to an independent emulator, plans it again
//! after a failover and after a failback, and destroys it.
//!
//! `LEEWARD_MINISTACK` names the emulator. Without it, or without Terraform and its provider, the test reports that it
//! is skipped. It runs one profile by default; `LEEWARD_PROFILES=serverless,instances` runs both, in twice the time.

mod gaps;
mod permissions;
#[path = "../../../construct/tests/it/terraform.rs"]
mod terraform;

use leeward_aws::{AwsConfig, RdsControl};
use leeward_model::Region;
use leeward_ports::{DatabaseControl, Outcome};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

const SUFFIX: &str = "test";
/// The only AWS account of ministack.
const ACCOUNT: &str = "000000000000";
const REGIONS: [&str; 2] = ["us-east-1", "us-east-2"];

struct Ministack {
    child: Child,
    port: u16,
}

impl Drop for Ministack {
    fn drop(&mut self) {
        // The process may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Ministack {
    async fn start(program: &Path, dir: &Path) -> Ministack {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let port = listener.local_addr().expect("bound").port();
        drop(listener);
        let log = File::create(dir.join("ministack.log")).expect("a log");
        let serve = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/emulator/serve.py");
        let child = Command::new(program.with_file_name("python"))
            .arg(serve)
            .arg(port.to_string())
            .env("GATEWAY_PORT", port.to_string())
            .env("PERSIST_STATE", "0")
            .env("TMPDIR", dir)
            // The emulator removes containers that look like its own; with this address it finds none.
            .env("DOCKER_HOST", "unix:///nonexistent")
            // The emulator enforces the policies of every caller except this one and `test`, which own the account.
            .env("AUTH", "true")
            .env("AWS_ACCESS_KEY_ID", "local")
            .env("LEEWARD_CALLS", dir.join(permissions::CALLS))
            .stdin(Stdio::null())
            .stdout(log.try_clone().expect("a log"))
            .stderr(log)
            .spawn()
            .expect("ministack starts");
        let ministack = Ministack { child, port };
        let began = Instant::now();
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            assert!(began.elapsed() < Duration::from_secs(60), "ministack does not listen");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        ministack
    }

    fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// Returns the password that Terraform generated and must not store.
    fn secret(&self) -> String {
        let name = format!("database-secret-{SUFFIX}");
        let body = json!({ "SecretId": name }).to_string();
        let request = format!(
            "POST / HTTP/1.0\r\nHost: 127.0.0.1\r\nX-Amz-Target: secretsmanager.GetSecretValue\r\n\
             Content-Type: application/x-amz-json-1.1\r\nContent-Length: {}\r\n\
             Authorization: AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/secretsmanager/\
             aws4_request, SignedHeaders=host, Signature=0\r\n\r\n{body}",
            body.len()
        );
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).expect("it listens");
        stream.write_all(request.as_bytes()).expect("sent");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("answered");
        let (_, body) = answer.split_once("\r\n\r\n").expect("a body");
        let answer: Value = serde_json::from_str(body).expect("JSON");
        answer["SecretString"].as_str().expect("a secret").to_owned()
    }
}

struct Deployment<'a> {
    ministack: &'a Ministack,
    dir: &'a Path,
    plugins: PathBuf,
}

impl Deployment<'_> {
    fn command(&self, verb: &str, more: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_leeward"));
        command
            .args([verb, "--json", "--out", "out", "--blueprint", "leeward.toml"])
            .args(more)
            .current_dir(self.dir)
            .env("AWS_ENDPOINT_URL", self.ministack.url())
            .env("AWS_ACCESS_KEY_ID", "test")
            .env("AWS_SECRET_ACCESS_KEY", "test")
            .env("TERRAFORM_PLUGIN_DIR", &self.plugins)
            .env_remove("ENVIRONMENT_SUFFIX");
        command
    }

    fn leeward(&self, verb: &str, more: &[&str]) -> Value {
        let output = self.command(verb, more).output().expect("leeward runs");
        let said = String::from_utf8_lossy(&output.stdout);
        let complaints = String::from_utf8_lossy(&output.stderr);
        if !output.status.success() {
            let report: Value = serde_json::from_str(&said).unwrap_or_default();
            let stacks = report["stacks"].as_array().cloned().unwrap_or_default();
            let errors: Vec<&Value> = stacks.iter().map(|stack| &stack["errors"]).collect();
            let log = std::fs::read_to_string(self.dir.join("ministack.log")).unwrap_or_default();
            let from = log.len().saturating_sub(4_000);
            let end = log.get(from..).unwrap_or(&log);
            panic!("{verb}: {errors:?}\n{complaints}\nthe end of the emulator's log:\n{end}");
        }
        serde_json::from_str(&said).unwrap_or_else(|e| panic!("{verb}: {e}: {said}"))
    }

    /// Synthesizes the stacks, and removes the features that the emulator and the older provider lack.
    fn write(&self, package: Option<&Path>) {
        let package = package.map(|path| path.to_str().expect("a plain path"));
        self.leeward("synth", &package.map_or(vec![], |path| vec!["--package", path]));
        for stack in std::fs::read_dir(self.dir.join("out/stacks")).expect("stacks") {
            let file = stack.expect("a stack").path().join("cdk.tf.json");
            let text = std::fs::read_to_string(&file).expect("readable");
            let mut config: Value = serde_json::from_str(&text).expect("JSON");
            config["terraform"]["required_providers"]["aws"]["version"] = json!(">= 5.100.0");
            gaps::adapt(&mut config);
            std::fs::write(&file, config.to_string()).expect("written");
        }
    }

    fn assert_clean_plan(&self, when: &str) {
        let plan = self.leeward("plan", &["--as-is"]);
        for stack in plan["stacks"].as_array().expect("stacks") {
            let changes = stack["changes"].as_array().expect("changes");
            let real: Vec<&Value> = changes.iter().filter(|c| !gaps::is_artefact(c)).collect();
            assert!(real.is_empty(), "{when}: {}: {real:?}", stack["stack"]);
        }
    }

    /// Asserts that the password is in no state, no configuration and no other written file (REQ-D4).
    fn assert_no_stored_secret(&self) {
        let (secret, mut seen) = (self.ministack.secret(), 0);
        assert!(secret.len() >= 40, "the password is too short");
        let mut dirs = vec![self.dir.to_owned()];
        while let Some(dir) = dirs.pop() {
            for entry in std::fs::read_dir(dir).expect("readable") {
                let path = entry.expect("an entry").path();
                // The test skips the provider's program and the emulator's own files.
                if path.ends_with(".terraform") || path.ends_with("ministack.log") {
                    continue;
                }
                if path.is_dir() {
                    dirs.push(path);
                } else if let Ok(text) = std::fs::read(&path) {
                    seen += 1;
                    let found = text.windows(secret.len()).any(|part| part == secret.as_bytes());
                    assert!(!found, "the password is in {}", path.display());
                }
            }
        }
        assert!(seen > 10, "only {seen} files were checked");
    }

    /// Asserts that Terraform does not print the password when it shows the plan of a replacement, which contains the
    /// state.
    fn assert_no_printed_secret(&self) {
        let secret = self.ministack.secret();
        for stack in ["global", "primary"] {
            let terraform = |args: &[&str]| {
                let mut command = Command::new("terraform");
                command.current_dir(self.dir.join("out/stacks").join(stack)).args(args);
                command
                    .env_remove("TF_CLI_CONFIG_FILE")
                    .env("AWS_ENDPOINT_URL", self.ministack.url());
                command.env("AWS_ACCESS_KEY_ID", "test").env("AWS_SECRET_ACCESS_KEY", "test");
                let output = command.output().expect("terraform runs");
                assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
                String::from_utf8_lossy(&output.stdout).into_owned()
            };
            // The plan of a replacement contains every argument of the resource.
            let kind = if stack == "global" {
                "aws_secretsmanager_secret_version"
            } else {
                "aws_rds_cluster"
            };
            let listed = terraform(&["state", "list"]);
            let address = listed.lines().find(|line| line.starts_with(&format!("{kind}.")));
            let replace = format!("-replace={}", address.expect("it is in the state"));
            // What the emulator holds does not matter here, so Terraform need not ask it for every resource.
            let plan = ["plan", "-input=false", "-refresh=false", &replace, "-out=secret.plan"];
            terraform(&plan);
            let shown = terraform(&["show", "-json", "secret.plan"]);
            assert!(shown.contains("\"prior_state\""), "{stack}: the plan does not show the state");
            assert!(shown.contains("_wo_version") && !shown.contains(&secret), "{stack}");
        }
    }

    /// Interrupts a deployment, asserts that it leaves no lock, and continues it with the same command (REQ-T3).
    async fn interrupt_and_continue(&self) {
        let mut deploy = self.command("deploy", &["--as-is", "--yes"]);
        let mut child =
            deploy.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().expect("it starts");
        let lock = self.dir.join(format!(".leeward.{SUFFIX}.global.tfstate.lock.info"));
        while !lock.exists() {
            assert!(
                child.try_wait().expect("a child").is_none(),
                "the deployment ended before it took the lock"
            );
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        let pid = rustix::process::Pid::from_child(&child);
        rustix::process::kill_process(pid, rustix::process::Signal::TERM).expect("it runs");
        let ended = child.wait_with_output().expect("it ends");
        let said = String::from_utf8_lossy(&ended.stderr);
        assert_eq!(ended.status.code(), Some(2), "{said}");
        assert!(said.contains("LW-C022"), "{said}");
        assert!(!lock.exists(), "a lock is left behind");
    }

    /// Fails the database over to the other Region and back, with the adapter that runs use. The last plan is also the
    /// proof that a deployment leaves nothing to change: each plan of all stacks takes more than a minute here.
    async fn fail_over_and_back(&self, profile: &str) {
        let secondary = Region::new(REGIONS[1]).expect("a Region");
        let control = self.control();
        assert_eq!(control.failover(&secondary).await, Outcome::Done(()));
        self.wait_for_writer(&control, &secondary).await;
        self.assert_clean_plan("after a failover");
        self.fail_back(profile).await;
        self.assert_clean_plan("after failing back");
    }

    async fn fail_back(&self, profile: &str) {
        let [primary, secondary] = REGIONS.map(|name| Region::new(name).expect("a Region"));
        let control = self.control();
        self.switch_back(&control, &secondary, &primary, profile).await;
        self.wait_for_writer(&control, &primary).await;
    }

    fn control(&self) -> RdsControl {
        let region = |name: &str| Region::new(name).expect("a Region");
        let member = |name: &str| {
            let cluster = format!("{name}-cluster-{SUFFIX}");
            (region(name), format!("arn:aws:rds:{name}:{ACCOUNT}:cluster:{cluster}"))
        };
        let members: BTreeMap<Region, String> = REGIONS.map(member).into();
        let config = AwsConfig::local(&self.ministack.url(), Duration::from_secs(10));
        RdsControl::new(&config, &format!("orders-global-{SUFFIX}"), &members)
    }

    /// Moves the writer back, and retries while the emulator still rebuilds the old writer after the failover. For
    /// Aurora MySQL the emulator needs real MySQL servers in containers to switch over, so that profile fails over.
    async fn switch_back(&self, control: &RdsControl, from: &Region, to: &Region, profile: &str) {
        let mut answer = Outcome::unanswered("no call was made yet");
        for _ in 0..600 {
            answer = match profile {
                "instances" => control.failover(to).await,
                _ => control.switchover(from, to).await,
            };
            match &answer {
                Outcome::Transient(_) => {
                    tokio::time::sleep(Duration::from_millis(200)).await;
                }
                _ => break,
            }
        }
        assert_eq!(answer, Outcome::Done(()));
    }

    /// Asserts with `tests/functions/deployed.py` and boto3 that the deployed functions accept an order, lose a Region
    /// and book the order in the other one.
    fn assert_functions_work(&self, python: &Path) {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let status = Command::new(python)
            .args(["-m", "pytest", "-q", "-s", "-p", "no:cacheprovider"])
            .arg(root.join("tests/functions/deployed.py"))
            .env("LEEWARD_EMULATOR", self.ministack.url())
            .env("LEEWARD_SUFFIX", SUFFIX)
            .env("LEEWARD_BIN", env!("CARGO_BIN_EXE_leeward"))
            .env("LEEWARD_BLUEPRINT", self.dir.join("leeward.toml"))
            .status()
            .expect("python runs");
        assert!(status.success(), "the deployed functions: {status}");
    }

    async fn wait_for_writer(&self, control: &RdsControl, writer: &Region) {
        for _ in 0..600 {
            if let Outcome::Done(view) = control.describe(writer).await
                && view.writer.as_ref() == Some(writer)
                && !view.moving
            {
                return;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        panic!("{writer} does not become the writer");
    }
}

fn skipped(why: &str) {
    report(&format!("SKIPPED: {why}"));
}

/// Writes a line past the test harness, which hides the output of passing tests.
fn report(line: &str) {
    writeln!(std::io::stderr(), "{line}").expect("there is a standard error");
}

/// Reports how long each phase of a profile's test took, since this test determines how long CI takes.
struct Phases<'a> {
    profile: &'a str,
    began: Instant,
}

impl Phases<'_> {
    fn end(&mut self, phase: &str) {
        let seconds = self.began.elapsed().as_secs();
        report(&format!("emulator, {}: {phase}: {seconds} s", self.profile));
        self.began = Instant::now();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn applies_plans_moves_and_destroys() {
    let Some(program) = std::env::var_os("LEEWARD_MINISTACK").map(PathBuf::from) else {
        return skipped("LEEWARD_MINISTACK names no emulator: NOTHING was applied");
    };
    let Some(plugins) = terraform::usable() else {
        return skipped("no terraform, or no provider on disk: NOTHING was applied");
    };
    // The functions cannot run without a package, and the test cannot call them without boto3.
    let package = std::env::var_os("LEEWARD_PACKAGE").map(PathBuf::from);
    let referee = std::env::var_os("LEEWARD_BOTO3").map(PathBuf::from);
    if package.is_none() || referee.is_none() {
        skipped("LEEWARD_PACKAGE and LEEWARD_BOTO3 name no package and no Python: no function ran");
    }
    let profiles = std::env::var("LEEWARD_PROFILES").unwrap_or_else(|_| "serverless".into());
    for profile in profiles.split(',') {
        let dir = tempfile::tempdir().expect("a directory");
        let blueprint = format!(
            "suffix = \"{SUFFIX}\"\nprofile = \"{profile}\"\n[notices]\nemails = [\"desk@example.com\"]\n"
        );
        std::fs::write(dir.path().join("leeward.toml"), blueprint).expect("written");
        let ministack = Ministack::start(&program, dir.path()).await;
        let plugins = plugins.clone();
        let deployment = Deployment { ministack: &ministack, dir: dir.path(), plugins };
        let mut phases = Phases { profile, began: Instant::now() };
        deployment.write(package.as_deref());
        deployment.interrupt_and_continue().await;
        phases.end("an interrupted deployment");
        deployment.leeward("deploy", &["--as-is", "--yes"]);
        phases.end("the deployment");
        deployment.assert_no_stored_secret();
        deployment.assert_no_printed_secret();
        phases.end("the search for secrets");
        deployment.fail_over_and_back(profile).await;
        phases.end("a failover, a plan, a failback and a plan");
        if let (Some(python), "serverless") = (&referee, profile) {
            deployment.assert_functions_work(python);
            phases.end("the deployed functions");
            permissions::check(dir.path());
        }
        // REQ-D6: `destroy` works wherever the writer is.
        let secondary = Region::new(REGIONS[1]).expect("a Region");
        let control = deployment.control();
        assert_eq!(control.failover(&secondary).await, Outcome::Done(()));
        deployment.wait_for_writer(&control, &secondary).await;
        deployment.leeward("destroy", &["--as-is", "--yes"]);
        phases.end("a failover and the destruction");
    }
}

#[test]
fn the_gaps_are_documented() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let page = std::fs::read_to_string(root.join("docs/reference/ministack.md"))
        .expect("docs/reference/ministack.md");
    assert!(
        page.contains(&gaps::table()),
        "docs/reference/ministack.md should have:\n{}",
        gaps::table()
    );
}
