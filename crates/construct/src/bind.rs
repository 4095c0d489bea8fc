//! The macros that expand the generated bindings. Each argument has one generated line, from which the macros make its
//! setter, its reference and its row in the schema's table.

/// Makes the constructor. It takes nothing, the one required argument, or a struct that names several required
/// arguments, so that two strings cannot be swapped.
macro_rules! constructor {
    ($name:ident;) => {
        impl $name {
            /// Returns the element with all arguments unset; none is required.
            pub fn new() -> Self {
                Self(Default::default())
            }
        }
    };
    ($name:ident; $field:ident: $ty:ty) => {
        impl $name {
            /// Returns the element with its one required argument.
            pub fn new($field: impl Into<$crate::Value<$ty>>) -> Self {
                let mut made = Self(Default::default());
                made.0.put($crate::schema::terraform_name(stringify!($field)), $field.into());
                made
            }
        }
    };
    ($name:ident $args:ident; $($field:ident: $ty:ty),+) => {
        /// The required arguments by name. The compiler rejects a missing one.
        #[allow(non_camel_case_types)]
        pub struct $args<$($field),+> {
            $(
                #[doc = concat!("The argument `", stringify!($field), "`.")]
                pub $field: $field,
            )+
        }

        impl $name {
            /// Returns the element with its required arguments.
            #[allow(non_camel_case_types)]
            pub fn new<$($field: Into<$crate::Value<$ty>>),+>(required: $args<$($field),+>) -> Self {
                let mut made = Self(Default::default());
                $(made.0.put(
                    $crate::schema::terraform_name(stringify!($field)),
                    required.$field.into(),
                );)+
                made
            }
        }
    };
}

macro_rules! setters {
    ($($field:ident: $ty:ty,)*) => { $(
        #[doc = concat!("Sets the argument `", stringify!($field), "`.")]
        pub fn $field(mut self, value: impl Into<$crate::Value<$ty>>) -> Self {
            self.0.put($crate::schema::terraform_name(stringify!($field)), value.into());
            self
        }
    )* };
}

macro_rules! accessors {
    (ephemeral; $($field:ident: $ty:ty,)*) => { $(
        #[doc = concat!("Returns a reference to the attribute `", stringify!($field), "`.")]
        #[inline]
        pub fn $field(&self) -> $crate::Ephemeral<$ty> {
            $crate::Ephemeral::of(
                self.raw_attribute($crate::schema::terraform_name(stringify!($field))),
            )
        }
    )* };
    ($mode:ident; $($field:ident: $ty:ty,)*) => { $(
        #[doc = concat!("Returns a reference to the attribute `", stringify!($field), "`.")]
        #[inline]
        pub fn $field(&self) -> $crate::Ref<$ty> {
            self.raw_attribute($crate::schema::terraform_name(stringify!($field)))
        }
    )* };
}

/// Makes the references to the fields of a nested block or of an object.
macro_rules! steps {
    ($($field:ident: $ty:ty,)*) => { $(
        #[doc = concat!("Returns a reference to the attribute `", stringify!($field), "`.")]
        #[inline]
        pub fn $field(&self) -> $crate::Ref<$ty> {
            let name = $crate::schema::terraform_name(stringify!($field));
            self.step($crate::bind::concat_step(name))
        }
    )* };
}

macro_rules! attributes {
    ($presence:ident; $($field:ident: $ty:ty,)*) => {
        &[$($crate::schema::Attribute {
            name: $crate::schema::terraform_name(stringify!($field)),
            presence: $crate::schema::Presence::$presence,
            ty: <$ty as $crate::ty::Typed>::TYPE,
        }),*]
    };
}

macro_rules! nested {
    ($($field:ident: $ty:ty = $nesting:ident $min:literal $max:literal,)*) => {
        &[$($crate::schema::NestedBlock {
            name: $crate::schema::terraform_name(stringify!($field)),
            nesting: $crate::schema::Nesting::$nesting,
            min: $min,
            max: $max,
            block: <$ty as $crate::ty::Nested>::BLOCK,
        }),*]
    };
}

