//! A control table, a database and a probe in memory that lose replies on request.

use async_trait::async_trait;
use leeward_core::run::{Begin, RunSettings, begin, finished};
use leeward_driver::{Auditor, RunPorts, SystemClock, Task};
use leeward_model::readiness::Readiness;
use leeward_model::{
    AuditRecord, Authority, ChainHead, Class, DatabaseView, Observation, ProbeAnswer, ProbeReport,
    ProcessorState, Region, RunEnd, RunKind, Step,
};
use leeward_ports::{Control, DatabaseControl, Notify, Outcome, Probe, Swap};
use std::sync::{Arc, Mutex};

pub(crate) fn region(name: &str) -> Region {
    Region::new(name).expect("a name")
}

pub(crate) struct World {
    pub(crate) authority: Authority,
    pub(crate) view: DatabaseView,
    pub(crate) processor: Option<ProcessorState>,
    pub(crate) chain: Vec<AuditRecord>,
    pub(crate) notices: Vec<String>,
    pub(crate) moves: u32,
    /// The number of coming reads of the authority that get no reply.
    pub(crate) unanswered_reads: u32,
    /// The number of coming writes of the authority that take effect but get no reply.
    pub(crate) lost_swaps: u32,
    /// Whether calls that move the database take effect without a reply.
    pub(crate) lost_moves: bool,
    /// Whether the next write has no effect and no reply, while another executor completes the run.
    pub(crate) completes_instead: bool,
    pub(crate) canary: ProbeAnswer,
}

#[derive(Clone)]
pub(crate) struct Shared(pub(crate) Arc<Mutex<World>>);

pub(crate) const HOME: &str = "us-east-1";
pub(crate) const AWAY: &str = "us-east-2";

impl Shared {
    /// Returns a world in which a run of this kind has just begun.
    pub(crate) fn with(kind: RunKind) -> Shared {
        let (from, target) = (region(HOME), region(AWAY));
        let authority = begin(
            &Authority::initial(from.clone()),
            Begin {
                id: "run-1".into(),
                kind,
                from: from.clone(),
                target: target.clone(),
                class: Class::Doubtful,
                reason: "test".into(),
                automatic: None,
                by: "test".into(),
                at_ms: 0,
            },
        );
        let view = DatabaseView {
            writer: Some(from.clone()),
            members: vec![from, target.clone()],
            ..DatabaseView::default()
        };
        Shared(Arc::new(Mutex::new(World {
            authority,
            view,
            processor: None,
            chain: Vec::new(),
            notices: Vec::new(),
            moves: 0,
            unanswered_reads: 0,
            lost_swaps: 0,
            lost_moves: false,
            completes_instead: false,
            canary: ProbeAnswer::Good,
        })))
    }

    pub(crate) fn look<T>(&self, look: impl FnOnce(&mut World) -> T) -> T {
        look(&mut self.0.lock().expect("no test panics while it holds the lock"))
    }

    pub(crate) fn ports(&self) -> RunPorts {
        let (me, clock) = (Arc::new(self.clone()), Arc::new(SystemClock::start()));
        RunPorts {
            control: me.clone(),
            database: me.clone(),
            probe: me.clone(),
            notify: me.clone(),
            auditor: Arc::new(Auditor::new(me, clock.clone(), "run-test".into())),
            clock,
            regions: vec![region(HOME), region(AWAY)],
        }
    }

    /// Makes the target's processor report that it has reached every head.
    pub(crate) fn reconciled(&self) {
        self.look(|world| {
            world.processor = Some(ProcessorState {
                region: region(AWAY),
                epoch: world.authority.epoch,
                run: Some("run-1".into()),
                reconciled: true,
                accounts: 1,
                remaining: 0,
                parked: Vec::new(),
            });
        });
    }
}

pub(crate) fn settings() -> RunSettings {
    RunSettings::of(10, 1_000)
}

pub(crate) fn task(kind: RunKind, step: Step) -> Task {
    Task { run: "run-1".into(), kind, step }
}

