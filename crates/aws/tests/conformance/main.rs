//! Tests that the AWS adapters keep the contracts of the ports. The suites run on the project's own cloud, which can
//! inject any fault, and on an independent emulator, which does not share the project's mistakes.
//!
//! The emulator tests run if `LEEWARD_MINISTACK` names its executable, or a Python installation that contains it.
#![cfg(all(
    feature = "dynamodb",
    feature = "events",
    feature = "inspect",
    feature = "lambda",
    feature = "s3",
    feature = "secrets",
    feature = "sns",
    feature = "sqs",
    feature = "states"
))]

mod check;
mod control;
mod database;
mod faults;
mod ledger;
mod local;
mod lost_replies;
mod ministack;
mod notices;
mod ports;
mod queue;
mod raw;
mod regions;
mod registry;
mod samples;
mod sessions;
mod strangers;

use ports::Ports;
use std::pin::Pin;

type Running<'a> = Pin<Box<dyn Future<Output = ()> + Send + 'a>>;

/// A named suite, which runs on every cloud.
struct Suite {
    name: &'static str,
    run: for<'a> fn(&'a Ports) -> Running<'a>,
}

macro_rules! suites {
    ($($file:ident { $($suite:ident,)+ })+) => {
        mod on_the_local_cloud {
            $($(
                #[tokio::test]
                async fn $suite() {
                    let cloud = crate::local::LocalCloud::start(stringify!($suite)).await;
                    crate::$file::$suite(&cloud.ports).await;
                }
            )+)+
        }

        const SUITES: &[Suite] = &[$($(
            Suite {
                name: concat!(stringify!($file), "::", stringify!($suite)),
                run: |ports| Box::pin($file::$suite(ports)),
            },
        )+)+];
    };
}

suites! {
    ledger {
        an_empty_ledger_has_head_zero,
        the_head_is_the_highest_seq,
        a_claim_keeps_its_first_content,
        an_entry_is_put_once,
        a_large_batch_is_complete,
        one_of_many_puts_is_stored,
        entries_come_in_order_by_pages,
        large_entries_make_short_pages,
        named_entries_are_those_that_exist,
        an_entry_in_a_newer_format_is_returned_unchanged,
        an_unreadable_entry_is_not_absent,
        without_a_table_the_ledger_rejects,
    }
    registry {
        registering_is_idempotent,
        a_shard_is_walked_by_pages,
        claims_are_not_accounts,
    }
    control {
        authority_is_swapped_by_version,
        one_of_many_swaps_wins,
        authority_comes_back_whole,
        observations_are_swapped_by_counter,
        an_older_epoch_never_overwrites,
        an_audit_chain_only_grows,
        an_audit_chain_is_read_whole,
        an_unreadable_item_is_not_absent,
        without_a_table_control_rejects,
    }
    sessions {
        sessions_are_swapped_by_version,
        sessions_are_deleted_by_version,
        expired_sessions_are_found,
        a_refused_delete_returns_the_session,
        without_a_table_sessions_reject,
    }
    queue {
        hints_arrive_and_are_deleted,
        a_receive_waits_for_hints,
        each_region_has_its_own_queue,
        more_than_one_batch_is_deleted,
        unreadable_messages_can_be_deleted,
        without_a_queue_hints_are_rejected,
    }
    notices {
        notices_arrive,
        long_subjects_are_cut,
        every_event_is_published,
        the_longest_events_fit,
        without_a_topic_notices_are_rejected,
    }
    database {
        the_writer_is_described,
        a_failover_moves_the_writer,
        a_switchover_moves_the_writer,
        a_member_is_taken_out_once,
        impossible_failovers_are_rejected,
    }
}
