//! What a provider says of its types, as tables in the binary: the bindings and the checks come from
//! the same generated lines, so they cannot disagree.

/// The type of an attribute.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Type {
    Str,
    Num,
    Bool,
    Any,
    List(&'static Type),
    Set(&'static Type),
    Map(&'static Type),
    Object(&'static [(&'static str, Type)]),
}

/// Who sets an attribute.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Presence {
    Required,
    Optional,
    /// Optional, and filled in by the provider when absent.
    Settable,
    /// Only the provider sets it.
    Computed,
    /// Optional, sent and never stored.
    WriteOnly,
}

/// One attribute.
#[derive(Debug, Clone, Copy)]
pub struct Attribute {
    pub name: &'static str,
    pub presence: Presence,
    pub ty: Type,
}

/// How nested blocks are held.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Nesting {
    Single,
    List,
    Set,
    Map,
}

/// One kind of nested block.
#[derive(Debug, Clone, Copy)]
pub struct NestedBlock {
    pub name: &'static str,
    pub nesting: Nesting,
    pub min: u32,
    /// Zero is no limit.
    pub max: u32,
    pub block: &'static Block,
}

/// The inside of a resource or of a nested block.
#[derive(Debug, Clone, Copy)]
pub struct Block {
    pub attributes: &'static [&'static [Attribute]],
    pub blocks: &'static [&'static [NestedBlock]],
    pub sensitive: &'static [&'static str],
}

impl Block {
    /// The attribute of this name.
    pub fn attribute(&self, name: &str) -> Option<&'static Attribute> {
        self.attributes.iter().copied().flatten().find(|a| a.name == name)
    }

    /// The nested block of this name.
    pub fn nested(&self, name: &str) -> Option<&'static NestedBlock> {
        self.blocks.iter().copied().flatten().find(|b| b.name == name)
    }

    /// Whether plans hide the value of this attribute.
    pub fn is_sensitive(&self, name: &str) -> bool {
        self.sensitive.contains(&name)
    }
}

/// Which of Terraform's element kinds a type is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Mode {
    Resource,
    Data,
    Ephemeral,
}

impl Mode {
    /// The key under which a configuration holds this kind.
    pub fn section(self) -> &'static str {
        match self {
            Mode::Resource => "resource",
            Mode::Data => "data",
            Mode::Ephemeral => "ephemeral",
        }
    }

    /// What references put before the type.
    pub fn prefix(self) -> &'static str {
        match self {
            Mode::Resource => "",
            Mode::Data => "data.",
            Mode::Ephemeral => "ephemeral.",
        }
    }
}

/// A type that the bindings know.
#[derive(Debug, Clone, Copy)]
pub struct Entry {
    pub mode: Mode,
    pub name: &'static str,
    pub block: &'static Block,
}

/// The type of this name; the generated table is sorted by mode and name.
pub fn lookup(mode: Mode, name: &str) -> Option<&'static Entry> {
    let at = crate::aws::TYPES.binary_search_by(|e| (e.mode, e.name).cmp(&(mode, name))).ok()?;
    Some(&crate::aws::TYPES[at])
}

/// A Terraform name from a Rust one: names that are keywords in Rust end in an underscore there.
pub(crate) const fn terraform_name(name: &'static str) -> &'static str {
    let last = name.len() - 1;
    if name.as_bytes()[last] == b'_' { name.split_at(last).0 } else { name }
}
