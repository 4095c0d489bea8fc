//! The judges. They see the answers that customers receive and the items in the cloud's tables, and check the SAFE and
//! LIVE rules. They share no code with `core`, so they cannot repeat its errors.

mod audit;
mod authority;
mod book;
mod ledger;
mod observation_history;
mod orders;
mod planned;

pub(crate) use authority::AuthorityWatch;
pub(crate) use orders::Operation;
pub(crate) use planned::GroundTruth;

use crate::outcome::Violation;
use crate::scenario::Scenario;
use audit::AuditWatch;
use ledger::LedgerWatch;
use orders::OrderHistory;
use planned::PlannedWatch;

/// The violations that a judge has found.
#[derive(Debug, Default)]
pub(crate) struct Findings(Vec<Violation>);

impl Findings {
    pub(crate) fn add(&mut self, now_us: u64, rule: &'static str, what: String) {
        self.0.push(Violation { rule, at_ms: now_us / 1_000, what });
    }
}

pub(crate) struct Checkers {
    pub(crate) ledger: LedgerWatch,
    pub(crate) orders: OrderHistory,
    pub(crate) authority: AuthorityWatch,
    pub(crate) audit: AuditWatch,
    pub(crate) planned: PlannedWatch,
}

impl Checkers {
    pub(crate) fn new(scenario: &Scenario) -> Checkers {
        Checkers {
            ledger: LedgerWatch::default(),
            orders: OrderHistory::default(),
            authority: AuthorityWatch::new(&scenario.timing, scenario.shape.sentinels),
            audit: AuditWatch::default(),
            planned: PlannedWatch::default(),
        }
    }

    pub(crate) fn have_found(&self) -> bool {
        let Checkers { ledger, orders, authority, audit, planned } = self;
        let all = [
            &ledger.findings,
            &orders.findings,
            &authority.findings,
            &audit.findings,
            &planned.findings,
        ];
        all.iter().any(|findings| !findings.0.is_empty())
    }

    pub(crate) fn take(&mut self) -> Vec<Violation> {
        let Checkers { ledger, orders, authority, audit, planned } = self;
        let all = [
            &mut ledger.findings,
            &mut orders.findings,
            &mut authority.findings,
            &mut audit.findings,
            &mut planned.findings,
        ];
        all.into_iter().flat_map(|findings| std::mem::take(&mut findings.0)).collect()
    }

    /// Compares all answers with the ledger.
    pub(crate) fn conclude(&mut self, now_us: u64) {
        self.orders.compare(now_us, &self.ledger);
    }
}