#[async_trait]
impl Control for Shared {
    async fn authority(&self) -> Outcome<Option<Authority>> {
        self.look(|world| {
            if world.unanswered_reads > 0 {
                world.unanswered_reads -= 1;
                return Outcome::unanswered("no answer in time");
            }
            Outcome::Done(Some(world.authority.clone()))
        })
    }
    async fn swap_authority(
        &self,
        next: &Authority,
        expect: Option<u64>,
    ) -> Outcome<Swap<Authority>> {
        self.look(|world| {
            if expect != Some(world.authority.version) {
                let there = Box::new(world.authority.clone());
                return Outcome::Done(Swap::Changed(Some(there)));
            }
            if std::mem::take(&mut world.completes_instead) {
                let run = world.authority.run.take().expect("open");
                world.authority.version += 1;
                world.authority.marks.last_run = Some(finished(&run, RunEnd::Completed, None));
                return Outcome::unanswered("no answer in time");
            }
            world.authority = next.clone();
            if world.lost_swaps > 0 {
                world.lost_swaps -= 1;
                return Outcome::unanswered("the reply was lost");
            }
            Outcome::Done(Swap::Stored)
        })
    }
    async fn observations(&self) -> Outcome<Vec<Observation>> {
        Outcome::Done(Vec::new())
    }
    async fn swap_observation(
        &self,
        _: &Observation,
        _: Option<u64>,
    ) -> Outcome<Swap<Observation>> {
        Outcome::Rejected("no sentinels here".into())
    }
    async fn processor(&self, _: &Region) -> Outcome<Option<ProcessorState>> {
        Outcome::Done(self.look(|world| world.processor.clone()))
    }
    async fn put_processor(&self, _: &ProcessorState) -> Outcome<()> {
        Outcome::Rejected("no processor here".into())
    }
    async fn audit_head(&self, _: &str) -> Outcome<Option<ChainHead>> {
        Outcome::Done(self.look(|world| world.chain.last().map(AuditRecord::head)))
    }
    async fn put_audit(&self, record: &AuditRecord) -> Outcome<Swap<AuditRecord>> {
        self.look(|world| {
            let at = usize::try_from(record.seq).expect("few") - 1;
            if let Some(there) = world.chain.get(at) {
                return Outcome::Done(Swap::Changed(Some(Box::new(there.clone()))));
            }
            world.chain.push(record.clone());
            Outcome::Done(Swap::Stored)
        })
    }
    async fn audit_chain(&self, _: &str, _: u64) -> Outcome<Vec<AuditRecord>> {
        Outcome::Done(self.look(|world| world.chain.clone()))
    }
    async fn readiness(&self, _: &Region) -> Outcome<Option<Readiness>> {
        Outcome::Done(None)
    }
    async fn put_readiness(&self, _: &Readiness) -> Outcome<()> {
        Outcome::Rejected("no readiness checks here".into())
    }
}

#[async_trait]
impl DatabaseControl for Shared {
    async fn describe(&self, _: &Region) -> Outcome<DatabaseView> {
        Outcome::Done(self.look(|world| world.view.clone()))
    }
    async fn failover(&self, to: &Region) -> Outcome<()> {
        self.move_writer(to)
    }
    async fn switchover(&self, _: &Region, to: &Region) -> Outcome<()> {
        self.move_writer(to)
    }
    async fn remove(&self, _: &Region) -> Outcome<()> {
        Outcome::Rejected("no run does this".into())
    }
}

impl Shared {
    fn move_writer(&self, to: &Region) -> Outcome<()> {
        self.look(|world| {
            world.moves += 1;
            world.view.writer = Some(to.clone());
            if world.lost_moves { Outcome::unanswered("lost") } else { Outcome::Done(()) }
        })
    }
}

#[async_trait]
impl Notify for Shared {
    async fn notify(&self, _: &Region, subject: &str, message: &str) -> Outcome<()> {
        self.look(|world| world.notices.push(format!("{subject}: {message}")));
        Outcome::Done(())
    }
}

#[async_trait]
impl Probe for Shared {
    async fn probe(&self, _: &Region) -> ProbeReport {
        let good = ProbeAnswer::Good;
        ProbeReport {
            api: good.clone(),
            ledger: good.clone(),
            control: good,
            writer: None,
            resyncing: false,
            member: true,
        }
    }
    async fn canary(&self, _: &Region) -> ProbeAnswer {
        self.look(|world| world.canary.clone())
    }
}
