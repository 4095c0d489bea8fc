//! A platform in its own directory, and customers that use it.

use bytes::Bytes;
use http::Request;
use http_body_util::Full;
use leeward_api::{
    Accepted, AccountView, DatabaseRole, FinishedRunView, OrderStatus, OrderView, PlatformStatus,
    RegionView, UpReport,
};
use leeward_http::{Client, Error, HttpResponse};
use leeward_model::Diagnosis;
use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::sync::{Mutex, MutexGuard};
use std::time::{Duration, Instant};

pub(crate) const A: &str = "us-east-1";
pub(crate) const B: &str = "us-east-2";
pub(crate) const W: &str = "us-west-2";

const BLUEPRINT: &str = "leeward.toml";

/// Reports that a test is skipped. CI counts these lines, so they bypass the test harness, which hides the output of
/// passing tests.
pub(crate) fn skipped(why: &str) {
    let line = format!("SKIPPED: {why}");
    writeln!(std::io::stderr(), "{line}").expect("there is a standard error");
}

/// The API's response to an order.
#[derive(Debug)]
pub(crate) struct Told {
    accepted: Option<Accepted>,
    text: String,
}

impl Told {
    fn new(text: String) -> Told {
        Told { accepted: serde_json::from_str(&text).ok(), text }
    }

    /// Returns the document of an order that was accepted.
    pub(crate) fn accepted(&self) -> &Accepted {
        self.accepted.as_ref().unwrap_or_else(|| panic!("not accepted: {self}"))
    }

    /// Returns the position of the order in the ledger; `None` if it was not accepted.
    pub(crate) fn position(&self) -> Option<(u64, u32)> {
        self.accepted.as_ref().map(|accepted| (accepted.seq.0, accepted.index))
    }
}

impl std::fmt::Display for Told {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.text)
    }
}

/// Returns the active Region and its epoch; an empty name and 0 if the status does not know them.
pub(crate) fn active(status: &PlatformStatus) -> (&str, u64) {
    let name = status.active.as_ref().map_or("", |active| active.as_str());
    (name, status.epoch.map_or(0, |epoch| epoch.0))
}

pub(crate) fn last_run(status: &PlatformStatus) -> &FinishedRunView {
    status.last_run.as_ref().expect("a run has ended")
}

pub(crate) fn region<'a>(status: &'a PlatformStatus, name: &str) -> &'a RegionView {
    status.region(name).expect("the Region is described")
}

pub(crate) fn accepts(status: &PlatformStatus, name: &str) -> bool {
    status.region(name).is_some_and(|region| region.accepting)
}

pub(crate) fn has_role(status: &PlatformStatus, name: &str, role: DatabaseRole) -> bool {
    status.region(name).is_some_and(|region| region.database.role == Some(role.into()))
}

pub(crate) fn is_healthy(status: &PlatformStatus, name: &str) -> bool {
    let healthy = Some(Diagnosis::Healthy.into());
    status.region(name).is_some_and(|region| region.diagnosis == healthy)
}

static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());

pub(crate) fn leeward(args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_leeward"));
    command.args(args).stdin(Stdio::null());
    command
}

pub(crate) struct Platform {
    pub(crate) dir: tempfile::TempDir,
    pub(crate) apis: [String; 2],
    pub(crate) client: Client,
    pub(crate) trader: String,
    child: Child,
    _turn: MutexGuard<'static, ()>,
}

impl Platform {
    pub(crate) fn up() -> Platform {
        Platform::up_with(&[])
    }

    /// Starts a platform whose processes have these variables in their environment.
    pub(crate) fn up_with(variables: &[(&str, &str)]) -> Platform {
        let turn = ONE_AT_A_TIME.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        let dir = tempfile::tempdir().expect("a temporary directory");
        // Automatic failback is off, except in the tests that cover it.
        std::fs::write(dir.path().join(BLUEPRINT), "[timing]\nfailback_ticks = 0\n")
            .expect("written");
        Platform::up_in(dir, variables, &[], turn)
    }

    /// Starts a platform on a pair of PostgreSQL servers; PostgreSQL must be installed.
    pub(crate) fn up_on_postgres() -> Platform {
        let turn = ONE_AT_A_TIME.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        let dir = tempfile::tempdir().expect("a temporary directory");
        std::fs::write(dir.path().join(BLUEPRINT), "[timing]\nfailback_ticks = 0\n")
            .expect("written");
        Platform::up_in(dir, &[], &["--database", "postgres"], turn)
    }

