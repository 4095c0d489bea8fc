//! Scenario files: what is kept is replayed, and what cannot be is said.

use leeward_blueprint::{Profile, Timing};
use leeward_sim::{Kind, Scenario, run};
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
}
