//! A package as it is compared: what it has by name, every type written out as text.
//!
//! Documentation, files, worlds and the names under which `use` brings types in are not part of it,
//! so changing them is no change. Of worlds it keeps which interfaces they import and export. Items
//! that are `@unstable` belong to no release and are not here.

use std::collections::BTreeMap;

use anyhow::{Context, Result};
use semver::Version;
use wit_parser::{
    Function as WitFunction, FunctionKind, Handle, InterfaceId, PackageId, Resolve, Stability,
    Type as WitType, TypeDefKind, TypeId, TypeOwner, WorldItem,
};

/// A package.
pub(super) struct Package {
    /// Its name without the version, such as `openclaw:provider`.
    pub(super) name: String,
    /// Its version.
    pub(super) version: Version,
    /// Its interfaces by name.
    pub(super) interfaces: BTreeMap<String, Interface>,
}

/// Which side implements an interface.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// Nobody: it has neither functions nor resources.
    Types,
    /// The host: worlds import it, and none exports it.
    Host,
    /// The guest. An interface of no world counts as one, because less may be done to it.
    Guest,
}

/// An interface.
pub(super) struct Interface {
    /// Whether a world imports it.
    pub(super) imported: bool,
    /// Whether a world exports it.
    pub(super) exported: bool,
    /// The version that it came with.
    pub(super) since: Option<Version>,
    /// The types that it defines, by name.
    pub(super) types: BTreeMap<String, Type>,
    /// Its functions and those of its resources, by their paths; constructors by their names in the
    /// binary.
    pub(super) functions: BTreeMap<String, Function>,
}

impl Interface {
    /// Returns which side implements it.
    pub(super) fn role(&self) -> Role {
        let resource = |one: &Type| matches!(one.kind, Kind::Resource);
        if self.functions.is_empty() && !self.types.values().any(resource) {
            Role::Types
        } else if self.exported || !self.imported {
            Role::Guest
        } else {
            Role::Host
        }
    }
}

/// A type with a name.
pub(super) struct Type {
    /// The version that it came with.
    pub(super) since: Option<Version>,
    /// What it is.
    pub(super) kind: Kind,
}

/// What a type is.
#[derive(PartialEq, Eq)]
pub(super) enum Kind {
    /// Fields in order.
    Record(Vec<Member>),
    /// Cases in order.
    Variant(Vec<Member>),
    /// Cases in order, none of which holds anything.
    Enum(Vec<Member>),
    /// Flags in order.
    Flags(Vec<Member>),
    /// A resource; its functions are with those of the interface.
    Resource,
    /// Another name of a type.
    Alias(String),
}

/// A field, case, flag or parameter.
#[derive(PartialEq, Eq)]
pub(super) struct Member {
    /// Its name.
    pub(super) name: String,
    /// Its type; none for a flag, and for a case that holds nothing.
    pub(super) of: Option<String>,
}

/// A function.
pub(super) struct Function {
    /// Where it is in its interface: `send`, or `login.proceed` for one of a resource.
    pub(super) path: String,
    /// The resource that it belongs to.
    pub(super) resource: Option<String>,
    /// What kind of function it is, in a word or two.
    pub(super) kind: &'static str,
    /// The version that it came with, which is its resource's if it does not say.
    pub(super) since: Option<Version>,
    /// Its parameters in order, without the resource itself.
    pub(super) parameters: Vec<Member>,
    /// What it returns, if anything.
    pub(super) result: Option<String>,
}

impl Package {
    /// Describes a package.
    ///
    /// # Errors
    /// It has no version.
    pub(super) fn describe(contract: &Resolve, id: PackageId) -> Result<Self> {
        let package = &contract.packages[id];
        let name = &package.name;
        let version = name
            .version
            .clone()
            .with_context(|| format!("the package {name} has no version"))?;
        let reader = Reader {
            contract,
            package: id,
        };
        let mut interfaces: BTreeMap<String, Interface> = package
            .interfaces
            .iter()
            .map(|(name, id)| (name.clone(), reader.interface(*id)))
            .collect();
        for world in package.worlds.values() {
            let world = &contract.worlds[*world];
            for item in world.imports.values() {
                if let Some(interface) = reader.mentioned(item, &mut interfaces) {
                    interface.imported = true;
                }
            }
            for item in world.exports.values() {
                if let Some(interface) = reader.mentioned(item, &mut interfaces) {
                    interface.exported = true;
                }
            }
        }
        Ok(Self {
            name: format!("{}:{}", name.namespace, name.name),
            version,
            interfaces,
        })
    }
}

