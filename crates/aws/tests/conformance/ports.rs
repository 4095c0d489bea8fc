//! The ports that a suite tests: all ports of one Region, on resources of the suite's own.

use crate::raw::Raw;
use leeward_aws::{
    AwsConfig, DynamoControl, DynamoLedger, DynamoSessions, EventBridge, Files, Parameters,
    RdsControl, Secrets, SnsEvents, SnsNotify, SqsQueue, States,
};
use leeward_model::{AccountId, Region};
use leeward_ports::{Control, DatabaseControl, Events, Ledger, Notify, Queue, Sessions};
use std::collections::BTreeMap;
use std::time::Duration;

pub(crate) const HOME: &str = "us-east-1";
pub(crate) const AWAY: &str = "us-west-2";
pub(crate) const WITNESS: &str = "us-east-2";
/// The AWS account of the local cloud, which emulators also use by default.
const OWNER: &str = "000000000000";

pub(crate) fn region(name: &str) -> Region {
    Region::new(name).expect("a Region's name")
}

/// The names of a suite's resources, the same in each Region.
#[derive(Clone)]
pub(crate) struct Names {
    pub(crate) ledger: String,
    pub(crate) control: String,
    pub(crate) sessions: String,
    pub(crate) queue: String,
    pub(crate) notices: String,
    pub(crate) events: String,
    pub(crate) cluster: String,
}

impl Names {
    pub(crate) fn of(prefix: &str) -> Names {
        Names {
            ledger: format!("{prefix}-ledger"),
            control: format!("{prefix}-control"),
            sessions: format!("{prefix}-sessions"),
            queue: format!("{prefix}-queue"),
            notices: format!("{prefix}-notices"),
            events: format!("{prefix}-events"),
            cluster: format!("{prefix}-cluster"),
        }
    }

    /// Returns the identifier of a Region's member of the global cluster.
    pub(crate) fn member(&self, region: &Region) -> String {
        format!("{}-{region}", self.cluster)
    }
}

pub(crate) fn arn(service: &str, region: &Region, name: &str) -> String {
    format!("arn:aws:{service}:{region}:{OWNER}:{name}")
}

/// The address of the cloud and the time limit of a call.
#[derive(Clone)]
pub(crate) struct Site {
    pub(crate) endpoint: String,
    pub(crate) limit: Duration,
}

pub(crate) struct Ports {
    site: Site,
    prefix: String,
    pub(crate) names: Names,
    pub(crate) home: Region,
    pub(crate) away: Region,
    pub(crate) ledger: Box<dyn Ledger>,
    pub(crate) control: Box<dyn Control>,
    pub(crate) sessions: Box<dyn Sessions>,
    pub(crate) queue: Box<dyn Queue>,
    pub(crate) events: Box<dyn Events>,
    pub(crate) notify: Box<dyn Notify>,
    pub(crate) database: Box<dyn DatabaseControl>,
    /// The adapters of services that the local cloud does not have.
    pub(crate) elsewhere: Elsewhere,
    /// Clients of the home Region that bypass the adapters.
    pub(crate) raw: Raw,
}

pub(crate) struct Elsewhere {
    pub(crate) config: AwsConfig,
    pub(crate) machines: States,
    pub(crate) bus: EventBridge,
    pub(crate) parameters: Parameters,
    pub(crate) secrets: Secrets,
    pub(crate) files: Files,
}

impl Elsewhere {
    fn new(config: &AwsConfig, region: &Region) -> Elsewhere {
        let machine = arn("states", region, "stateMachine:runs");
        Elsewhere {
            config: config.clone(),
            machines: States::new(config, &BTreeMap::from([(region.clone(), machine)])),
            bus: EventBridge::new(config, region, "platform"),
            parameters: Parameters::new(config, region),
            secrets: Secrets::new(config, region),
            files: Files::new(config, region, "config"),
        }
    }
}

impl Ports {
    pub(crate) fn new(site: &Site, prefix: &str, home: &str, away: &str) -> Ports {
        let config = AwsConfig::local(&site.endpoint, site.limit);
        let names = Names::of(prefix);
        let (home, away) = (region(home), region(away));
        let both = |make: &dyn Fn(&Region) -> String| -> BTreeMap<Region, String> {
            [&home, &away].into_iter().map(|r| (r.clone(), make(r))).collect()
        };
        let urls = both(&|_| format!("{}/{OWNER}/{}", site.endpoint, names.queue));
        let topics = both(&|r| arn("sns", r, &names.notices));
        let members = both(&|r| arn("rds", r, &format!("cluster:{}", names.member(r))));
        Ports {
            ledger: Box::new(DynamoLedger::new(&config, &home, &names.ledger)),
            control: Box::new(DynamoControl::new(&config, &home, &names.control)),
            sessions: Box::new(DynamoSessions::new(&config, &home, &names.sessions)),
            queue: Box::new(SqsQueue::new(&config, &home, &urls)),
            events: Box::new(SnsEvents::new(&config, &home, &arn("sns", &home, &names.events))),
            notify: Box::new(SnsNotify::new(&config, &topics)),
            database: Box::new(RdsControl::new(&config, &names.cluster, &members)),
            elsewhere: Elsewhere::new(&config, &home),
            raw: Raw::new(&site.endpoint, &home),
            site: site.clone(),
            prefix: prefix.to_owned(),
            names,
            home,
            away,
        }
    }

    /// Returns the time limit of a call.
    pub(crate) fn limit(&self) -> Duration {
        self.site.limit
    }

    /// Returns the ports of the same Region on resources that do not exist.
    pub(crate) fn without_resources(&self) -> Ports {
        Ports::new(&self.site, "missing", self.home.as_str(), self.away.as_str())
    }

    /// Returns the ports of this suite's other Region.
    pub(crate) fn at_away(&self) -> Ports {
        Ports::new(&self.site, &self.prefix, self.away.as_str(), self.home.as_str())
    }
}

pub(crate) fn account(name: &str) -> AccountId {
    AccountId::new(name).expect("an account's name")
}
