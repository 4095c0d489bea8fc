//! Scenario files: what is kept is replayed, and what cannot be is said.

use leeward_blueprint::{Profile, Timing};
use leeward_sim::{Fault, Kind, Scenario, Service, ServiceFault, Site, run};
use std::path::Path;

#[test]
fn every_world_that_ever_broke_a_rule_breaks_none() {
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
fn a_scenario_is_its_text() {
    for seed in 0..50 {
        let kind = if seed % 2 == 0 { Kind::Swarm } else { Kind::Loss };
        let drawn = Scenario::draw(seed, kind, &Timing::of(Profile::Aws, &Default::default()));
        let read = Scenario::parse(&drawn.to_text(), "drawn").expect("its own text");
        assert_eq!(read, drawn, "seed {seed}");
    }
}

#[test]
fn what_is_no_scenario_is_refused_in_words() {
    let drawn = Scenario::draw(1, Kind::Loss, &Timing::of(Profile::Aws, &Default::default()));
    let text = drawn.to_text();
    let check = |text: &str, says: &str| {
        let error = Scenario::parse(text, "file.toml").expect_err("no scenario").to_string();
        assert!(error.contains(says) && error.contains("file.toml"), "{error}");
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
fn what_no_world_can_be_is_refused_in_words() {
    let drawn = Scenario::draw(1, Kind::Loss, &Timing::of(Profile::Aws, &Default::default()));
    let check = |says: &str, change: &dyn Fn(&mut Scenario)| {
        let mut scenario = drawn.clone();
        change(&mut scenario);
        let error = Scenario::parse(&scenario.to_text(), "file.toml").expect_err(says).to_string();
        assert!(error.contains("LW-S003") && error.contains(says), "{error}");
    };
    check("tick_ms is 0", &|s| s.timing.tick_ms = 0);
    check("checkers is 0", &|s| s.timing.checkers = 0);
    check("batch_permille", &|s| s.shape.batch_permille = 1_001);
    check("wall_error_ms", &|s| s.shape.wall_error_ms = i64::MIN + 1);
    check("drift_ppm", &|s| s.shape.drift_ppm = -1);
    check("at_ms", &|s| s.faults[0].at_ms = i64::MAX as u64);
    check("for_ms", &|s| s.faults[0].for_ms = i64::MAX as u64);
    let fault = |says: &str, fault: Fault| {
        check(says, &|s| s.faults[0].fault = fault.clone());
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
