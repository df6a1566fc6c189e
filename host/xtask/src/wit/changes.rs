//! How two packages differ, and what each difference does to plugins that were built before.
//!
//! A record must have the same fields in the same order, a variant the same cases and a function the
//! same parameters, or it is refused when a plugin is loaded. What the host implements may grow: old
//! guests do not ask for more. What guests implement may not: old guests lack it. So a new function
//! of theirs is a new interface, which the host looks for by itself.

use std::collections::BTreeMap;

use semver::Version;

use super::compare::{Change, Class, track};
use super::describe::{Function, Interface, Kind, Member, Package, Role, Type};

/// Returns the differences, interface by interface.
pub(super) fn between(old: &Package, new: &Package) -> Vec<Change> {
    let mut found = Changes {
        old: &old.version,
        is_same_track: track(&old.version) == track(&new.version),
        list: Vec::new(),
    };
    for (name, old, new) in pairs(&old.interfaces, &new.interfaces) {
        match (old, new) {
            (Some(old), Some(new)) => found.interface(name, old, new),
            (Some(_), None) => found.broken(name, "interface removed"),
            (None, Some(new)) => found.new_interface(name, new),
            (None, None) => {}
        }
    }
    found.list
}

struct Changes<'a> {
    /// The version that was released.
    old: &'a Version,
    /// Whether the new version takes the place of the old one.
    is_same_track: bool,
    list: Vec<Change>,
}

