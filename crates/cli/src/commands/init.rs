//! `leeward init`: writes a blueprint with every setting, its default and its meaning.

use crate::args::{Init, ProfileName};
use anyhow::{Context, bail};
use leeward_blueprint::{Blueprint, TEMPLATE};
use std::fs::OpenOptions;
use std::io::{ErrorKind, Write};

pub(crate) fn run(args: &Init) -> anyhow::Result<bool> {
    let mut text = TEMPLATE.to_owned();
    if args.profile == ProfileName::Instances {
        text = text.replacen("profile = \"serverless\"", "profile = \"instances\"", 1);
    }
    if let Some(suffix) = &args.suffix {
        let line = format!("suffix = {}", serde_json::Value::from(suffix.as_str()));
        text = text.replacen("suffix = \"local\"", &line, 1);
    }
    if let Some(name) = &args.public_name {
        let line = format!("public_name = {}", serde_json::Value::from(name.as_str()));
        text = text.replacen("public_name = \"orders.leeward.test\"", &line, 1);
    }
    // An invalid blueprint is not written.
    Blueprint::parse(&text, &args.file.display().to_string())?;
    let mut options = OpenOptions::new();
    options.write(true).create_new(!args.force).create(args.force).truncate(args.force);
    let shown = args.file.display();
    let mut file = match options.open(&args.file) {
        Ok(file) => file,
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {
            bail!("LW-C027: {shown} exists already; pass --force to overwrite it")
        }
        Err(error) => return Err(error).context(format!("LW-C040: {shown} cannot be written")),
    };
    file.write_all(text.as_bytes())
        .with_context(|| format!("LW-C040: {shown} cannot be written"))?;
    println!("wrote {shown}; review it, then run `leeward check --blueprint {shown}`");
    Ok(true)
}
