//! `leeward fault`

use crate::args::{Fault as Args, FaultName};
use crate::output::print_json;
use crate::remote::Remote;
use anyhow::bail;
use leeward_local::{Fault, FaultVerb, Service};

fn service(name: &str) -> anyhow::Result<Service> {
    Ok(match name {
        "dynamodb" => Service::DynamoDb,
        "sqs" => Service::Sqs,
        "rds" => Service::Rds,
        "sns" => Service::Sns,
        other => bail!("LW-F004: no service {other}; it is one of dynamodb, sqs, rds, sns"),
    })
}

fn service_fault(kind: &str, amount: u64) -> anyhow::Result<Fault> {
    let percent = || match u8::try_from(amount) {
        Ok(percent) if percent <= 100 => Ok(percent),
        _ => bail!("LW-F005: {amount} percent is more than all calls; use 0 to 100"),
    };
    let none = Fault::default();
    Ok(match kind {
        "dead" => Fault { dead: true, ..none },
        "error" => Fault { error_percent: percent()?, ..none },
        "throttle" => Fault { throttle_percent: percent()?, ..none },
        "lost-reply" => Fault { lost_reply_percent: percent()?, ..none },
        "slow" => Fault { slow_us: amount * 1_000, ..none },
        other => {
            bail!("LW-F006: no kind {other}; it is one of dead, error, throttle, lost-reply, slow")
        }
    })
}

fn verb(name: FaultName) -> anyhow::Result<FaultVerb> {
    Ok(match name {
        FaultName::Kill { region } => FaultVerb::Kill { region },
        FaultName::Restart { region } => FaultVerb::Restart { region },
        FaultName::Destroy { region } => FaultVerb::Destroy { region },
        FaultName::Pause { region } => FaultVerb::Pause { region },
        FaultName::Resume { region } => FaultVerb::Resume { region },
        FaultName::Isolate { region } => FaultVerb::Isolate { region },
        FaultName::Cut { from, to } => FaultVerb::Cut { from, to },
        FaultName::Lag { region, ms } => FaultVerb::Lag { region, ms },
        FaultName::Fail { region, service: name, kind, amount } => FaultVerb::Fail {
            region,
            service: service(&name)?,
            fault: service_fault(&kind, amount)?,
        },
        FaultName::Clear => FaultVerb::Clear,
    })
}

pub(crate) async fn run(args: Args) -> anyhow::Result<bool> {
    let verb = verb(args.verb)?;
    let Remote::Local(local) = Remote::find(&args.target)? else {
        // REQ-G4.
        bail!(
            "LW-F009: faults can be switched on only in a platform on this machine; rehearse a deployed \
             one by a switchover"
        );
    };
    let done = local.switch_fault(&verb).await?;
    if args.target.at.json {
        print_json(&done)?;
    } else {
        println!("{}", done.done);
    }
    Ok(true)
}

#[cfg(test)]
mod tests {
    use super::*;
    use expect_test::{Expect, expect};

    fn refuse(kind: &str, amount: u64, expect: &Expect) {
        let error = service_fault(kind, amount).expect_err(kind);
        expect.assert_eq(&error.to_string());
    }

    #[test]
    fn invalid_faults_are_refused() {
        refuse("error", 101, &expect!["LW-F005: 101 percent is more than all calls; use 0 to 100"]);
        refuse(
            "late",
            1,
            &expect!["LW-F006: no kind late; it is one of dead, error, throttle, lost-reply, slow"],
        );
        let error = service("s3").expect_err("no such service").to_string();
        expect!["LW-F004: no service s3; it is one of dynamodb, sqs, rds, sns"].assert_eq(&error);
        let slow = service_fault("slow", 250).expect("a delay is not a percentage");
        assert_eq!(slow, Fault { slow_us: 250_000, ..Fault::default() });
    }
}
