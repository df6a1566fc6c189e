//! What the program lets in fits every plugin.

use super::*;

const APIS: [&str; 5] = [
    "openai-completions",
    "openai-responses",
    "anthropic-messages",
    "google-generative-ai",
    "ollama",
];

/// A home with a model of each format that takes images.
fn world(server: &Server) -> Sandbox {
    let providers: Vec<String> = APIS
        .iter()
        .enumerate()
        .map(|(at_index, api)| {
            format!(
                r#"p{at_index}: {{ baseUrl: "{}", api: "{api}", models: [{{ id: "m", input: ["text", "image"] }}] }}"#,
                at(server.port)
            )
        })
        .collect();
    Sandbox::new().cache(crate::CACHE).config(&format!(
        r#"{{
            agents: {{ defaults: {{ model: "p0/m", imageModel: "p0/m" }} }},
            models: {{ providers: {{ {} }} }},
        }}"#,
        providers.join(", ")
    ))
}

fn png(mebibytes: usize) -> Vec<u8> {
    let mut image = vec![0x5a; mebibytes << 20];
    image[..8].copy_from_slice(b"\x89PNG\r\n\x1a\n");
    image
}

#[test]
fn images_up_to_their_limit_reach_the_server_in_every_format() {
    let refusal = br#"{"error":{"message":"no","type":"server_error"}}"#;
    let server = Server::saying(reply(
        "500 Oops",
        &["content-type: application/json"],
        refusal,
    ));
    let world = world(&server);
    world.write("20.png", png(20));
    world.write("8.png", png(8));
    let prompt = "a \"quoted\" word\n".repeat((8 << 20) / 17);
    for (index, api) in APIS.iter().enumerate() {
        let model = format!("p{index}/m");
        let (large, small) = (world.path("20.png"), world.path("8.png"));
        let (large, small) = (large.display().to_string(), small.display().to_string());
        for images in [vec![&large], vec![&small, &small, &small]] {
            let mut arguments = vec!["models", "run", "-", "--model", &model];
            for image in &images {
                arguments.extend(["--image", image.as_str()]);
            }
            let output = world.run_with(&arguments, &prompt);
            let asked = server.asked();
            assert!(!asked.is_empty(), "{api}: {output}");
            assert!(asked[0].body.len() > 34 << 20, "{api}: {output}");
        }
    }
}

#[test]
fn more_than_that_is_refused_before_anything_is_asked() {
    let server = Server::saying(hello());
    let world = world(&server);
    world.write("9.png", png(9));
    let output =
        world.openclaw("models run hi --image 9.png --image 9.png --image 9.png --image 9.png");
    assert!(
        output
            .failed()
            .contains("the files are larger than 32 MiB together"),
        "{output}"
    );
    assert_eq!(server.lines(), [""; 0]);
}

#[test]
fn an_event_of_eight_mebibytes_is_read() {
    let text = "x".repeat(8 << 20);
    let body = reply(
        "200 OK",
        &["content-type: text/event-stream"],
        stream(&text).as_bytes(),
    );
    let server = Server::saying(body);
    let output = lab(&at(server.port), "").openclaw("models run hi");
    assert_eq!(output.ok().len(), (8 << 20) + 1);
}