struct Reader<'a> {
    contract: &'a Resolve,
    package: PackageId,
}

impl Reader<'_> {
    /// Returns the interface of this package that an item of a world names.
    fn mentioned<'i>(
        &self,
        item: &WorldItem,
        interfaces: &'i mut BTreeMap<String, Interface>,
    ) -> Option<&'i mut Interface> {
        let WorldItem::Interface { id, .. } = item else {
            return None;
        };
        let interface = &self.contract.interfaces[*id];
        if interface.package != Some(self.package) {
            return None;
        }
        interfaces.get_mut(interface.name.as_deref()?)
    }

    fn interface(&self, id: InterfaceId) -> Interface {
        let interface = &self.contract.interfaces[id];
        let types = interface
            .types
            .iter()
            .filter(|(_, id)| !self.is_used(**id))
            .map(|(name, id)| (name.clone(), self.definition(*id)))
            .collect();
        let functions = interface.functions.iter().map(|(name, wit)| {
            let function = self.function(wit);
            // A method may be called `constructor` too, and then there are two of that path.
            let key = match wit.kind {
                FunctionKind::Constructor(_) => name.clone(),
                _ => function.path.clone(),
            };
            (key, function)
        });
        let functions = functions.collect();
        Interface {
            imported: false,
            exported: false,
            since: since(&interface.stability),
            types,
            functions,
        }
    }

    /// Returns whether a name was brought in by `use`: it stands for a type of another place.
    fn is_used(&self, id: TypeId) -> bool {
        let definition = &self.contract.types[id];
        matches!(&definition.kind, TypeDefKind::Type(WitType::Id(other))
            if self.contract.types[*other].owner != TypeOwner::None
                && self.contract.types[*other].owner != definition.owner)
    }

    fn definition(&self, id: TypeId) -> Type {
        let definition = &self.contract.types[id];
        let kind = match &definition.kind {
            TypeDefKind::Record(record) => Kind::Record(members(
                record
                    .fields
                    .iter()
                    .map(|field| (&field.name, Some(self.text(&field.ty)))),
            )),
            TypeDefKind::Variant(variant) => Kind::Variant(members(
                variant
                    .cases
                    .iter()
                    .map(|case| (&case.name, case.ty.as_ref().map(|of| self.text(of)))),
            )),
            TypeDefKind::Enum(list) => {
                Kind::Enum(members(list.cases.iter().map(|case| (&case.name, None))))
            }
            TypeDefKind::Flags(list) => {
                Kind::Flags(members(list.flags.iter().map(|flag| (&flag.name, None))))
            }
            TypeDefKind::Resource => Kind::Resource,
            other => Kind::Alias(self.expression(other)),
        };
        Type {
            since: since(&definition.stability),
            kind,
        }
    }

    fn function(&self, function: &WitFunction) -> Function {
        let (kind, is_method) = match function.kind {
            FunctionKind::Freestanding => ("function", false),
            FunctionKind::AsyncFreestanding => ("async function", false),
            FunctionKind::Method(_) => ("method", true),
            FunctionKind::AsyncMethod(_) => ("async method", true),
            FunctionKind::Static(_) => ("static function", false),
            FunctionKind::AsyncStatic(_) => ("async static function", false),
            FunctionKind::Constructor(_) => ("constructor", false),
        };
        let resource = function
            .kind
            .resource()
            .map(|id| &self.contract.types[id])
            .filter(|definition| definition.name.is_some());
        let holder = resource.and_then(|definition| definition.name.clone());
        let item = function.item_name();
        Function {
            path: holder
                .as_ref()
                .map_or_else(|| item.to_owned(), |holder| format!("{holder}.{item}")),
            resource: holder,
            kind,
            since: since(&function.stability)
                .or_else(|| resource.and_then(|definition| since(&definition.stability))),
            parameters: members(
                function
                    .params
                    .iter()
                    // A method's first parameter is its resource.
                    .skip(usize::from(is_method))
                    .map(|parameter| (&parameter.name, Some(self.text(&parameter.ty)))),
            ),
            result: function.result.as_ref().map(|result| self.text(result)),
        }
    }

    /// Returns a type as text, the named ones by where they are defined.
    fn text(&self, of: &WitType) -> String {
        let id = match of {
            WitType::Id(id) => *id,
            WitType::Bool => return "bool".to_owned(),
            WitType::U8 => return "u8".to_owned(),
            WitType::U16 => return "u16".to_owned(),
            WitType::U32 => return "u32".to_owned(),
            WitType::U64 => return "u64".to_owned(),
            WitType::S8 => return "s8".to_owned(),
            WitType::S16 => return "s16".to_owned(),
            WitType::S32 => return "s32".to_owned(),
            WitType::S64 => return "s64".to_owned(),
            WitType::F32 => return "f32".to_owned(),
            WitType::F64 => return "f64".to_owned(),
            WitType::Char => return "char".to_owned(),
            WitType::String => return "string".to_owned(),
            WitType::ErrorContext => return "error-context".to_owned(),
        };
        let definition = &self.contract.types[id];
        let Some(name) = &definition.name else {
            return self.expression(&definition.kind);
        };
        if self.is_used(id)
            && let TypeDefKind::Type(other) = &definition.kind
        {
            return self.text(other);
        }
        match definition.owner {
            TypeOwner::Interface(owner) => format!("{}.{name}", self.place(owner)),
            TypeOwner::World(owner) => format!("{}.{name}", self.contract.worlds[owner].name),
            TypeOwner::None => name.clone(),
        }
    }

    /// Returns an interface's name, with its package if that is another.
    fn place(&self, id: InterfaceId) -> String {
        let interface = &self.contract.interfaces[id];
        let name = interface.name.clone().unwrap_or_default();
        if interface.package == Some(self.package) {
            name
        } else {
            self.contract.id_of(id).unwrap_or(name)
        }
    }

    fn expression(&self, kind: &TypeDefKind) -> String {
        let optional = |of: &Option<WitType>| {
            of.as_ref()
                .map_or_else(|| "_".to_owned(), |of| self.text(of))
        };
        match kind {
            TypeDefKind::Type(of) => self.text(of),
            TypeDefKind::Option(of) => format!("option<{}>", self.text(of)),
            TypeDefKind::List(of) => format!("list<{}>", self.text(of)),
            TypeDefKind::FixedLengthList(of, length) => {
                format!("list<{}, {length}>", self.text(of))
            }
            TypeDefKind::Map(key, value) => {
                format!("map<{}, {}>", self.text(key), self.text(value))
            }
            TypeDefKind::Tuple(tuple) => {
                let parts: Vec<_> = tuple.types.iter().map(|of| self.text(of)).collect();
                format!("tuple<{}>", parts.join(", "))
            }
            TypeDefKind::Result(result) => {
                format!(
                    "result<{}, {}>",
                    optional(&result.ok),
                    optional(&result.err)
                )
            }
            TypeDefKind::Future(of) => format!("future<{}>", optional(of)),
            TypeDefKind::Stream(of) => format!("stream<{}>", optional(of)),
            TypeDefKind::Handle(Handle::Own(id)) => self.text(&WitType::Id(*id)),
            TypeDefKind::Handle(Handle::Borrow(id)) => {
                format!("borrow<{}>", self.text(&WitType::Id(*id)))
            }
            TypeDefKind::Record(_)
            | TypeDefKind::Variant(_)
            | TypeDefKind::Enum(_)
            | TypeDefKind::Flags(_)
            | TypeDefKind::Resource => unreachable!("WIT has no such type without a name"),
            TypeDefKind::Unknown => unreachable!("every package is resolved"),
        }
    }
}

fn members<'a>(list: impl Iterator<Item = (&'a String, Option<String>)>) -> Vec<Member> {
    list.map(|(name, of)| Member {
        name: name.clone(),
        of,
    })
    .collect()
}

fn since(stability: &Stability) -> Option<Version> {
    match stability {
        Stability::Stable { since, .. } => Some(since.clone()),
        Stability::Unstable { .. } | Stability::Unknown => None,
    }
}
