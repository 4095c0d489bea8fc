//! The same suites on an independent emulator. The emulator does not model strong consistency between Regions, so each
//! suite stays in one Region; these runs check protocols, limits and conditions.

use crate::local::Scratch;
use crate::ports::{AWAY, HOME, Names, Ports, Site, region};
use crate::raw::Raw;
use crate::{SUITES, Suite};
use serde_json::json;
use std::fs::File;
use std::io::Write;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

const VARIABLE: &str = "LEEWARD_MINISTACK";
const ENGINE: &str = "aurora-postgresql";
const ENGINE_VERSION: &str = "16.13";
/// The time limit for the start of the emulator, which takes a second or two.
const START: Duration = Duration::from_secs(30);
/// The time limit of a call. It is long because a single Python process serves all suites concurrently.
const LIMIT: Duration = Duration::from_secs(20);

struct Ministack {
    child: Child,
    port: u16,
    dir: Scratch,
}

impl Drop for Ministack {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

async fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    listener.local_addr().expect("bound").port()
}

fn command(program: &Path) -> Command {
    let mut command = Command::new(program);
    let name = program.file_name().unwrap_or_default().to_string_lossy();
    if name.starts_with("python") {
        command.args(["-m", "ministack"]);
    }
    command
}

impl Ministack {
    async fn start(program: &Path) -> Ministack {
        let (dir, port) = (Scratch::new("ministack"), free_port().await);
        let log = File::create(dir.0.join("log")).expect("a log");
        let child = command(program)
            .env("BIND_HOST", "127.0.0.1")
            .env("GATEWAY_PORT", port.to_string())
            .env("SERVICES", "dynamodb,sqs,sns,rds")
            .env("LOG_LEVEL", "WARNING")
            .env("PERSIST_STATE", "0")
            .env("TMPDIR", &dir.0)
            // The emulator removes containers that look like its own; with this address it finds none.
            .env("DOCKER_HOST", "unix:///nonexistent")
            .stdin(Stdio::null())
            .stdout(log.try_clone().expect("a log"))
            .stderr(log)
            .spawn()
            .unwrap_or_else(|e| panic!("{VARIABLE}={} cannot be run: {e}", program.display()));
        let mut ministack = Ministack { child, port, dir };
        ministack.listens().await;
        ministack
    }

    async fn listens(&mut self) {
        let polls = START.as_millis() / 50;
        for _ in 0..polls {
            let exited = self.child.try_wait().expect("a child can be waited for");
            if exited.is_some() || TcpStream::connect(("127.0.0.1", self.port)).await.is_ok() {
                assert_eq!(exited, None, "ministack exited:\n{}", self.log());
                return;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("ministack does not listen:\n{}", self.log());
    }

    fn log(&self) -> String {
        std::fs::read_to_string(self.dir.0.join("log")).unwrap_or_default()
    }

    fn endpoint(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// Creates the resources of a suite, under its own names.
    async fn create_resources(&self, prefix: &str) -> Ports {
        let names = Names::of(prefix);
        for (name, first) in [(HOME, true), (AWAY, false)] {
            let raw = Raw::new(&self.endpoint(), &region(name));
            raw.create_resources(&names).await;
            if first {
                for table in [&names.ledger, &names.control, &names.sessions] {
                    create_table(&raw, table).await;
                }
                create_global_cluster(&raw, &names.cluster).await;
            }
            join_global_cluster(&raw, &names, name).await;
        }
        let site = Site { endpoint: self.endpoint(), limit: LIMIT };
        Ports::new(&site, prefix, HOME, AWAY)
    }
}

async fn create_table(raw: &Raw, name: &str) {
    let key = |name: &str, kind: &str| json!({ "AttributeName": name, "KeyType": kind });
    let text = |name: &str| json!({ "AttributeName": name, "AttributeType": "S" });
    let table = json!({
        "TableName": name,
        "KeySchema": [key("pk", "HASH"), key("sk", "RANGE")],
        "AttributeDefinitions": [text("pk"), text("sk")],
        "BillingMode": "PAY_PER_REQUEST",
    });
    raw.call("dynamodb", "DynamoDB_20120810.CreateTable", &table).await;
}

async fn create_global_cluster(raw: &Raw, id: &str) {
    let form = [
        ("Action", "CreateGlobalCluster"),
        ("Version", "2014-10-31"),
        ("GlobalClusterIdentifier", id),
        ("Engine", ENGINE),
        ("EngineVersion", ENGINE_VERSION),
    ];
    raw.submit("rds", &form).await;
}

/// Joins a Region's cluster to the global cluster; the first one to join becomes the writer.
async fn join_global_cluster(raw: &Raw, names: &Names, name: &str) {
    let member = names.member(&region(name));
    let form = [
        ("Action", "CreateDBCluster"),
        ("Version", "2014-10-31"),
        ("DBClusterIdentifier", member.as_str()),
        ("GlobalClusterIdentifier", &names.cluster),
        ("Engine", ENGINE),
        ("EngineVersion", ENGINE_VERSION),
    ];
    raw.submit("rds", &form).await;
}

async fn run(suite: &'static Suite, ports: Ports) {
    (suite.run)(&ports).await;
}

#[tokio::test]
async fn ministack_conforms() {
    let Some(program) = std::env::var_os(VARIABLE).filter(|value| !value.is_empty()) else {
        // This line bypasses the test harness, which hides the output of passing tests.
        let line = format!("SKIPPED: ministack conformance ({VARIABLE} is not set)");
        let _ = writeln!(std::io::stderr(), "{line}");
        return;
    };
    let ministack = Ministack::start(Path::new(&program)).await;
    let mut running = JoinSet::new();
    let mut names = std::collections::BTreeMap::new();
    for (n, suite) in SUITES.iter().enumerate() {
        let ports = ministack.create_resources(&format!("suite{n}")).await;
        let task = running.spawn(run(suite, ports));
        names.insert(task.id(), suite.name);
    }
    let mut failed = Vec::new();
    while let Some(ended) = running.join_next_with_id().await {
        if let Err(error) = ended {
            failed.push(names[&error.id()]);
        }
    }
    failed.sort_unstable();
    assert!(failed.is_empty(), "failed on ministack: {failed:#?}");
}