impl Changes<'_> {
    fn note(&mut self, path: &str, class: Class, what: impl Into<String>) {
        self.list.push(Change {
            path: path.to_owned(),
            class,
            what: what.into(),
        });
    }

    fn broken(&mut self, path: &str, what: impl Into<String>) {
        self.note(path, Class::Break, what);
    }

    /// Notes something new that is allowed, if its date is right.
    fn added(&mut self, path: &str, since: Option<&Version>, what: &str) {
        match self.misdated(since) {
            None => self.note(path, Class::Addition, what),
            Some(reason) => self.note(path, Class::Date, format!("{what}, {reason}")),
        }
    }

    /// Says what is wrong with the date of something new.
    fn misdated(&self, since: Option<&Version>) -> Option<String> {
        match since {
            Some(since) if since > self.old => None,
            Some(since) => Some(format!("since {since}, which is not after {}", self.old)),
            None => Some("without `@since`".to_owned()),
        }
    }

    /// Compares the dates of something that was there before.
    fn dated(&mut self, path: &str, old: Option<&Version>, new: Option<&Version>) {
        if old == new || !self.is_same_track {
            return;
        }
        let text = |since: Option<&Version>| {
            since.map_or_else(|| "absent".to_owned(), |since| format!("`{since}`"))
        };
        let what = format!("`@since` was {}, is {}", text(old), text(new));
        self.note(path, Class::Date, what);
    }

    fn new_interface(&mut self, name: &str, new: &Interface) {
        let what = match new.role() {
            Role::Types => "new interface of types",
            Role::Host => "new host interface",
            Role::Guest => "new guest interface",
        };
        self.added(name, new.since.as_ref(), what);
        if self.misdated(new.since.as_ref()).is_some() {
            return;
        }
        // What is in it is as new, and told only where it claims to be older.
        let types = new
            .types
            .iter()
            .map(|(item, one)| (item.as_str(), &one.since));
        let functions = new.functions.values();
        let functions = functions.map(|function| (function.path.as_str(), &function.since));
        for (item, since) in types.chain(functions) {
            if let Some(reason) = self.misdated(since.as_ref()) {
                let what = format!("new, {reason}");
                self.note(&format!("{name}.{item}"), Class::Date, what);
            }
        }
    }

    fn interface(&mut self, name: &str, old: &Interface, new: &Interface) {
        self.dated(name, old.since.as_ref(), new.since.as_ref());
        for (was, is, word) in [
            (old.imported, new.imported, "imported"),
            (old.exported, new.exported, "exported"),
        ] {
            match (was, is) {
                (true, false) => self.broken(name, format!("{word} by no world any more")),
                (false, true) => self.note(name, Class::Addition, format!("{word} by a world now")),
                _ => {}
            }
        }
        // What guests implement today or did before is closed.
        let role = match (old.role(), new.role()) {
            (Role::Types, _) => Role::Types,
            (_, Role::Guest) => Role::Guest,
            (role, _) => role,
        };
        for (item, old_type, new_type) in pairs(&old.types, &new.types) {
            let path = format!("{name}.{item}");
            match (old_type, new_type) {
                (Some(old), Some(new)) => self.named_type(&path, old, new),
                (Some(_), None) => self.broken(&path, "type removed"),
                (None, Some(new)) => self.new_type(&path, role, new),
                (None, None) => {}
            }
        }
        for (_, old_function, new_function) in pairs(&old.functions, &new.functions) {
            match (old_function, new_function) {
                (Some(old), Some(new)) => self.function(&format!("{name}.{}", new.path), old, new),
                (Some(old), None) => {
                    let path = format!("{name}.{}", old.path);
                    self.broken(&path, format!("{} removed", old.kind));
                }
                (None, Some(function)) => {
                    let path = format!("{name}.{}", function.path);
                    let holder = function.resource.as_ref();
                    if holder.is_some_and(|holder| !old.types.contains_key(holder)) {
                        // It came with its resource, which was told.
                        if let Some(reason) = self.misdated(function.since.as_ref()) {
                            self.note(&path, Class::Date, format!("new, {reason}"));
                        }
                        continue;
                    }
                    self.new_function(&path, role, function);
                }
                (None, None) => {}
            }
        }
    }

    fn new_type(&mut self, path: &str, role: Role, new: &Type) {
        let resource = matches!(new.kind, Kind::Resource);
        let word = new.kind.word();
        match role {
            Role::Types if resource => self.broken(
                path,
                "new resource in an interface of types; it needs a new interface",
            ),
            Role::Guest => self.broken(
                path,
                format!(
                    "new {word} in a guest interface; it needs an interface of types, or a new one"
                ),
            ),
            Role::Types | Role::Host => {
                self.added(path, new.since.as_ref(), &format!("new {word}"));
            }
        }
    }

    fn new_function(&mut self, path: &str, role: Role, new: &Function) {
        let word = new.kind;
        match role {
            Role::Host => {
                let what = format!("new {word} in a host interface");
                self.added(path, new.since.as_ref(), &what);
            }
            Role::Guest => self.broken(
                path,
                format!("new {word} in a guest interface; it needs a new interface"),
            ),
            Role::Types => self.broken(
                path,
                format!("new {word} in an interface of types; it needs a new interface"),
            ),
        }
    }

    fn named_type(&mut self, path: &str, old: &Type, new: &Type) {
        self.dated(path, old.since.as_ref(), new.since.as_ref());
        match (&old.kind, &new.kind) {
            (Kind::Record(old), Kind::Record(new)) => self.members(path, "field", old, new),
            (Kind::Variant(old), Kind::Variant(new)) | (Kind::Enum(old), Kind::Enum(new)) => {
                self.members(path, "case", old, new);
            }
            (Kind::Flags(old), Kind::Flags(new)) => self.members(path, "flag", old, new),
            (Kind::Resource, Kind::Resource) => {}
            (Kind::Alias(old), Kind::Alias(new)) => {
                if old != new {
                    self.broken(path, format!("was `{old}`, is `{new}`"));
                }
            }
            (old, new) => {
                let what = format!("was of kind {}, is of kind {}", old.word(), new.word());
                self.broken(path, what);
            }
        }
    }

    fn function(&mut self, path: &str, old: &Function, new: &Function) {
        self.dated(path, old.since.as_ref(), new.since.as_ref());
        if old.kind != new.kind {
            let what = format!("was of kind {}, is of kind {}", old.kind, new.kind);
            self.broken(path, what);
        }
        self.members(path, "parameter", &old.parameters, &new.parameters);
        if old.result != new.result {
            let what = format!(
                "result was {}, is {}",
                shown(old.result.as_deref()),
                shown(new.result.as_deref())
            );
            self.broken(path, what);
        }
    }

    /// Compares fields, cases, flags or parameters, all of which are as they are for ever.
    fn members(&mut self, path: &str, word: &str, old: &[Member], new: &[Member]) {
        for member in old {
            let at = format!("{path}.{}", member.name);
            match new.iter().find(|other| other.name == member.name) {
                None => self.broken(&at, format!("{word} removed")),
                Some(other) if other.of != member.of => {
                    let (was, is) = (shown(member.of.as_deref()), shown(other.of.as_deref()));
                    self.broken(&at, format!("{word} was {was}, is {is}"));
                }
                Some(_) => {}
            }
        }
        for member in new {
            if !old.iter().any(|other| other.name == member.name) {
                let at = format!("{path}.{}", member.name);
                self.broken(&at, format!("{word} added"));
            }
        }
        if kept(old, new) != kept(new, old) {
            self.broken(path, format!("order of the {word}s changed"));
        }
    }
}

impl Kind {
    fn word(&self) -> &'static str {
        match self {
            Self::Record(_) => "record",
            Self::Variant(_) => "variant",
            Self::Enum(_) => "enum",
            Self::Flags(_) => "flags",
            Self::Resource => "resource",
            Self::Alias(_) => "type",
        }
    }
}

/// Returns the names in `of` that are in `other` too, in the order of `of`.
fn kept<'a>(of: &'a [Member], other: &[Member]) -> Vec<&'a str> {
    let names = of.iter().map(|member| member.name.as_str());
    names
        .filter(|name| other.iter().any(|member| member.name == *name))
        .collect()
}

fn shown(of: Option<&str>) -> String {
    of.map_or_else(|| "nothing".to_owned(), |of| format!("`{of}`"))
}

/// Returns each name of either, with what it is in both.
fn pairs<'a, T>(
    old: &'a BTreeMap<String, T>,
    new: &'a BTreeMap<String, T>,
) -> Vec<(&'a str, Option<&'a T>, Option<&'a T>)> {
    let mut names: Vec<&String> = old.keys().chain(new.keys()).collect();
    names.sort_unstable();
    names.dedup();
    names
        .into_iter()
        .map(|name| (name.as_str(), old.get(name), new.get(name)))
        .collect()
}
