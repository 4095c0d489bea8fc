//! The Rust text for one type of the schema.

use anyhow::{Context, bail};
use serde_json::{Map, Value};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    Resource,
    Data,
    Ephemeral,
}

impl Kind {
    pub(super) fn parse(text: &str) -> Option<Kind> {
        match text {
            "resource" => Some(Kind::Resource),
            "data" => Some(Kind::Data),
            "ephemeral" => Some(Kind::Ephemeral),
            _ => None,
        }
    }

    /// Returns the name of the schema's section. Ephemeral resources use the attributes of their data sources.
    pub(super) fn section(self) -> &'static str {
        match self {
            Kind::Resource => "resource_schemas",
            Kind::Data | Kind::Ephemeral => "data_source_schemas",
        }
    }

    fn word(self) -> &'static str {
        match self {
            Kind::Resource => "resource",
            Kind::Data => "data",
            Kind::Ephemeral => "ephemeral",
        }
    }
}

/// A bound type, with the items of its file.
pub(super) struct Bound {
    pub(super) kind: Kind,
    pub(super) name: String,
    pub(super) rust: String,
    /// Whether the required attributes form a separate struct.
    pub(super) named: bool,
    used: BTreeSet<&'static str>,
    items: Vec<String>,
}

/// The fields of a block, grouped by how they are set.
#[derive(Default)]
struct Fields {
    new: Vec<String>,
    groups: BTreeMap<&'static str, Vec<String>>,
    /// Whether the value of any field in the block is known only through references.
    computed: bool,
}

const GROUPS: [&str; 9] = [
    "required",
    "optional",
    "settable",
    "write_only",
    "computed",
    "required_blocks",
    "blocks",
    "block_references",
    "sensitive",
];

/// The names that an attribute cannot have, because the macros and the handles have methods with these names.
const TAKEN: [&str; 8] = [
    "new",
    "provider",
    "depends_on",
    "lifecycle",
    "raw_argument",
    "raw_attribute",
    "clone",
    "step",
];

const KEYWORDS: &str = "as async await break const continue crate dyn else enum extern false fn for gen \
    if impl in let loop match mod move mut pub ref return self static struct super trait true type unsafe \
    use where while abstract become box do final macro override priv typeof unsized virtual yield try";

impl Bound {
    pub(super) fn new(
        kind: Kind,
        name: String,
        block: &Value,
        hidden: &Value,
    ) -> anyhow::Result<Bound> {
        let rust = camel(&name);
        let mut bound = Bound {
            kind,
            name,
            rust: rust.clone(),
            named: false,
            used: BTreeSet::new(),
            items: Vec::new(),
        };
        let fields = bound.fields("", block, hidden)?;
        bound.named = fields.new.len() > 1;
        let mut text =
            format!("construct! {{\n    {} {rust} = \"aws_{}\";\n", kind.word(), bound.name);
        fields.write(&rust, &mut text);
        bound.items.insert(0, text);
        let tags = &block["attributes"]["tags"];
        if kind == Kind::Resource && tags["optional"] == true {
            bound.items.insert(1, format!("tagged!({rust});\n"));
        }
        Ok(bound)
    }

    /// Returns the path of the type's file below the bindings' directory.
    pub(super) fn path(&self) -> String {
        match self.kind {
            Kind::Resource => format!("{}.rs", self.name),
            kind => format!("{}/{}.rs", kind.word(), self.name),
        }
    }

    pub(super) fn text(&self, version: &str) -> String {
        let what = match self.kind {
            Kind::Resource => "resource",
            Kind::Data => "data source",
            Kind::Ephemeral => "ephemeral resource",
        };
        let mut text = header(&format!("The {what} `aws_{}`", self.name), version);
        if !self.used.is_empty() {
            let used: Vec<&str> = self.used.iter().copied().collect();
            let line = format!("use crate::ty::{{{}}};", used.join(", "));
            let line = if used.len() == 1 { line.replace(['{', '}'], "") } else { line };
            text.push_str(&line);
            text.push_str("\n\n");
        }
        text.push_str(&self.items.join("\n"));
        text
    }

