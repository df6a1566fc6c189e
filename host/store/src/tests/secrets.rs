//! What references mean by the config, and the file of secrets that this program writes.

use openclaw_core::secret::Secret;
use openclaw_core::secret_ref::{Named, SecretRef};

use super::Sandbox;
use crate::environment::Environment;
use crate::schema::secrets::{SecretProvider, Secrets};
use crate::secrets::{Listening, Lookup, Means, Opened, SecretPlace, SystemKeychain, plan};

fn named(provider: Option<&str>, id: &str) -> Named {
    Named {
        provider: provider.map(str::to_owned),
        id: id.to_owned(),
    }
}

fn provider(source: &str, path: &str) -> SecretProvider {
    SecretProvider {
        source: Some(source.to_owned()),
        path: Some(path.to_owned()),
        ..SecretProvider::default()
    }
}

fn secrets(providers: &[(&str, SecretProvider)], defaults: &[(&str, &str)]) -> Secrets {
    let providers = providers.iter();
    let defaults = defaults.iter();
    Secrets {
        providers: providers
            .map(|(name, one)| ((*name).to_owned(), one.clone()))
            .collect(),
        defaults: defaults
            .map(|(of, name)| ((*of).to_owned(), (*name).to_owned()))
            .collect(),
    }
}

fn environment(world: &Sandbox) -> Environment {
    let state = world.path("state").display().to_string();
    Environment {
        home: Some(world.path("")),
        vars: [("OPENCLAW_STATE_DIR".to_owned(), state)].into(),
        ..Environment::default()
    }
}

/// Returns the file that a reference leads to, or the word for why there is none.
fn file(
    world: &Sandbox,
    secrets: &Secrets,
    named: Named,
) -> Result<std::path::PathBuf, &'static str> {
    match plan(&SecretRef::File(named), secrets, &environment(world)) {
        Ok(Lookup::File(file)) => Ok(file.path),
        Ok(other) => panic!("{other:?}"),
        Err(why) => Err(why.reason),
    }
}

#[test]
fn a_reference_without_provider_means_the_default_one_of_its_source() {
    let world = Sandbox::new();
    let keys = provider("file", "/keys.json");
    let own = world.path("state").join("secrets.json");
    let id = || named(None, "/a");
    let none = secrets(&[], &[]);
    assert_eq!(file(&world, &none, id()), Ok(own.clone()));
    let of_env = secrets(&[("default", provider("env", "x"))], &[]);
    assert_eq!(file(&world, &of_env, id()), Ok(own));
    let default = secrets(&[("default", keys.clone())], &[]);
    assert_eq!(file(&world, &default, id()), Ok("/keys.json".into()));
    let chosen = secrets(&[("keys", keys.clone())], &[("file", "keys")]);
    assert_eq!(file(&world, &chosen, id()), Ok("/keys.json".into()));
    let gone = secrets(&[("keys", keys.clone())], &[("file", "kyes")]);
    assert_eq!(file(&world, &gone, id()), Err("not_configured"));
    let named_one = named(Some("keys"), "/a");
    assert_eq!(
        file(&world, &none, named_one.clone()),
        Err("not_configured")
    );
    let other = secrets(&[("keys", provider("exec", "x"))], &[]);
    assert_eq!(file(&world, &other, named_one), Err("not_configured"));
    assert_eq!(
        file(&world, &none, named(None, "a")),
        Err("invalid_reference")
    );
}

#[test]
fn a_file_of_one_secret_and_one_of_many_are_told_apart() {
    let world = Sandbox::new();
    let single = SecretProvider {
        mode: Some("singleValue".to_owned()),
        ..provider("file", "/one")
    };
    let both = secrets(&[("one", single), ("many", provider("file", "/many"))], &[]);
    let reason = |name, id| file(&world, &both, named(Some(name), id)).map(drop);
    assert_eq!(reason("one", "value"), Ok(()));
    assert_eq!(reason("many", "/a"), Ok(()));
    assert_eq!(reason("one", "/a"), Err("not_configured"));
    assert_eq!(reason("many", "value"), Err("not_configured"));
}

#[test]
fn writers_of_one_file_of_secrets_lose_nothing_of_each_other() {
    let world = Sandbox::new();
    let none = secrets(&[], &[]);
    let place = |id: &str| {
        let reference = SecretRef::File(named(None, id));
        let lookup = plan(&reference, &none, &environment(&world)).expect("a place");
        SecretPlace::of(&lookup, None).expect("a file of many")
    };
    let environment = environment(&world);
    let (opened, listening) = (Opened::default(), Listening::default());
    let means = Means {
        environment: &environment,
        keychain: &SystemKeychain,
        asking: None,
        opened: &opened,
        listening: &listening,
    };
    let (means, environment) = (&means, &environment);
    std::thread::scope(|scope| {
        for number in 0..8 {
            let place = place(&format!("/all/{number}"));
            scope.spawn(move || {
                // As each process has, by itself.
                let opened = Opened::default();
                let means = Means {
                    environment,
                    keychain: &SystemKeychain,
                    asking: None,
                    opened: &opened,
                    listening: &Listening::default(),
                };
                place
                    .put(&Secret::new(format!("x{number}")), &means)
                    .expect("written")
            });
        }
    });
    place("/~1a~0")
        .put(&Secret::new("y".to_owned()), means)
        .expect("written");
    place("/all/3").remove(means).expect("written");
    place("/all/gone/deeper")
        .remove(means)
        .expect("nothing to do");
    let text = std::fs::read_to_string(place("/a").path()).expect("the file");
    let json: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    assert_eq!(json["all"].as_object().map(serde_json::Map::len), Some(7));
    assert_eq!(json["/a~"], "y");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let metadata = std::fs::metadata(place("/a").path()).expect("the file");
        assert_eq!(metadata.permissions().mode() & 0o777, 0o600);
    }
    std::fs::write(place("/a").path(), "[1]").expect("written");
    place("/a")
        .put(&Secret::new("z".to_owned()), means)
        .expect_err("it cannot be understood");
    assert_eq!(
        std::fs::read_to_string(place("/a").path()).expect("kept"),
        "[1]"
    );
}
