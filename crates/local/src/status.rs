//! The status of a local platform. It combines the reports of the Regions with the state of the cloud model, so that it
//! also describes a Region that does not respond.

use crate::database::Shown;
use crate::supervisor::Supervisor;
use http::Method;
use leeward_api::{
    AuthorityView, CloudEndpoint, DatabaseView, DnsView, ObservationView, Open, PlatformStatus,
    RegionRole, RegionStatus, RegionView, SentinelView, TimingName,
};
use leeward_blueprint::TimingProfile;
use leeward_cloud::RegionIx;
use leeward_http::{Client, HttpResponse};
use leeward_model::{Diagnosis, Region};
use std::time::Duration;

const PATIENCE: Duration = Duration::from_millis(400);

/// The pause between checks whether a Region, or the platform, is ready. A shorter pause would take CPU time from the
/// processes that are starting.
pub(crate) const ASK_AGAIN: Duration = Duration::from_millis(20);

/// The time limit of the retry that follows if neither Region has reported within [`PATIENCE`]. A busy machine must not
/// look like a total outage.
const LAST_PATIENCE: Duration = Duration::from_secs(3);

/// Asks both Regions for their status, and retries once if neither reports.
async fn ask_both(s: &Supervisor) -> [Answers; 2] {
    let answers = ask_within(s, PATIENCE).await;
    // If no Region has a process, connections are refused, and waiting longer does not help.
    let runs = (0..2).any(|place| s.agents().pid(place).is_some());
    if answers.iter().any(|region| region.status.is_some()) || !runs {
        return answers;
    }
    ask_within(s, LAST_PATIENCE).await
}

async fn ask_within(s: &Supervisor, patience: Duration) -> [Answers; 2] {
    let client = Client::plain(patience);
    futures::join!(ask(s, &client, patience, 0), ask(s, &client, patience, 1)).into()
}

/// Returns the reasons why the platform is not ready, one sentence each. The list is empty once every Region has read
/// the authority and accepts orders, and the active Region takes traffic.
pub(crate) async fn missing(s: &Supervisor) -> Vec<String> {
    let answers = ask_both(s).await;
    let mut missing = Vec::new();
    for (place, answer) in answers.iter().enumerate() {
        let name = region_at(s, place);
        let Some(status) = &answer.status else {
            missing.push(format!("{name} does not report its status"));
            continue;
        };
        match &status.authority {
            None => missing.push(format!("{name} has not read the authority yet")),
            Some(_) if !answer.accepting => {
                missing.push(format!("{name} does not accept orders yet"))
            }
            Some(authority) if authority.active == name && !answer.traffic => {
                missing.push(format!("{name} is active and does not take traffic yet"));
            }
            Some(_) => {}
        }
    }
    missing
}

pub async fn status(s: &Supervisor) -> PlatformStatus {
    let answers = ask_both(s).await;
    let authority = newest_authority(&answers);
    let shown = futures::join!(s.databases().shown(0), s.databases().shown(1));
    let regions = [(0, shown.0), (1, shown.1)];
    let regions =
        regions.map(|(place, database)| describe_region(s, place, &answers, authority, database));
    PlatformStatus {
        status: None,
        active: authority.map(|a| a.active.clone()),
        epoch: authority.map(|a| a.epoch),
        version: authority.map(|a| a.version),
        mode: authority.map(|a| a.mode.clone()),
        run: authority.and_then(|a| a.run.clone()),
        last_run: authority.and_then(|a| a.marks.last_run.clone()),
        regions: regions.to_vec(),
        sentinels: Some(describe_sentinels(s, &answers)),
        dns: Some(describe_dns(s)),
        cloud: Some(CloudEndpoint { endpoint: format!("http://{}", s.addresses().cloud(3)) }),
        tokens_file: Some(s.layout().tokens().display().to_string()),
        timing: Some(Open::Known(match s.timing().profile {
            TimingProfile::Local => TimingName::Local,
            TimingProfile::Aws => TimingName::Aws,
        })),
    }
}

/// The responses of one Region to the requests for its status and its health.
struct Answers {
    status: Option<RegionStatus>,
    healthy: bool,
    accepting: bool,
    traffic: bool,
}