macro_rules! mode {
    (resource) => {
        $crate::schema::Mode::Resource
    };
    (data) => {
        $crate::schema::Mode::Data
    };
    (ephemeral) => {
        $crate::schema::Mode::Ephemeral
    };
}

/// A resource, a data source or an ephemeral resource.
macro_rules! construct {
    (
        $mode:ident $name:ident = $terraform:literal;
        new $($args:ident)? ($($new:ident: $new_ty:ty),* $(,)?);
        $(required { $($required:ident: $required_ty:ty,)* })?
        $(optional { $($optional:ident: $optional_ty:ty,)* })?
        $(settable { $($settable:ident: $settable_ty:ty,)* })?
        $(write_only { $($secret:ident: $secret_ty:ty,)* })?
        $(computed { $($computed:ident: $computed_ty:ty,)* })?
        $(required_blocks {
            $($fixed:ident: $fixed_ty:ty = $fixed_nesting:ident $fixed_min:literal $fixed_max:literal,)*
        })?
        $(blocks {
            $($block:ident: $block_ty:ty = $nesting:ident $min:literal $max:literal,)*
        })?
        $(block_references { $($below:ident: $below_ty:ty,)* })?
        $(sensitive { $($sensitive:literal,)* })?
    ) => {
        #[doc = concat!("The Terraform type `", $terraform, "`.")]
        #[derive(Debug, Clone)]
        pub struct $name($crate::body::Body);

        constructor!($name $($args)?; $($new: $new_ty),*);

        impl $name {
            setters!($($($optional: $optional_ty,)*)?);
            setters!($($($settable: $settable_ty,)*)?);
            setters!($($($secret: $secret_ty,)*)?);
            setters!($($($block: $block_ty,)*)?);

            /// Sets the provider of this element, which overrides that of the scope.
            pub fn provider(mut self, provider: &$crate::Provider) -> Self {
                self.0.provider = Some(provider.clone());
                self
            }

            /// Makes Terraform create this element after another one.
            pub fn depends_on(mut self, on: impl Into<$crate::Dependency>) -> Self {
                self.0.depends_on.push(on.into());
                self
            }

            /// Sets the rules by which Terraform replaces and keeps the resource.
            pub fn lifecycle(mut self, lifecycle: $crate::Lifecycle) -> Self {
                self.0.lifecycle = lifecycle;
                self
            }

            /// Sets an argument that the bindings do not know.
            pub fn raw_argument(mut self, name: &str, value: impl Into<$crate::Json>) -> Self {
                self.0.put_raw(name, value.into());
                self
            }
        }

        impl $crate::body::Construct for $name {
            const MODE: $crate::schema::Mode = mode!($mode);
            const TYPE: &'static str = $terraform;
            const BLOCK: &'static $crate::schema::Block = &$crate::schema::Block {
                attributes: &[
                    attributes!(Required; $($($required: $required_ty,)*)?),
                    attributes!(Optional; $($($optional: $optional_ty,)*)?),
                    attributes!(Settable; $($($settable: $settable_ty,)*)?),
                    attributes!(WriteOnly; $($($secret: $secret_ty,)*)?),
                    attributes!(Computed; $($($computed: $computed_ty,)*)?),
                ],
                blocks: &[
                    nested!($($($fixed: $fixed_ty = $fixed_nesting $fixed_min $fixed_max,)*)?),
                    nested!($($($block: $block_ty = $nesting $min $max,)*)?),
                ],
                sensitive: &[$($($sensitive),*)?],
            };

            fn into_body(self) -> $crate::body::Body {
                self.0
            }
        }

        impl $crate::Handle<$name> {
            accessors!($mode; $($($required: $required_ty,)*)?);
            accessors!($mode; $($($optional: $optional_ty,)*)?);
            accessors!($mode; $($($settable: $settable_ty,)*)?);
            accessors!($mode; $($($computed: $computed_ty,)*)?);
            accessors!($mode; $($($below: $below_ty,)*)?);
        }
    };
}

/// Types that take tags.
macro_rules! tagged {
    ($name:ident) => {
        impl $name {
            /// Adds a tag.
            pub fn tag(
                mut self,
                key: impl Into<String>,
                value: impl Into<$crate::Value<$crate::ty::Str>>,
            ) -> Self {
                self.0.args.tag(key.into(), value.into().node);
                self
            }
        }
    };
}

