use super::*;
use crate::google::tests::GEMINI;
use crate::testing::ability;

macro_rules! wire {
    ($name:literal) => {
        include_str!(concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/tests/wire/google/",
            $name
        ))
    };
}

fn read(body: &str) -> Result<Page, Failure> {
    page(&serde_json::from_str(body).expect("JSON"), &GEMINI, 0)
}

#[test]
fn a_page_names_what_answers_and_what_is_known_of_it() {
    let page = read(wire!("models.json")).expect("a list");
    let ids: Vec<_> = page.models.iter().map(|model| model.id.as_str()).collect();
    assert_eq!(
        ids,
        ["gemini-2.5-flash", "gemini-9-flash", "gemini-2.0-flash"]
    );
    assert_eq!(
        (page.named, page.next.as_deref()),
        (4, Some("Ch9tb2RlbHM="))
    );

    let [known, new, listed_again] = page.models.as_slice() else {
        panic!("three models")
    };
    assert_eq!(known.price.input, Some(0.3));
    assert!(known.sources.contains(&"live".to_owned()) && known.sources.len() > 1);
    assert_eq!(
        (new.name.as_str(), new.context, new.max_output),
        ("Gemini 9 Flash", Some(2_097_152), Some(131_072))
    );
    assert_eq!(
        (ability(new, "reasoning"), new.sources.as_slice()),
        (Some(true), ["live".to_owned()].as_slice())
    );
    assert_eq!(listed_again.status, "active");
}

#[test]
fn what_is_no_list_proves_nothing() {
    for body in [
        "{}",
        "[]",
        "7",
        r#"{"models":{}}"#,
        r#"{"models":[7]}"#,
        r#"{"models":[{"id":"x"}]}"#,
        r#"{"object":"list","data":[]}"#,
    ] {
        assert_eq!(
            read(body).expect_err(body).kind,
            FailureKind::Server,
            "{body}"
        );
    }
    assert_eq!(
        read(wire!("error-400-key-invalid.json"))
            .expect_err("an error")
            .kind,
        FailureKind::Auth
    );
    assert_eq!(read(r#"{"models":[]}"#).expect("a list").named, 0);
}
