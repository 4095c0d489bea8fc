//! The roles of the platform and of its environment. Each node owns its state and handles its inputs one at a time; it
//! reaches other nodes only through the queue and the cloud.
//!
//! The nodes correspond to `driver`, `service` and `aws` in production. They are shells that carry out the commands of
//! the machines of `core` and report the results back.

mod api;
mod applying;
mod auditor;
mod clients;
mod executor;
mod health;
mod health_checkers;
mod operator;
mod probe;
mod processor;
mod sentinel;
mod start;
mod state_machine;
mod sweeper;

pub(crate) use applying::Applier;
pub(crate) use clients::{ClientInput, Clients};
pub(crate) use health_checkers::HealthCheckers;
pub(crate) use operator::OPERATOR;

use crate::faults::{Act, Part};
use crate::world::{Answer, Ctx, PortReply, Purpose, Request};
use api::Api;
use health::Health;
use leeward_core::append;
use leeward_core::decide::Policy;
use leeward_model::{Region, RunKind};
use operator::Operator;
use processor::Processor;
use sentinel::SentinelNode;
use state_machine::StateMachine;

/// An input of a process.
pub(crate) enum Input {
    /// The reply to a call, or `None` if it timed out.
    Reply(Purpose, Option<PortReply>),
    Request(Box<Request>),
    /// The answer to a request that this process sent.
    Answered {
        slot: u32,
        answer: Answer,
    },
    /// The jitter of a lane's command has passed, and the command is carried out.
    LaneCommand(u16, Box<append::Command>),
    LaneTimer(u16),
    HintsDue,
    TickDue,
    ProbeTimeout(u32),
    RunTimer,
    RunCanaryTimeout(u32),
    /// The state machine service begins an execution of this run.
    Execute {
        run: String,
        kind: RunKind,
    },
    /// The state machine service has answered the start of an execution.
    ExecutionStarted,
    ReceiveDue,
    /// The duration of a transaction has passed.
    Commit(Applier),
    SweepDue(u64),
    SweepTimer,
    HealthTimeout(u32),
    Act(Act),
    RetryAct,
    LifetimeOver,
}

/// The state of a process, by its role.
pub(crate) enum Node {
    Api(Box<Api>),
    Processor(Box<Processor>),
    Sentinel(Box<SentinelNode>),
    Health(Box<Health>),
    StateMachine(Box<StateMachine>),
    Operator(Box<Operator>),
}

impl Node {
    /// Creates the state of a process at its start. `life` is the number of a sentinel's life.
    pub(crate) fn start(part: Option<Part>, policy: &Policy, region: &Region, life: u32) -> Node {
        match part {
            Some(Part::Api) => Node::Api(Box::default()),
            Some(Part::Processor) => Node::Processor(Box::default()),
            Some(Part::Sentinel) => {
                Node::Sentinel(Box::new(SentinelNode::new(policy, region, life)))
            }
            Some(Part::Health) => Node::Health(Box::default()),
            Some(Part::StateMachine) => Node::StateMachine(Box::new(StateMachine::new(region))),
            None => Node::Operator(Box::default()),
        }
    }

    pub(crate) fn handle(&mut self, ctx: &mut Ctx<'_>, input: Input) {
        match self {
            Node::Api(node) => node.handle(ctx, input),
            Node::Processor(node) => node.handle(ctx, input),
            Node::Sentinel(node) => node.handle(ctx, input),
            Node::Health(node) => node.handle(ctx, input),
            Node::StateMachine(node) => node.handle(ctx, input),
            Node::Operator(node) => node.handle(ctx, input),
        }
    }
}
