//! Parses a blueprint and reports all problems together, each with its line and column.
//!
//! Serde stops at the first mistake. Therefore each setting is also parsed alone, and its name is compared with the
//! names in the template, which contains all settings.

use crate::{Blueprint, Invalid};
use std::collections::BTreeMap;
use std::ops::Range;
use toml::Spanned;
use toml::de::{DeString, DeTable, DeValue};

/// Every setting with its default and its purpose. `leeward init` writes this text.
pub const TEMPLATE: &str = include_str!("template.toml");

/// The names of the settings in each section; the section "" is the top level.
type Known = BTreeMap<&'static str, Vec<&'static str>>;

/// The settings in the order of the text, each with the positions of its name and its value.
type Settings = Vec<(String, Range<usize>, Range<usize>)>;

pub(crate) fn known() -> Known {
    let mut known = Known::from([("", Vec::new())]);
    let mut section = "";
    for line in TEMPLATE.lines() {
        if let Some(name) = line.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            section = name;
            known.entry("").or_default().push(name);
            known.entry(name).or_default();
            continue;
        }
        let setting = line.strip_prefix("# ").unwrap_or(line);
        let name = setting.split_once(" = ").map(|(name, _)| name);
        let plain =
            |name: &&str| name.bytes().all(|b| b.is_ascii_lowercase() || b == b'_' || b == b'9');
        if let Some(name) = name.filter(plain) {
            known.entry(section).or_default().push(name);
        }
    }
    known
}

/// The settings at the top level that were renamed, each as old and new name. The old name can still be read.
const RENAMED: [(&str, &str); 1] = [("shape", "profile")];

fn current_name(name: &str) -> &str {
    RENAMED.iter().find(|(old, _)| *old == name).map_or(name, |(_, new)| new)
}

/// Returns a note, with a position, for each setting that a blueprint writes under an earlier name.
pub fn deprecations(text: &str, file: &str) -> Vec<String> {
    let Ok(table) = DeTable::parse(text) else { return Vec::new() };
    let notes = table.get_ref().iter().filter_map(|(key, _)| {
        let (old, new) = RENAMED.iter().find(|(old, _)| key.get_ref() == *old)?;
        let at = place(file, text, key.span().start);
        Some(format!("{at}: {old} is now called {new}; the old name still works"))
    });
    notes.collect()
}

pub(crate) fn parse(text: &str, file: &str) -> Result<Blueprint, Invalid> {
    let at = |offset: usize| place(file, text, offset);
    let table = match DeTable::parse(text) {
        Ok(table) => table.into_inner(),
        Err(error) => {
            let offset = error.span().map_or(0, |span| span.start);
            return Err(Invalid { problems: vec![format!("{}: {}", at(offset), error.message())] });
        }
    };
    let mut problems = Vec::new();
    let mut unknown = |section: &str, key: &Spanned<DeString<'_>>| {
        let names = &known()[section];
        let name: &str = key.get_ref();
        if names.contains(&name) {
            return true;
        }
        let meant = match closest(names, name) {
            Some(known) => format!("; did you mean {known}?"),
            None => format!("; known settings: {}", names.join(", ")),
        };
        let whose = if section.is_empty() { "here".into() } else { format!("in [{section}]") };
        problems.push((key.span().start, format!("{name}: unknown setting {whose}{meant}")));
        false
    };
    let mut settings: Settings = Vec::new();
    for (key, value) in &table {
        let old: &str = key.get_ref();
        let name = current_name(old);
        if name == old && !unknown("", key) {
            continue;
        }
        match value.get_ref() {
            DeValue::Table(section) => {
                for (key, value) in section {
                    if unknown(name, key) {
                        settings.push((
                            format!("{name}.{}", key.get_ref()),
                            key.span(),
                            value.span(),
                        ));
                    }
                }
            }
            _ => settings.push((name.to_owned(), key.span(), value.span())),
        }
    }
    for (old, new) in RENAMED {
        if let (Some((key, _)), true) = (table.get_key_value(old), table.contains_key(new)) {
            let what = format!("{old}: is the old name of {new}, which is set too; remove {old}");
            problems.push((key.span().start, what));
            settings.retain(|(path, key_at, _)| path != new || *key_at != key.span());
        }
    }
    let mut sound = String::new();
    for (path, _, value) in &settings {
        // A setting that is parsed alone reports its own problem.
        let alone = format!("{path} = {}\n", &text[value.clone()]);
        match toml::from_str::<Blueprint>(&alone) {
            Ok(_) => sound.push_str(&alone),
            Err(error) => problems.push((value.start, format!("{path}: {}", error.message()))),
        }
    }
    let whole = |what: String| Invalid { problems: vec![format!("{file}: {what}")] };
    let blueprint: Blueprint =
        toml::from_str(&sound).map_err(|error| whole(error.message().to_owned()))?;
    problems.sort();
    let placed = problems.into_iter().map(|(offset, what)| format!("{}: {what}", at(offset)));
    let mut problems: Vec<String> = placed.collect();
    if let Err(invalid) = blueprint.validate() {
        problems.extend(located(invalid, &settings, at));
    }
    if problems.is_empty() { Ok(blueprint) } else { Err(Invalid { problems }) }
}

