//! The generated files that list all types.

use super::emit::{Bound, Kind, header};

/// Returns the module files and the table of all types.
pub(super) fn modules(bound: &[Bound], version: &str) -> Vec<(String, String)> {
    let of = |kind: Kind| bound.iter().filter(move |b| b.kind == kind);
    let list = |kind: Kind| {
        let mut text = String::new();
        for one in of(kind) {
            text.push_str(&format!("pub mod {};\n", one.name));
        }
        text.push('\n');
        for one in of(kind) {
            let (module, rust) = (&one.name, &one.rust);
            let names = if one.named { format!("{{{rust}, {rust}Args}}") } else { rust.clone() };
            text.push_str(&format!("pub use {module}::{names};\n"));
        }
        text
    };
    let mut root = header("The types of the AWS provider", version);
    root.push_str(
        "// Setters and references are named by the provider, who knows nothing of Rust's habits.\n\
         #![allow(clippy::new_without_default, clippy::wrong_self_convention)]\n\
         #![allow(clippy::should_implement_trait)]\n\n",
    );
    root.push_str("pub mod data;\npub mod ephemeral;\n");
    root.push_str(&list(Kind::Resource));
    let minor = version.rsplit_once('.').map_or(version, |(minor, _)| minor);
    root.push_str(&format!(
        "\nuse crate::body::Construct;\nuse crate::schema::ResourceType;\n\n\
         /// The version of the provider whose schema this is.\n\
         pub const VERSION: &str = \"{version}\";\n\n\
         /// The versions that have at least what is bound here.\n\
         pub const VERSION_CONSTRAINT: &str = \"~> {minor}\";\n\n\
         const fn entry<T: Construct>() -> ResourceType {{\n    \
         ResourceType {{ mode: T::MODE, name: T::TYPE, block: T::BLOCK }}\n}}\n\n\
         /// All types, by mode and name.\n\
         pub static TYPES: [ResourceType; {}] = [\n",
        bound.len()
    ));
    for one in bound {
        let prefix = match one.kind {
            Kind::Resource => "",
            Kind::Data => "data::",
            Kind::Ephemeral => "ephemeral::",
        };
        root.push_str(&format!("    entry::<{prefix}{}>(),\n", one.rust));
    }
    root.push_str("];\n");
    let data = header("The data sources of the AWS provider", version) + &list(Kind::Data);
    let ephemeral =
        header("The ephemeral resources of the AWS provider", version) + &list(Kind::Ephemeral);
    vec![
        ("mod.rs".to_owned(), root),
        ("data/mod.rs".to_owned(), data),
        ("ephemeral/mod.rs".to_owned(), ephemeral),
    ]
}
