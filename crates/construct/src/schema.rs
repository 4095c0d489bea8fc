//! The provider's schema as tables in the binary. The bindings and the checks come from the same generated lines, so
//! they cannot disagree.

/// The type of an attribute.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Type {
    /// A text.
    Str,
    /// A number.
    Num,
    /// A truth value.
    Bool,
    /// A value of any type.
    Any,
    /// A list of values of one type.
    List(&'static Type),
    /// A set of values of one type.
    Set(&'static Type),
    /// A map from texts to values of one type.
    Map(&'static Type),
    /// An object, with the names and types of its keys.
    Object(&'static [(&'static str, Type)]),
}

/// The party that sets an attribute.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Presence {
    /// The program must set it.
    Required,
    /// The program may set it.
    Optional,
    /// Optional, and filled in by the provider when absent.
    Settable,
    /// Only the provider sets it.
    Computed,
    /// Optional; Terraform sends the value and never stores it.
    WriteOnly,
}

/// One attribute.
#[derive(Debug, Clone, Copy)]
pub struct Attribute {
    /// The name in Terraform.
    pub name: &'static str,
    /// The party that sets it.
    pub presence: Presence,
    /// The type of its value.
    pub ty: Type,
}

/// The container of nested blocks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Nesting {
    /// At most one block.
    Single,
    /// Blocks in an order.
    List,
    /// Blocks without an order.
    Set,
    /// Blocks by a label.
    Map,
}

/// One kind of nested block.
#[derive(Debug, Clone, Copy)]
pub struct NestedBlock {
    /// The name in Terraform.
    pub name: &'static str,
    /// The container of the blocks.
    pub nesting: Nesting,
    /// The minimum number of blocks.
    pub min: u32,
    /// The maximum number of blocks; zero means no limit.
    pub max: u32,
    /// The contents of each block.
    pub block: &'static Block,
}

/// The contents of a resource or of a nested block.
#[derive(Debug, Clone, Copy)]
pub struct Block {
    /// The attributes, in groups.
    pub attributes: &'static [&'static [Attribute]],
    /// The nested blocks, in groups.
    pub blocks: &'static [&'static [NestedBlock]],
    /// The names of attributes whose values plans hide.
    pub sensitive: &'static [&'static str],
}

impl Block {
    /// Returns the attribute of this name.
    pub fn attribute(&self, name: &str) -> Option<&'static Attribute> {
        self.attributes.iter().copied().flatten().find(|a| a.name == name)
    }

    /// Returns the nested block of this name.
    pub fn nested(&self, name: &str) -> Option<&'static NestedBlock> {
        self.blocks.iter().copied().flatten().find(|b| b.name == name)
    }

    /// Returns whether plans hide the value of this attribute.
    pub fn is_sensitive(&self, name: &str) -> bool {
        self.sensitive.contains(&name)
    }
}

/// The kind of a Terraform element.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Mode {
    /// A managed resource.
    Resource,
    /// A data source.
    Data,
    /// An ephemeral resource, which is never stored.
    Ephemeral,
}

impl Mode {
    /// Returns the key under which a configuration holds elements of this kind.
    pub fn section(self) -> &'static str {
        match self {
            Mode::Resource => "resource",
            Mode::Data => "data",
            Mode::Ephemeral => "ephemeral",
        }
    }

    /// Returns the prefix of an element's type in references.
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
pub struct ResourceType {
    /// The kind of element.
    pub mode: Mode,
    /// The name in Terraform.
    pub name: &'static str,
    /// The contents of an element of this type.
    pub block: &'static Block,
}

/// Returns the type of this name; the generated table is sorted by mode and name.
pub fn lookup(mode: Mode, name: &str) -> Option<&'static ResourceType> {
    let at = crate::aws::TYPES.binary_search_by(|e| (e.mode, e.name).cmp(&(mode, name))).ok()?;
    Some(&crate::aws::TYPES[at])
}

/// Returns the Terraform name of a Rust name. A Rust name ends in an underscore if the Terraform name is a keyword.
pub(crate) const fn terraform_name(name: &'static str) -> &'static str {
    let last = name.len() - 1;
    if name.as_bytes()[last] == b'_' { name.split_at(last).0 } else { name }
}