/// Waits until the Region's API accepts orders.
pub(crate) async fn wait_accepting(s: &Supervisor, place: usize) {
    let client = Client::plain(PATIENCE);
    let url = format!("http://{}/health/accepting", s.addresses().api(place));
    loop {
        let answer = client.send(Method::GET, &url, None, Vec::new(), PATIENCE).await;
        if answer.is_ok_and(|answer| answer.status == 200) {
            return;
        }
        tokio::time::sleep(ASK_AGAIN).await;
    }
}

impl Answers {
    fn observation(&self) -> Option<&ObservationView> {
        self.status.as_ref()?.observation.as_ref()
    }
}

async fn ask(s: &Supervisor, client: &Client, patience: Duration, place: usize) -> Answers {
    let base = format!("http://{}", s.addresses().api(place));
    let get = |path: &str, token: Option<&str>| {
        let url = format!("{base}{path}");
        let token = token.map(str::to_owned);
        async move { client.send(Method::GET, &url, token.as_deref(), Vec::new(), patience).await.ok() }
    };
    let (status, alive, accepting, traffic) = futures::join!(
        get("/v1/status", Some(&s.secrets().operator)),
        get("/health", None),
        get("/health/accepting", None),
        get("/health/traffic", None)
    );
    let good = |answer: &Option<HttpResponse>| answer.as_ref().is_some_and(|a| a.status == 200);
    Answers {
        healthy: good(&alive),
        accepting: good(&accepting),
        traffic: good(&traffic),
        status: status.and_then(|answer| serde_json::from_slice(&answer.body).ok()),
    }
}

fn newest_authority(answers: &[Answers; 2]) -> Option<&AuthorityView> {
    let known = answers.iter().filter_map(|answer| answer.status.as_ref()?.authority.as_ref());
    known.max_by_key(|authority| authority.version)
}

fn region_at(s: &Supervisor, place: usize) -> Region {
    let regions = &s.blueprint().regions;
    [&regions.primary, &regions.secondary, &regions.witness][place].clone()
}

/// Returns the other Region's diagnosis of this Region, or this Region's own if there is none.
fn diagnosis(answers: &[Answers; 2], place: usize, name: &Region) -> Option<Open<Diagnosis>> {
    let seen_from =
        |from: usize| Some(answers[from].observation()?.regions.get(name)?.diagnosis.clone());
    seen_from(1 - place).or_else(|| seen_from(place))
}

fn describe_region(
    s: &Supervisor,
    place: usize,
    answers: &[Answers; 2],
    authority: Option<&AuthorityView>,
    database: Shown,
) -> RegionView {
    let name = region_at(s, place);
    let is_active = authority.is_some_and(|authority| authority.active == name);
    let role = if is_active { RegionRole::Active } else { RegionRole::Standby };
    RegionView {
        role: role.into(),
        api: Some(format!("http://{}", s.addresses().api(place))),
        pid: s.agents().pid(place),
        healthy: answers[place].healthy,
        accepting: answers[place].accepting,
        traffic: answers[place].traffic,
        diagnosis: diagnosis(answers, place, &name),
        dark: Some(s.engine().with(|cloud, _| cloud.net().is_dark(RegionIx(place as u8)))),
        database: DatabaseView {
            engine: Some(s.databases().kind().engine().into()),
            role: Some(database.role.into()),
            lag_ms: Some(database.lag_ms),
            behind: Some(database.behind),
        },
        name,
    }
}

fn describe_sentinels(s: &Supervisor, answers: &[Answers; 2]) -> Vec<SentinelView> {
    let describe = |place: usize| {
        let region = region_at(s, place);
        let own = answers.get(place).and_then(Answers::observation);
        // The witness has no API, so its counter comes from the other sentinels, which have read it.
        let seen = answers.iter().filter_map(|a| Some(a.observation()?.seen.get(&region)?.counter));
        SentinelView {
            pid: s.agents().pid(place),
            counter: own.map(|observation| observation.counter).or_else(|| seen.max()),
            sees: own.map(|observation| observation.regions.clone()),
            region,
        }
    };
    (0..3).map(describe).collect()
}

fn describe_dns(s: &Supervisor) -> DnsView {
    let name = s.blueprint().public_name.clone();
    let answer =
        s.engine().with(|cloud, _| cloud.resolve(&name).first().map(|r| r.address.clone()));
    DnsView {
        address: s.addresses().dns().to_string(),
        name,
        port: s.addresses().api(0).port(),
        answer,
        ttl_s: s.timing().ttl_s,
    }
}
