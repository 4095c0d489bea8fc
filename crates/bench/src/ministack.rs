//! Runs ministack, the third-party AWS emulator that the local cloud is compared with.

use crate::wire::WireEndpoint;
use bytes::Bytes;
use http::Request;
use http_body_util::Full;
use leeward_http::Client;
use leeward_model::Region;
use serde_json::{Value, json};
use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use tokio::net::{TcpListener, TcpStream};

/// The time within which ministack must listen.
const START_TIMEOUT: Duration = Duration::from_secs(30);
const CALL_TIMEOUT: Duration = Duration::from_secs(10);
const REGION: &str = "us-east-1";

/// The reasons why ministack cannot be measured.
#[derive(Debug, thiserror::Error)]
pub enum MinistackError {
    #[error("LW-K001: {program} cannot be run: {source}; `pip install ministack`, or --alone")]
    Run { program: PathBuf, source: std::io::Error },
    #[error("LW-K002: ministack did not listen within {START_TIMEOUT:?}; its log: {log}")]
    Silent { log: String },
    #[error("LW-K003: cannot call ministack: {0}")]
    Http(#[from] leeward_http::Error),
    #[error("LW-K004: ministack rejected {action}: {response}")]
    Rejected { action: &'static str, response: String },
    #[error("LW-K005: {0}")]
    Io(#[from] std::io::Error),
}

/// A running ministack. Dropping it ends the process.
pub(crate) struct Ministack {
    child: Child,
    port: u16,
}

impl Drop for Ministack {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Ministack {
    pub(crate) async fn start(program: &Path, dir: &Path) -> Result<Ministack, MinistackError> {
        std::fs::create_dir_all(dir)?;
        let port = TcpListener::bind("127.0.0.1:0").await?.local_addr()?.port();
        let (log_file, log) = (dir.join("log"), File::create(dir.join("log"))?);
        let child = Command::new(program)
            .env("BIND_HOST", "127.0.0.1")
            .env("GATEWAY_PORT", port.to_string())
            .env("SERVICES", "dynamodb,sqs")
            .env("LOG_LEVEL", "WARNING")
            .env("PERSIST_STATE", "0")
            .env("TMPDIR", dir)
            // ministack removes containers that look like its own, so it must not find any.
            .env("DOCKER_HOST", "unix:///nonexistent")
            .stdin(Stdio::null())
            .stdout(log.try_clone()?)
            .stderr(log)
            .spawn()
            .map_err(|source| MinistackError::Run { program: program.to_owned(), source })?;
        let mut ministack = Ministack { child, port };
        let began = Instant::now();
        while TcpStream::connect(("127.0.0.1", port)).await.is_err() {
            if began.elapsed() > START_TIMEOUT || ministack.child.try_wait()?.is_some() {
                let log = std::fs::read_to_string(log_file).unwrap_or_default();
                return Err(MinistackError::Silent { log });
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        Ok(ministack)
    }

    /// Creates a table with the key of the ledger, and a queue. Both have the given name.
    pub(crate) async fn create_resources(
        &self,
        name: &str,
    ) -> Result<WireEndpoint, MinistackError> {
        let key =
            |attribute: &str, kind: &str| json!({"AttributeName": attribute, "KeyType": kind});
        let text = |attribute: &str| json!({"AttributeName": attribute, "AttributeType": "S"});
        let table = json!({
            "TableName": name,
            "KeySchema": [key("pk", "HASH"), key("sk", "RANGE")],
            "AttributeDefinitions": [text("pk"), text("sk")],
            "BillingMode": "PAY_PER_REQUEST",
        });
        self.call("dynamodb", "DynamoDB_20120810.CreateTable", "CreateTable", &table).await?;
        let queue = json!({"QueueName": name});
        let created = self.call("sqs", "AmazonSQS.CreateQueue", "CreateQueue", &queue).await?;
        let response = created.to_string();
        let rejected = || MinistackError::Rejected { action: "CreateQueue", response };
        Ok(WireEndpoint {
            url: self.url(),
            region: Region::new(REGION).expect("a Region's name"),
            table: name.to_owned(),
            queue_url: created["QueueUrl"].as_str().ok_or_else(rejected)?.to_owned(),
        })
    }

    fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    async fn call(
        &self,
        service: &str,
        target: &str,
        action: &'static str,
        body: &Value,
    ) -> Result<Value, MinistackError> {
        let scope = format!("local/20260101/{REGION}/{service}/aws4_request");
        let request = Request::post(self.url())
            .header("content-type", "application/x-amz-json-1.0")
            .header("x-amz-target", target)
            .header(
                "authorization",
                format!("AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature=0"),
            )
            .body(Full::new(Bytes::from(body.to_string())))
            .expect("a valid request");
        let answer = Client::plain(CALL_TIMEOUT).request(request, CALL_TIMEOUT).await?;
        if answer.status != 200 {
            let response = String::from_utf8_lossy(&answer.body).into_owned();
            return Err(MinistackError::Rejected { action, response });
        }
        Ok(serde_json::from_slice(&answer.body).unwrap_or_default())
    }
}