/// A nested block.
macro_rules! block {
    (
        $name:ident;
        new $($args:ident)? ($($new:ident: $new_ty:ty),* $(,)?);
        $(required { $($required:ident: $required_ty:ty,)* })?
        $(optional { $($optional:ident: $optional_ty:ty,)* })?
        $(settable { $($settable:ident: $settable_ty:ty,)* })?
        $(write_only { $($secret:ident: $secret_ty:ty,)* })?
        $(computed { $($computed:ident: $computed_ty:ty,)* })?
        $(required_blocks {
            $($fixed:ident: $fixed_ty:ty = $fixed_nesting:ident $fixed_min:literal $fixed_max:literal,)*
        })?
        $(blocks {
            $($block:ident: $block_ty:ty = $nesting:ident $min:literal $max:literal,)*
        })?
        $(block_references { $($below:ident: $below_ty:ty,)* })?
        $(sensitive { $($sensitive:literal,)* })?
    ) => {
        #[doc = concat!("The nested block `", stringify!($name), "` of this module's type.")]
        #[derive(Debug, Clone)]
        pub struct $name($crate::body::Args);

        constructor!($name $($args)?; $($new: $new_ty),*);

        impl $name {
            setters!($($($optional: $optional_ty,)*)?);
            setters!($($($settable: $settable_ty,)*)?);
            setters!($($($secret: $secret_ty,)*)?);
            setters!($($($block: $block_ty,)*)?);
        }

        impl $crate::ty::Nested for $name {
            const BLOCK: &'static $crate::schema::Block = &$crate::schema::Block {
                attributes: &[
                    attributes!(Required; $($($required: $required_ty,)*)?),
                    attributes!(Optional; $($($optional: $optional_ty,)*)?),
                    attributes!(Settable; $($($settable: $settable_ty,)*)?),
                    attributes!(WriteOnly; $($($secret: $secret_ty,)*)?),
                    attributes!(Computed; $($($computed: $computed_ty,)*)?),
                ],
                blocks: &[
                    nested!($($($fixed: $fixed_ty = $fixed_nesting $fixed_min $fixed_max,)*)?),
                    nested!($($($block: $block_ty = $nesting $min $max,)*)?),
                ],
                sensitive: &[$($($sensitive),*)?],
            };
        }

        impl $crate::body::Object for $name {
            fn into_args(self) -> $crate::body::Args {
                self.0
            }
        }

        impl $crate::Ref<$name> {
            steps!($($($settable: $settable_ty,)*)?);
            steps!($($($computed: $computed_ty,)*)?);
            steps!($($($below: $below_ty,)*)?);
        }
    };
}

/// An attribute whose type is an object. Terraform requires all keys of an object, so unset keys are null.
macro_rules! object {
    ($name:ident { $($field:ident: $ty:ty,)* }) => {
        #[doc = concat!("The object `", stringify!($name), "`, the value of an attribute.")]
        #[derive(Debug, Clone)]
        pub struct $name($crate::body::Args);

        impl $name {
            /// Returns the object with every key unset.
            pub fn new() -> Self {
                let mut made = Self(Default::default());
                $(made.0.put::<$ty>(
                    $crate::schema::terraform_name(stringify!($field)),
                    $crate::Value::null(),
                );)*
                made
            }

            setters!($($field: $ty,)*);
        }

        impl $crate::ty::Typed for $name {
            const TYPE: $crate::schema::Type = $crate::schema::Type::Object(&[$((
                $crate::schema::terraform_name(stringify!($field)),
                <$ty as $crate::ty::Typed>::TYPE,
            )),*]);
        }

        impl From<$name> for $crate::Value<$name> {
            fn from(object: $name) -> Self {
                $crate::Value::object(object.0)
            }
        }

        impl $crate::Ref<$name> {
            steps!($($field: $ty,)*);
        }
    };
}

/// Returns `.name`, which is allocated only when a reference is made.
pub(crate) fn concat_step(name: &str) -> String {
    format!(".{name}")
}
