use super::*;

const TEXT: &str = "# Generated.\n# Sources, by letter:\n# a = litellm@2026-11: PyPI x: 1 (MIT)\n\
    # b = pi@2026-11\n\
    Beta\n\
    alpha\tAlpha One\t200000\t64000\t1/5/0.1/1.25\t200000:2/10//;400000:4/20/0.4/5\t+-?\ttext,image\ttext,image\t2025-10\t2026-11-01\tretired\t0.137\tba\n\
    alpha:free\t\t\t\t0/0//\t\t???\t\t\t\t\t\t70\tazb\n\
    zeta\t\t99999999999999999999\t1x\t1//2\tx;:1;5:1\n";
const CATALOG: Catalog = Catalog::new(TEXT);

#[test]
fn every_column_is_read() {
    let model = CATALOG.find("alpha").expect("listed").model();
    assert_eq!(
        (model.name.as_str(), model.context, model.max_output),
        ("Alpha One", Some(200_000), Some(64_000))
    );
    let dollars = |price: &Price| {
        [
            price.input,
            price.output,
            price.cache_read,
            price.cache_write,
        ]
    };
    assert_eq!(
        dollars(&model.price),
        [Some(1.0), Some(5.0), Some(0.1), Some(1.25)]
    );
    let tiers: Vec<_> = model
        .price_tiers
        .iter()
        .map(|tier| (tier.above_input_tokens, dollars(&tier.price)))
        .collect();
    assert_eq!(
        tiers,
        [
            (200_000, [Some(2.0), Some(10.0), None, None]),
            (400_000, [Some(4.0), Some(20.0), Some(0.4), Some(5.0)]),
        ]
    );
    let ability = |name: &str| {
        let mut known = model.abilities.iter();
        known.find(|(known, _)| known == name).map(|(_, can)| *can)
    };
    assert_eq!(
        (ability("reasoning"), ability("tools"), model.open_weights),
        (Some(true), Some(false), None)
    );
    assert_eq!(model.input, ["text", "image"]);
    assert_eq!(model.output, ["text", "image"]);
    assert_eq!(
        (model.released.as_deref(), model.retires.as_deref()),
        (Some("2025-10"), Some("2026-11-01"))
    );
    assert_eq!(
        (model.status.as_str(), model.parameters_b),
        ("retired", Some(0.137))
    );
    assert_eq!(model.sources, ["pi@2026-11", "litellm@2026-11"]);
}

#[test]
fn what_is_empty_missing_or_unreadable_is_unknown() {
    let model = CATALOG.find("Beta").expect("listed").model();
    assert_eq!((model.name.as_str(), model.context), ("Beta", None));
    assert_eq!(
        (model.status.as_str(), model.input.as_slice()),
        ("active", ["text".to_owned()].as_slice())
    );
    assert_eq!((model.price.input, model.sources.len()), (None, 0));
    let model = CATALOG.find("zeta").expect("listed").model();
    assert_eq!((model.context, model.max_output), (None, None));
    assert_eq!(
        (model.price.output, model.price.cache_read),
        (None, Some(2.0))
    );
    assert_eq!(model.price_tiers.len(), 1);
    let free = CATALOG.find("alpha:free").expect("listed").model();
    assert_eq!((free.price.input, free.sources.len()), (Some(0.0), 2));
}

#[test]
fn a_line_is_found_by_its_whole_id_only() {
    for entry in CATALOG.entries() {
        assert_eq!(CATALOG.find(entry.id()), Some(entry), "{}", entry.id());
    }
    for id in [
        "",
        "A",
        "Bet",
        "Beta\t",
        "alph",
        "alpha:",
        "alpha:fre",
        "b",
        "zeta0",
        "zz",
        "#",
        "é",
    ] {
        assert_eq!(CATALOG.find(id), None, "{id}");
    }
    assert_eq!(Catalog::EMPTY.find("x"), None);
    assert_eq!(Catalog::EMPTY.list().len(), 0);
    assert_eq!(Catalog::new("# only a head").find("x"), None);
    assert!(Catalog::new("x").find("x").is_some());
}

#[test]
fn the_list_has_every_line_in_order() {
    let ids: Vec<_> = CATALOG.list().into_iter().map(|model| model.id).collect();
    assert_eq!(ids, ["Beta", "alpha", "alpha:free", "zeta"]);
}

#[test]
fn an_unknown_id_is_kept_with_what_was_told() {
    let model = CATALOG.discovered("new", Some("New"));
    assert_eq!(
        (model.name.as_str(), model.sources.as_slice()),
        ("New", ["live".to_owned()].as_slice())
    );
    assert_eq!(CATALOG.discovered("alpha", Some("x")).name, "Alpha One");
}