    fn mark(&mut self, name: &'static str) -> &'static str {
        self.used.insert(name);
        name
    }

    /// Returns the fields of a block. Nested blocks become separate items.
    fn fields(&mut self, path: &str, block: &Value, hidden: &Value) -> anyhow::Result<Fields> {
        let mut fields = Fields::default();
        for (name, attribute) in entries(&block["attributes"]) {
            let flag = |flag: &str| attribute[flag] == true;
            let written = path.is_empty() && self.kind == Kind::Resource;
            let group = match name.as_str() {
                // The schema keeps these attributes settable for compatibility, but setting them is always a mistake.
                "id" | "tags_all" if written && !flag("required") => "computed",
                _ if flag("required") => "required",
                _ if name.ends_with("_wo") && flag("optional") => "write_only",
                _ if flag("optional") && flag("computed") => "settable",
                _ if flag("optional") => "optional",
                _ if flag("computed") => "computed",
                _ => bail!("{}{path}.{name} is neither set nor computed", self.name),
            };
            let mut ty = self
                .ty(path, name, &attribute["type"])
                .with_context(|| format!("aws_{}{path}.{name}", self.name))?;
            if group == "write_only" {
                self.mark("WriteOnly");
                ty = format!("WriteOnly<{ty}>");
            }
            fields.computed |= group == "computed";
            let field = format!("{}: {ty}", ident(name));
            if group == "required" {
                fields.new.push(field.clone());
            }
            fields.groups.entry(group).or_default().push(field);
            if hidden["attributes"][name]["sensitive"] == true || group == "write_only" {
                fields.groups.entry("sensitive").or_default().push(format!("\"{name}\""));
            }
        }
        for (name, nested) in entries(&block["block_types"]) {
            self.nested(path, name, nested, &hidden["block_types"][name]["block"], &mut fields)?;
        }
        Ok(fields)
    }

    fn nested(
        &mut self,
        path: &str,
        name: &str,
        nested: &Value,
        hidden: &Value,
        fields: &mut Fields,
    ) -> anyhow::Result<()> {
        let below = format!("{path}_{name}");
        let at = self.items.len();
        let inner = self.fields(&below, &nested["block"], hidden)?;
        let mut rust = camel(&below);
        if rust == self.rust {
            rust.push_str("Block");
        }
        let computed = inner.computed;
        let mut text = format!("block! {{\n    {rust};\n");
        inner.write(&rust, &mut text);
        self.items.insert(at, text);

        let min = nested["min_items"].as_u64().unwrap_or(0);
        let max = nested["max_items"].as_u64().unwrap_or(0);
        let mode = nested["nesting_mode"].as_str().unwrap_or("");
        let (nesting, marker, reference) = match mode {
            "single" => ("Single", "One", rust.clone()),
            "list" if max == 1 => ("List", "One", format!("List<{rust}>")),
            "set" if max == 1 => ("Set", "One", format!("Set<{rust}>")),
            "list" => ("List", "Many", format!("List<{rust}>")),
            "set" => ("Set", "Many", format!("Set<{rust}>")),
            // No type of the provider uses this nesting. The first type that does needs a setter in `Map<B>`.
            other => bail!("aws_{}{below}: nesting {other} is not bound", self.name),
        };
        self.mark(marker);
        let max = if mode == "single" { 1 } else { max };
        let field = format!("{}: {marker}<{rust}>", ident(name));
        let group = if min > 0 { "required_blocks" } else { "blocks" };
        if min > 0 {
            fields.new.push(field.clone());
        }
        fields.groups.entry(group).or_default().push(format!("{field} = {nesting} {min} {max}"));
        if computed {
            fields.computed = true;
            if reference != rust {
                self.mark(if nesting == "List" { "List" } else { "Set" });
            }
            let line = format!("{}: {reference}", ident(name));
            fields.groups.entry("block_references").or_default().push(line);
        }
        Ok(())
    }

    fn ty(&mut self, path: &str, name: &str, ty: &Value) -> anyhow::Result<String> {
        if let Some(word) = ty.as_str() {
            let marker = match word {
                "string" => "Str",
                "number" => "Num",
                "bool" => "Bool",
                "dynamic" => "Any",
                other => bail!("no type {other}"),
            };
            return Ok(self.mark(marker).to_owned());
        }
        let (word, inner) = (ty[0].as_str().unwrap_or(""), &ty[1]);
        let marker = match word {
            "list" => "List",
            "set" => "Set",
            "map" => "Map",
            "object" => return self.object(&format!("{path}_{name}"), inner),
            other => bail!("no type {other}"),
        };
        self.mark(marker);
        Ok(format!("{marker}<{}>", self.ty(path, name, inner)?))
    }

    fn object(&mut self, path: &str, fields: &Value) -> anyhow::Result<String> {
        let rust = camel(path);
        let mut text = format!("object! {{\n    {rust} {{\n");
        for (name, ty) in entries(fields) {
            let ty = self.ty(path, name, ty)?;
            writeln!(text, "        {}: {ty},", ident(name))?;
        }
        text.push_str("    }\n}\n");
        self.items.push(text);
        Ok(rust)
    }
}

impl Fields {
    fn write(&self, rust: &str, out: &mut String) {
        let new = match self.new.as_slice() {
            [] => "new ();".to_owned(),
            [one] => format!("new ({one});"),
            several => format!("new {rust}Args ({});", several.join(", ")),
        };
        out.push_str(&format!("    {new}\n"));
        for group in GROUPS {
            let Some(lines) = self.groups.get(group) else { continue };
            out.push_str(&format!("    {group} {{\n"));
            for line in lines {
                out.push_str(&format!("        {line},\n"));
            }
            out.push_str("    }\n");
        }
        out.push_str("}\n");
    }
}

pub(super) fn header(what: &str, version: &str) -> String {
    format!(
        "//! {what}, version {version}.\n//!\n\
         //! Made by `cargo xtask codegen` from the provider's schema; change `aws-types.txt`, not this.\n\n"
    )
}

fn entries(map: &Value) -> impl Iterator<Item = (&String, &Value)> {
    // The entries are sorted here, so that the order of the lines does not depend on a feature of the JSON crate.
    let sorted: BTreeMap<&String, &Value> =
        map.as_object().into_iter().flat_map(Map::iter).collect();
    sorted.into_iter()
}

fn ident(name: &str) -> String {
    let taken = TAKEN.contains(&name) || KEYWORDS.split_whitespace().any(|word| word == name);
    if taken { format!("{name}_") } else { name.to_owned() }
}

fn camel(name: &str) -> String {
    let words = name.split('_').filter(|word| !word.is_empty());
    words
        .map(|word| {
            let (first, rest) = word.split_at(1);
            first.to_uppercase() + rest
        })
        .collect()
}