/// Adds the position to each problem whose setting is in the text.
fn located(invalid: Invalid, settings: &Settings, at: impl Fn(usize) -> String) -> Vec<String> {
    let problems = invalid.problems.into_iter().map(|problem| {
        let named = problem.split_once(": ").map_or("", |(name, _)| name).to_owned();
        let exact = settings.iter().find(|(path, ..)| *path == named);
        let within = || settings.iter().find(|(path, ..)| path.starts_with(&format!("{named}.")));
        match exact.or_else(within) {
            Some((_, key, _)) => format!("{}: {problem}", at(key.start)),
            None => problem,
        }
    });
    problems.collect()
}

/// Returns the position as `file:line:column`.
fn place(file: &str, text: &str, offset: usize) -> String {
    let before = &text[..offset.min(text.len())];
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().map_or(0, |l| l.chars().count()) + 1;
    format!("{file}:{line}:{column}")
}

/// Returns the closest name, if it differs in at most three letters.
fn closest(names: &[&'static str], name: &str) -> Option<&'static str> {
    let near =
        names.iter().map(|known| (strsim::damerau_levenshtein(known, name), *known)).min()?;
    (near.0 <= 3 && near.0 < name.len()).then_some(near.1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_template_equals_the_defaults_and_has_every_setting() {
        assert_eq!(parse(TEMPLATE, "template").expect("valid"), Blueprint::default());
        let all = TEMPLATE.lines().map(|line| {
            // A comment that holds a setting which is unset by default.
            let setting = line.strip_prefix("# ").filter(|rest| rest.contains(" = "));
            let plain = |s: &&str| {
                s.split(' ')
                    .next()
                    .is_some_and(|n| n.chars().all(|c| c.is_ascii_lowercase() || c == '_'))
            };
            setting.filter(plain).unwrap_or(line)
        });
        let all = all.collect::<Vec<_>>().join("\n");
        let blueprint = parse(&all, "template").expect("valid with everything set");
        let value = toml::Value::try_from(&blueprint).expect("a table");
        let known = known();
        for (section, value) in value.as_table().expect("a table") {
            assert!(known[""].contains(&section.as_str()), "{section} is not in the template");
            for name in value.as_table().into_iter().flatten().map(|(name, _)| name) {
                let names = &known[section.as_str()];
                assert!(names.contains(&name.as_str()), "{section}.{name} is not in the template");
            }
        }
    }

    #[test]
    fn all_mistakes_are_reported_with_their_positions() {
        let text = "sufix = \"x\"\nshape = 3\n[network]\nnat = \"per-zon\"\ncidr = 1\n";
        let problems = parse(text, "l.toml").expect_err("four mistakes").problems;
        assert_eq!(problems.len(), 4, "{problems:?}");
        for (problem, parts) in problems.iter().zip([
            ["l.toml:1:1: sufix", "did you mean suffix?"],
            ["l.toml:2:9: profile", "wanted string"],
            ["l.toml:4:7: network.nat", "per-zone"],
            ["l.toml:5:1: cidr", "primary_cidr, secondary_cidr, nat"],
        ]) {
            assert!(parts.iter().all(|part| problem.contains(part)), "{problem}");
        }
    }

    #[test]
    fn the_earlier_name_of_the_profile_is_still_read() {
        let old = "shape = \"instances\"\n";
        let blueprint = parse(old, "l.toml").expect("an older blueprint");
        assert_eq!(blueprint.profile, crate::deploy::Profile::Instances);
        let notes = deprecations(old, "l.toml");
        assert_eq!(notes, ["l.toml:1:1: shape is now called profile; the old name still works"]);
        assert_eq!(deprecations(TEMPLATE, "template"), Vec::<String>::new());
        let both = format!("{old}profile = \"serverless\"\n");
        let problems = parse(&both, "l.toml").expect_err("two names").problems;
        assert_eq!(problems.len(), 1, "{problems:?}");
        assert!(problems[0].starts_with("l.toml:1:1: shape"), "{problems:?}");
    }

    #[test]
    fn invalid_values_are_reported_with_their_positions() {
        let text = "\n[instances]\nmin = 5\nmax = 2\n[network]\nsecondary_cidr = \"10.0.0.0/16\"\n";
        let problems = parse(text, "l.toml").expect_err("two mistakes").problems;
        assert!(
            problems.iter().any(|p| p.starts_with("l.toml:4:1: instances.max")),
            "{problems:?}"
        );
        assert!(problems.iter().any(|p| p.starts_with("l.toml:6:1: network")), "{problems:?}");
    }
}
