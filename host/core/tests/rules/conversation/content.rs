//! What a model cannot be given (H6, H7, H8), and room (H12).

use expect_test::expect;
use openclaw_core::conversation::{
    Other, Target, Unfit, check_room, estimate_tokens, modality, normal_form,
};

use super::*;

fn of_kind(kind: &str) -> Other {
    Other {
        kind: kind.to_owned(),
        value: Json::new("{}"),
    }
}

fn other(kind: &str) -> Part {
    Part::from(Content::Other(of_kind(kind)))
}

fn picture(realm: Option<&str>) -> Part {
    Part::from(Content::File(file("image/png", realm)))
}

#[test]
fn nothing_blank_goes_out_unless_it_carries_a_state() {
    let messages = [
        Message::new(role::SYSTEM, vec![text("\n")]),
        user("Hi."),
        assistant(
            &anthropic(),
            vec![
                text(""),
                Part::from(Content::Refusal(" ".to_owned())),
                with(text(""), "anthropic"),
                call("c1", "look", "{}"),
            ],
        ),
        tool(vec![said("c1", "")]),
        assistant(&anthropic(), vec![think(""), text("\u{a0}\n")]),
        Message::new(role::USER, Vec::new()),
        user("Bye."),
    ];
    expect![[r#"
        user: Hi.
        assistant:  {anthropic} | call c1 look{}
        tool: result c1 []
        user: Bye.
    "#]]
    .assert_eq(&normal(&messages, &anthropic()));
}

#[test]
fn a_model_that_takes_no_pictures_is_told_that_there_were_some() {
    let in_result = result(
        "c1",
        vec![
            ResultContent::Text("shot".to_owned()),
            ResultContent::File(file("image/webp", None)),
            ResultContent::File(file("application/pdf", None)),
        ],
    );
    let mut sound = Part::from(Content::File(file("audio/wav", None)));
    sound.cache = Some(openclaw_core::conversation::CacheMark::default());
    let messages = [
        Message::new(role::USER, vec![text("First:"), picture(None), sound]),
        assistant(&openai(), vec![call("c1", "look", "{}")]),
        tool(vec![in_result]),
        user("Well?"),
    ];
    expect![[r#"
        user: First: | [image omitted: this model does not take it] | [audio omitted: this model does not take it]
        assistant: call c1 look{}
        tool: result c1 [shot, [image omitted: this model does not take it], [file omitted: this model does not take it]]
        user: Well?
        changed input.image: this model does not take it
        changed input.audio: this model does not take it
        changed input.image: this model does not take it
        changed input.file: this model does not take it
    "#]]
    .assert_eq(&normal(&messages, &openai()));
    let unknown = Target {
        input: None,
        ..openai()
    };
    assert!(!normal(&messages, &unknown).contains("omitted"));
}

#[test]
fn a_model_that_would_not_get_the_last_picture_is_skipped() {
    let ask = |parts: Vec<Part>| vec![user("Hi."), Message::new(role::USER, parts)];
    let unfit = |messages| normal_form(&request(messages), &openai()).unwrap_err();
    assert_eq!(
        unfit(ask(vec![text("See:"), picture(None)])),
        Unfit::LastMessage {
            modality: "image".to_owned()
        }
    );
    // Also in the middle of a loop: the question is still the last one.
    let mut looping = ask(vec![Part::from(Content::File(file("text/csv", None)))]);
    looping.push(assistant(&openai(), vec![call("c1", "look", "{}")]));
    looping.push(tool(vec![said("c1", "4")]));
    let error = unfit(looping);
    expect!["the model takes no file, and the last message has one"].assert_eq(&error.to_string());
    assert!(normal_form(&request(ask(vec![picture(None)])), &anthropic()).is_ok());
}

#[test]
fn what_another_vendor_holds_becomes_words_or_goes() {
    let messages = [
        Message::new(
            role::USER,
            vec![
                picture(Some("openai")),
                picture(Some("anthropic")),
                text("?"),
            ],
        ),
        assistant(
            &openai(),
            vec![
                other("openai-responses.compaction"),
                other("anthropic-messages.container"),
                call("c1", "look", "{}"),
            ],
        ),
        tool(vec![result(
            "c1",
            vec![
                ResultContent::Other(of_kind("openai-responses.part")),
                ResultContent::File(file("application/pdf", Some("openai"))),
            ],
        )]),
        assistant(&openai(), vec![other("openai-responses.compaction")]),
    ];
    expect![[r#"
        user: [image omitted: another provider holds it] | file image/png | ?
        assistant: anthropic-messages.container | call c1 look{}
        tool: result c1 [[file omitted: another provider holds it]]
        changed file of openai: another provider holds it
        changed file of openai: another provider holds it
        dropped openai-responses.compaction: only its own provider can read it
        dropped openai-responses.part: only its own provider can read it
        dropped openai-responses.compaction: only its own provider can read it
    "#]]
    .assert_eq(&normal(&messages, &anthropic()));
}

#[test]
fn what_its_vendor_wants_back_stays() {
    let messages = [
        user("Draw."),
        assistant(
            &openai(),
            vec![
                with(picture(None), "openai"),
                // A vocabulary that the manifest does not list, in a realm that it does.
                with(other("openai-completions.audio"), "openai"),
                other("openai-completions.audio"),
            ],
        ),
        user("Bigger."),
    ];
    expect![[r#"
        user: Draw.
        assistant: file image/png {openai} | openai-completions.audio {openai}
        user: Bigger.
        dropped openai-completions.audio: only its own provider can read it
    "#]]
    .assert_eq(&normal(&messages, &openai()));
}

#[test]
fn the_media_type_tells_the_modality() {
    for (media_type, expected) in [
        ("image/png", "image"),
        ("IMAGE/JPEG", "image"),
        ("audio/mpeg", "audio"),
        ("video/mp4", "video"),
        ("application/pdf", "file"),
        ("text/plain; charset=utf-8", "file"),
        ("", "file"),
    ] {
        assert_eq!(modality(media_type), expected, "{media_type}");
    }
}

#[test]
fn an_input_that_is_too_long_skips_the_model_and_cuts_nothing() {
    assert_eq!(check_room(200_000, Some(200_000)), Ok(()));
    assert_eq!(check_room(u64::MAX, None), Ok(()));
    assert_eq!(
        check_room(200_001, Some(200_000)),
        Err(Unfit::TooLong {
            input: 200_001,
            context: 200_000
        })
    );
}

#[test]
fn the_estimate_grows_with_all_that_is_sent() {
    let mut request = request(vec![user(&"word ".repeat(8_000))]);
    let words = estimate_tokens(&request);
    assert!((8_000..=12_000).contains(&words), "{words}");
    request
        .messages
        .push(Message::new(role::USER, vec![picture(None)]));
    let with_picture = estimate_tokens(&request);
    assert!(with_picture >= words + 500, "{with_picture}");
    request.tools.push(takes(
        "big",
        ToolInput::Schema(Json::new(format!(
            "{{\"description\":\"{}\"}}",
            "x".repeat(4_000)
        ))),
    ));
    assert!(estimate_tokens(&request) >= with_picture + 1_000);
}