    /// Starts a platform with this blueprint.
    pub(crate) fn up_as(blueprint: &str) -> Platform {
        let turn = ONE_AT_A_TIME.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        let dir = tempfile::tempdir().expect("a temporary directory");
        std::fs::write(dir.path().join(BLUEPRINT), blueprint).expect("written");
        Platform::up_in(dir, &[], &[], turn)
    }

    fn up_in(
        dir: tempfile::TempDir,
        variables: &[(&str, &str)],
        more: &[&str],
        turn: MutexGuard<'static, ()>,
    ) -> Platform {
        let (child, ready) = start(dir.path(), variables, more);
        let tokens = std::fs::read_to_string(dir.path().join("tokens.json")).expect("tokens");
        let tokens: Value = serde_json::from_str(&tokens).expect("JSON");
        let api = |n: usize| format!("http://{}", ready.apis[n]);
        Platform {
            apis: [api(0), api(1)],
            client: Client::plain(Duration::from_secs(1)),
            trader: tokens["trader"].as_str().expect("a token").to_owned(),
            dir,
            child,
            _turn: turn,
        }
    }

    /// Kills the supervisor, which then does not stop its agents.
    pub(crate) fn kill_supervisor(&mut self) {
        self.child.kill().expect("killed");
        let _ = self.child.wait();
    }

    pub(crate) fn up_again(&mut self) {
        let (child, ready) = start(self.dir.path(), &[], &[]);
        self.child = child;
        for n in 0..2 {
            self.apis[n] = format!("http://{}", ready.apis[n]);
        }
    }

    pub(crate) fn run(&self, args: &[&str]) -> Output {
        let dir = self.dir.path().to_str().expect("UTF-8");
        leeward(args).args(["--dir", dir]).output().expect("the binary runs")
    }

    /// Runs a verb that must succeed. If it fails, the panic message contains its output, with the run that it printed.
    pub(crate) fn run_ok(&self, args: &[&str]) {
        let out = self.run(args);
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let (stdout, stderr) = (text(&out.stdout), text(&out.stderr));
        assert!(out.status.success(), "{args:?} failed: {stderr}\n{stdout}");
    }

    pub(crate) fn fault(&self, verb: &[&str]) {
        let dir = self.dir.path().to_str().expect("UTF-8").to_owned();
        let out = leeward(&["fault", "--dir", &dir]).args(verb).output().expect("the binary runs");
        assert!(out.status.success(), "{verb:?}: {}", String::from_utf8_lossy(&out.stderr));
    }

    /// Returns the status, or an empty one while the platform does not respond.
    pub(crate) fn status(&self) -> PlatformStatus {
        let out = self.run(&["status", "--json"]);
        serde_json::from_slice(&out.stdout).unwrap_or_default()
    }

    /// Polls until `holds` returns true, and panics with `what` after the time limit.
    pub(crate) fn wait(
        &self,
        what: &str,
        limit_s: u64,
        holds: impl Fn(&PlatformStatus) -> bool,
    ) -> PlatformStatus {
        let deadline = Instant::now() + Duration::from_secs(limit_s);
        loop {
            let status = self.status();
            if holds(&status) {
                return status;
            }
            assert!(Instant::now() < deadline, "timed out waiting for {what}; status: {status:#?}");
            std::thread::park_timeout(Duration::from_millis(100));
        }
    }

    pub(crate) fn wait_active(&self, region: &str) -> PlatformStatus {
        self.wait(&format!("{region} active without an open run"), 30, |s| {
            active(s).0 == region && s.run.is_none()
        })
    }

    pub(crate) async fn post(
        &self,
        region: usize,
        path: &str,
        body: &Value,
    ) -> Result<HttpResponse, Error> {
        let url = format!("{}{path}", self.apis[region]);
        let body = body.to_string().into_bytes();
        let limit = Duration::from_secs(6);
        self.client.send(http::Method::POST, &url, Some(&self.trader), body, limit).await
    }

    pub(crate) async fn get(&self, region: usize, path: &str) -> HttpResponse {
        let url = format!("{}{path}", self.apis[region]);
        let limit = Duration::from_secs(6);
        let sent = self.client.send(http::Method::GET, &url, Some(&self.trader), vec![], limit);
        sent.await.expect("an answer")
    }

    pub(crate) async fn order(&self, region: usize, account: &str, id: &str) -> (u16, Told) {
        match self.post(region, "/v1/orders", &order(account, id)).await {
            Ok(answer) => {
                (answer.status, Told::new(String::from_utf8_lossy(&answer.body).into_owned()))
            }
            Err(error) => (0, Told::new(error.to_string())),
        }
    }

