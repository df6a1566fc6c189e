//! The contract's own rule: each item says what it is and since when.
//!
//! Functions of a resource are as old as the resource unless they say otherwise; fields and cases
//! are as old as their type.

use anyhow::{Result, bail};
use wit_parser::{Docs, FunctionKind, PackageId, Resolve, Stability, TypeDefKind, TypeOwner};

/// Checks a package, and returns how many items it has.
///
/// # Errors
/// An item lacks documentation or `@since`; all such items are named.
pub(super) fn check(contract: &Resolve, package: PackageId) -> Result<usize> {
    let mut lint = Lint {
        contract,
        problems: Vec::new(),
        items: 0,
    };
    let package = &contract.packages[package];
    for (name, id) in &package.interfaces {
        lint.interface(name, &contract.interfaces[*id]);
    }
    for (name, id) in &package.worlds {
        let world = &contract.worlds[*id];
        lint.item(
            &format!("world {name}"),
            &world.docs,
            Some(&world.stability),
        );
    }
    if !lint.problems.is_empty() {
        bail!(
            "the contract has items that do not say enough\n  {}",
            lint.problems.join("\n  ")
        );
    }
    Ok(lint.items)
}

struct Lint<'a> {
    contract: &'a Resolve,
    problems: Vec<String>,
    items: usize,
}

impl Lint<'_> {
    fn interface(&mut self, name: &str, interface: &wit_parser::Interface) {
        self.item(
            &format!("interface {name}"),
            &interface.docs,
            Some(&interface.stability),
        );
        for (type_name, id) in &interface.types {
            let definition = &self.contract.types[*id];
            // A name brought in by `use` is documented where it is defined.
            let used = matches!(&definition.kind, TypeDefKind::Type(wit_parser::Type::Id(other))
                if matches!(self.contract.types[*other].owner, TypeOwner::Interface(owner)
                    if definition.owner != TypeOwner::Interface(owner)));
            if used {
                continue;
            }
            let at = format!("{name}.{type_name}");
            self.item(&at, &definition.docs, Some(&definition.stability));
            self.members(&at, &definition.kind);
        }
        for (function_name, function) in &interface.functions {
            let own = matches!(
                function.kind,
                FunctionKind::Freestanding | FunctionKind::AsyncFreestanding
            );
            let at = format!("{name}.{function_name}");
            self.item(&at, &function.docs, own.then_some(&function.stability));
        }
    }

    fn members(&mut self, at: &str, kind: &TypeDefKind) {
        let members: Vec<(&str, &Docs)> = match kind {
            TypeDefKind::Record(record) => record
                .fields
                .iter()
                .map(|field| (field.name.as_str(), &field.docs))
                .collect(),
            TypeDefKind::Variant(variant) => variant
                .cases
                .iter()
                .map(|case| (case.name.as_str(), &case.docs))
                .collect(),
            TypeDefKind::Enum(cases) => cases
                .cases
                .iter()
                .map(|case| (case.name.as_str(), &case.docs))
                .collect(),
            TypeDefKind::Flags(flags) => flags
                .flags
                .iter()
                .map(|flag| (flag.name.as_str(), &flag.docs))
                .collect(),
            _ => Vec::new(),
        };
        for (name, docs) in members {
            self.item(&format!("{at}.{name}"), docs, None);
        }
    }

    /// Notes an item; `since` is none where the item is as old as what holds it.
    fn item(&mut self, at: &str, docs: &Docs, since: Option<&Stability>) {
        self.items += 1;
        if docs
            .contents
            .as_deref()
            .is_none_or(|text| text.trim().is_empty())
        {
            self.problems.push(format!("{at}: no documentation"));
        }
        if since.is_some_and(Stability::is_unknown) {
            self.problems.push(format!("{at}: no `@since`"));
        }
    }
}
