//! What `leeward status` shows: put together from what each Region says of itself and from the
//! model, so that a Region that says nothing is still described.

use crate::database::Shown;
use crate::supervisor::Supervisor;
use http::Method;
use leeward_cloud::RegionIx;
use leeward_http::Client;
use serde_json::{Value, json};
use std::time::Duration;

const PATIENCE: Duration = Duration::from_millis(400);

pub async fn status(s: &Supervisor) -> Value {
    let client = Client::plain(PATIENCE);
    let said = futures::join!(ask(s, &client, 0), ask(s, &client, 1));
    let said = [said.0, said.1];
    let freshest = said
        .iter()
        .filter_map(|r| r.status.as_ref().map(|status| &status["authority"]))
        .max_by_key(|authority| authority["version"].as_u64());
    let authority = freshest.cloned().unwrap_or(Value::Null);
    let (mode, run) = (authority["mode"].clone(), authority["run"].clone());
    let shown = futures::join!(s.databases().shown(0), s.databases().shown(1));
    let regions = [(0, shown.0), (1, shown.1)];
    let regions = regions.map(|(place, shown)| region(s, place, &said, &authority, shown));
    let sentinels = sentinels(s, &said);
    let blueprint = s.blueprint();
    let answer = s
        .engine()
        .with(|cloud, _| cloud.resolve(&blueprint.public_name).first().map(|r| r.address.clone()));
    json!({
        "active": authority["active"],
        "epoch": authority["epoch"],
        "version": authority["version"],
        "mode": mode,
        "run": run,
        "last_run": authority["marks"]["last_run"],
        "regions": regions,
        "sentinels": sentinels,
        "dns": {
            "address": s.addresses().dns().to_string(),
            "name": blueprint.public_name,
            "port": s.addresses().api(0).port(),
            "answer": answer,
            "ttl_s": s.timing().ttl_s,
        },
        "cloud": {"endpoint": format!("http://{}", s.addresses().cloud(3))},
        "tokens_file": s.layout().tokens(),
        "timing": s.timing().profile,
    })
}

struct Said {
    status: Option<Value>,
    healthy: bool,
    accepting: bool,
    traffic: bool,
}

async fn ask(s: &Supervisor, client: &Client, place: usize) -> Said {
    let base = format!("http://{}", s.addresses().api(place));
    let get = |path: &str, token: Option<&str>| {
        let url = format!("{base}{path}");
        let token = token.map(str::to_owned);
        async move { client.send(Method::GET, &url, token.as_deref(), Vec::new(), PATIENCE).await.ok() }
    };
    let (status, alive, accepting, traffic) = futures::join!(
        get("/v1/status", Some(&s.secrets().operator)),
        get("/health", None),
        get("/health/accepting", None),
        get("/health/traffic", None)
    );
    let good =
        |answer: &Option<leeward_http::Answer>| answer.as_ref().is_some_and(|a| a.status == 200);
    Said {
        healthy: good(&alive),
        accepting: good(&accepting),
        traffic: good(&traffic),
        status: status.and_then(|a| serde_json::from_slice(&a.body).ok()),
    }
}

fn region(
    s: &Supervisor,
    place: usize,
    said: &[Said; 2],
    authority: &Value,
    database: Shown,
) -> Value {
    let name = &s.region_names()[place];
    // Somebody else's view of this Region, else its own.
    let view = |from: usize| {
        let status = said[from].status.as_ref()?;
        let view = &status["observation"]["regions"][name.as_str()];
        view["diagnosis"].as_str().map(str::to_owned)
    };
    let diagnosis = view(1 - place).or_else(|| view(place));
    json!({
        "name": name,
        "role": if authority["active"] == json!(name) { "active" } else { "standby" },
        "api": format!("http://{}", s.addresses().api(place)),
        "pid": s.agents().pid(place),
        "healthy": said[place].healthy,
        "accepting": said[place].accepting,
        "traffic": said[place].traffic,
        "diagnosis": diagnosis,
        "dark": s.engine().with(|cloud, _| cloud.net().is_dark(RegionIx(place as u8))),
        "database": {
            "engine": s.databases().kind().name(),
            "role": database.role,
            "lag_ms": database.lag_ms,
            "behind": database.behind,
        },
    })
}

fn sentinels(s: &Supervisor, said: &[Said; 2]) -> Vec<Value> {
    let names = s.region_names();
    let mut out = Vec::new();
    for (place, name) in names.iter().enumerate() {
        let pid = s.agents().pid(place);
        let own = said.get(place).and_then(|r| r.status.as_ref()).map(|r| &r["observation"]);
        // The witness has no API; the others have seen its counter.
        let seen = said.iter().filter_map(|r| {
            r.status.as_ref()?["observation"]["seen"][name.as_str()]["counter"].as_u64()
        });
        let counter = own.and_then(|o| o["counter"].as_u64()).or_else(|| seen.max());
        let views = own.map_or(Value::Null, |o| o["regions"].clone());
        out.push(json!({"region": name, "pid": pid, "counter": counter, "sees": views}));
    }
    out
}