    /// Submits an order until its outcome is known, as a customer does: after an unknown outcome, the same id goes to
    /// the other Region. Panics on any definite response other than acceptance.
    pub(crate) async fn accepted(&self, region: usize, account: &str, id: &str) {
        let deadline = Instant::now() + Duration::from_secs(30);
        let mut region = region;
        let mut unknown = false;
        loop {
            let (status, told) = self.order(region, account, id).await;
            match status {
                202 => return,
                // An earlier attempt took effect.
                200 if unknown => return,
                503 if Instant::now() < deadline => (unknown, region) = (true, 1 - region),
                _ => panic!("{id}: {status} {told}"),
            }
        }
    }

    pub(crate) async fn account(&self, region: usize, account: &str) -> AccountView {
        let answer = self.get(region, &format!("/v1/accounts/{account}")).await;
        serde_json::from_slice(&answer.body).expect("an account")
    }

    /// Moves the writer as an operator could in the console, past the platform.
    pub(crate) async fn move_writer_by_hand(&self, to: &str) {
        let cloud = self.status().cloud.expect("a local platform has a cloud");
        let cluster = "orders-global-local";
        let target = format!("arn:aws:rds:{to}:000000000000:cluster:{cluster}-{to}");
        let form = format!(
            "Action=FailoverGlobalCluster&Version=2014-10-31&GlobalClusterIdentifier={cluster}\
             &TargetDbClusterIdentifier={target}&AllowDataLoss=true"
        );
        let scope = format!("local/20260101/{to}/rds/aws4_request");
        let request = Request::post(cloud.endpoint)
            .header("content-type", "application/x-www-form-urlencoded")
            .header(
                "authorization",
                format!("AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature=0"),
            )
            .body(Full::new(Bytes::from(form.replace(':', "%3A"))))
            .expect("a request");
        let answer = self.client.request(request, Duration::from_secs(5)).await.expect("an answer");
        assert_eq!(answer.status, 200, "{:?}", answer.body);
    }

    /// Waits until the order is booked in the Region's own projection.
    pub(crate) async fn wait_booked(&self, region: usize, account: &str, id: &str) -> OrderView {
        let deadline = Instant::now() + Duration::from_secs(20);
        loop {
            let answer = self.get(region, &format!("/v1/accounts/{account}/orders/{id}")).await;
            let view: Option<OrderView> = serde_json::from_slice(&answer.body).ok();
            if let Some(view) = view.filter(|view| view.first.status == OrderStatus::Booked) {
                return view;
            }
            assert!(Instant::now() < deadline, "{account}/{id} is not booked: {:?}", answer.body);
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }
}

impl Drop for Platform {
    fn drop(&mut self) {
        let _ = self.run(&["fault", "clear"]);
        let _ = self.run(&["down"]);
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn start(dir: &Path, variables: &[(&str, &str)], more: &[&str]) -> (Child, UpReport) {
    let blueprint = Some(dir.join(BLUEPRINT)).filter(|file| file.exists());
    let mut child = leeward(&["up", "--json", "--port", "0", "--dir"])
        .arg(dir)
        .args(more)
        .args(blueprint.iter().flat_map(|file| [Path::new("--blueprint"), file]))
        .envs(variables.iter().copied())
        .stdout(Stdio::piped())
        .stderr(Stdio::inherit())
        .spawn()
        .expect("the binary runs");
    let mut line = String::new();
    let stdout = child.stdout.take().expect("piped");
    BufReader::new(stdout).read_line(&mut line).expect("a line");
    let ready: UpReport = serde_json::from_str(&line).expect("one JSON document");
    assert!(ready.ready, "{ready:?}");
    (child, ready)
}

pub(crate) fn order(account: &str, id: &str) -> Value {
    json!({"client_order_id": id, "account": account, "symbol": "ACME", "side": "buy",
        "type": "limit", "quantity": "2", "limit_price": "10.5"})
}

pub(crate) fn body(answer: &HttpResponse) -> Value {
    serde_json::from_slice(&answer.body).unwrap_or(Value::Null)
}

/// Returns the process ids of the agents that run on this directory.
pub(crate) fn processes_on(dir: &Path) -> Vec<u32> {
    let wanted = dir.to_str().expect("UTF-8");
    let mut found = Vec::new();
    for entry in std::fs::read_dir("/proc").expect("procfs").flatten() {
        let Ok(pid) = entry.file_name().to_string_lossy().parse::<u32>() else { continue };
        let line = std::fs::read(entry.path().join("cmdline")).unwrap_or_default();
        let line = String::from_utf8_lossy(&line).replace('\0', " ");
        if line.contains(wanted) && line.contains(" agent ") {
            found.push(pid);
        }
    }
    found
}
