//! Tests of scenario files: kept files are replayed, and invalid files are rejected with a reason.

use leeward_blueprint::{Timing, TimingProfile};
use leeward_sim::{Fault, Kind, Scenario, Service, ServiceFault, Site, run};
use std::path::Path;

#[test]
fn worlds_that_once_broke_a_rule_break_none() {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("seeds");
    let mut files: Vec<_> = std::fs::read_dir(&dir)
        .expect("seeds are beside the source")
        .map(|entry| entry.expect("readable").path())
        .collect();
    files.sort();
    assert!(!files.is_empty());
    for file in files {
        let name = file.display().to_string();
        let text = std::fs::read_to_string(&file).expect("readable");
        let scenario = Scenario::parse(&text, &name).expect("a scenario");
        assert!(!scenario.note.is_empty(), "{name} does not say what it once broke");
        assert_eq!(run(&scenario, false).violations, vec![], "{name}");
    }
}

#[test]
fn a_scenario_survives_writing_and_reading() {
    for seed in 0..50 {
        let kind = if seed % 2 == 0 { Kind::Swarm } else { Kind::Loss };
        let drawn =
            Scenario::draw(seed, kind, &Timing::of(TimingProfile::Aws, &Default::default()));
        let read = Scenario::parse(&drawn.to_text(), "drawn").expect("its own text");
        assert_eq!(read, drawn, "seed {seed}");
    }
}

#[test]
fn files_that_are_not_scenarios_are_rejected_with_a_reason() {
    let drawn = Scenario::draw(1, Kind::Loss, &Timing::of(TimingProfile::Aws, &Default::default()));
    let text = drawn.to_text();
    let check = |text: &str, part: &str| {
        let error = Scenario::parse(text, "file.toml").expect_err("no scenario").to_string();
        assert!(error.contains(part) && error.contains("file.toml"), "{error}");
    };
    check("", "LW-S001");
    check("nonsense", "LW-S001");
    check(&text.replace("format = 1", "format = 7"), "LW-S002");
    check(&text.replace("seed = 1", "seed = \"one\""), "LW-S001");
    let none = format!("clients = {}", drawn.shape.clients);
    check(&text.replace(&none, "clients = 0"), "LW-S003");
    check(&format!("surprise = 1\n{text}"), "surprise");
}

#[test]
fn scenarios_beyond_the_limits_are_rejected_with_a_reason() {
    let drawn = Scenario::draw(1, Kind::Loss, &Timing::of(TimingProfile::Aws, &Default::default()));
    let check = |part: &str, change: &dyn Fn(&mut Scenario)| {
        let mut scenario = drawn.clone();
        change(&mut scenario);
        let error = Scenario::parse(&scenario.to_text(), "file.toml").expect_err(part).to_string();
        assert!(error.contains("LW-S003") && error.contains(part), "{error}");
    };
    check("tick_ms is 0", &|s| s.timing.tick_ms = 0);
    check("checkers is 0", &|s| s.timing.checkers = 0);
    check("batch_permille", &|s| s.shape.batch_permille = 1_001);
    check("wall_error_ms", &|s| s.shape.wall_error_ms = i64::MIN + 1);
    check("drift_ppm", &|s| s.shape.drift_ppm = -1);
    check("at_ms", &|s| s.faults[0].at_ms = i64::MAX as u64);
    check("for_ms", &|s| s.faults[0].for_ms = i64::MAX as u64);
    let fault = |part: &str, fault: Fault| {
        check(part, &|s| s.faults[0].fault = fault.clone());
    };
    let [primary, _, witness] = Site::ALL;
    fault("fault 1: the witness", Fault::Lag { site: witness, ms: 1 });
    fault("fault 1: the witness", Fault::OrderPath { site: witness, silent: true });
    fault("same Region", Fault::OneWay { from: primary, to: primary });
    fault("permille is 1001", Fault::Repeats { permille: 1_001 });
    fault("eyes", Fault::Observers { eyes: Vec::new(), of: primary, permille: 1 });
    let eyes = vec![primary];
    fault("the witness", Fault::Observers { eyes, of: witness, permille: 1 });
    let broken = ServiceFault { error_percent: 101, ..Default::default() };
    fault("percentage", Fault::Service { site: primary, service: Service::Rds, fault: broken });
}
