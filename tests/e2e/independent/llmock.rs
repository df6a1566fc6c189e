//! llmock, which speaks as four vendors do: answers, refusals, waits and streams that break.

use super::*;

/// A wire format that llmock speaks too.
struct Dialect {
    model: &'static str,
    /// What llmock calls the vendor.
    vendor: &'static str,
    config: &'static str,
    fallback: &'static str,
    /// How many events of a stream come before any text.
    before: Option<u32>,
    /// How many have come when some text, but not all, has arrived.
    amid: u32,
}

const ANTHROPIC: Dialect = Dialect {
    model: "anthropic/claude-opus-4-6",
    vendor: "anthropic",
    config: "",
    fallback: "openai/gpt-5.2",
    before: Some(3),
    amid: 6,
};

const RESPONSES: Dialect = Dialect {
    model: "openai/gpt-5.2",
    vendor: "openai",
    config: "",
    fallback: "anthropic/claude-opus-4-6",
    before: Some(3),
    amid: 7,
};

const COMPLETIONS: Dialect = Dialect {
    config: r#"api: "openai-completions","#,
    before: Some(1),
    amid: 3,
    ..RESPONSES
};

// Text is in its first event.
const GOOGLE: Dialect = Dialect {
    model: "google/gemini-2.5-pro",
    vendor: "gemini",
    config: "",
    fallback: "anthropic/claude-opus-4-6",
    before: None,
    amid: 2,
};

const ALL: [(&str, &Dialect); 4] = [
    ("anthropic", &ANTHROPIC),
    ("responses", &RESPONSES),
    ("completions", &COMPLETIONS),
    ("google", &GOOGLE),
];

/// Returns what llmock has a model say.
fn text_of(model: &str) -> String {
    format!("Mock response from {}.", model.split_once('/').unwrap().1)
}

/// A user with one key for each vendor, all of whom are the server.
struct Case {
    server: Server,
    world: Sandbox,
    dialect: &'static Dialect,
}

impl Case {
    fn llmock(dialect: &'static Dialect) -> Option<Self> {
        let server = Server::llmock()?;
        let world = Sandbox::new().cache(crate::CACHE).config(&format!(
            r#"{{
                agents: {{ defaults: {{ model: {{ primary: "{}", fallbacks: ["{}"] }} }} }},
                models: {{ providers: {{
                    anthropic: {{ baseUrl: "{}" }},
                    openai: {{ {} baseUrl: "{}" }},
                    google: {{ baseUrl: "{}" }},
                }} }},
            }}"#,
            dialect.model,
            dialect.fallback,
            server.url("/anthropic"),
            dialect.config,
            server.url("/v1"),
            server.url("/gemini/v1beta"),
        ));
        let key = |provider: &str| json!({ "type": "api_key", "provider": provider, "key": KEY });
        let world = ["anthropic", "openai", "google"]
            .into_iter()
            .fold(world, |world, provider| {
                world.profile(&format!("{provider}:only"), key(provider))
            });
        Some(Self {
            server,
            world,
            dialect,
        })
    }

    /// Starts anew: empty journal, no cooldown, and these faults for the first model.
    fn faults(&self, faults: &[Value]) {
        self.server.control("POST", "/_llmock/reset", "");
        self.end_cooldowns();
        if faults.is_empty() {
            return;
        }
        let model = self.dialect.model.split_once('/').unwrap().1;
        let faults: Vec<Value> = faults
            .iter()
            .map(|fault| {
                let mut fault = fault.clone();
                fault["match"] = json!({ "model": model });
                fault
            })
            .collect();
        self.server.control(
            "POST",
            "/_llmock/scenario",
            &json!({ "behaviors": faults }).to_string(),
        );
    }

    fn end_cooldowns(&self) {
        let mut store: Value = serde_json::from_str(&self.world.read(STORE).unwrap()).unwrap();
        store.as_object_mut().unwrap().shift_remove("usageStats");
        self.world.write(STORE, store.to_string());
    }

    /// Returns what the first model says when nothing is wrong.
    fn answer(&self) -> String {
        text_of(self.dialect.model) + "\n"
    }

    fn ask(&self, arguments: &[&str]) -> Output {
        let all: Vec<&str> = ["models", "run", "Hello"]
            .iter()
            .chain(arguments)
            .copied()
            .collect();
        let output = self.world.run(&all);
        assert!(
            !output.stdout.contains(KEY) && !output.stderr.contains(KEY),
            "{output}"
        );
        output
    }

    /// Returns the journal: who was asked, what came back, and which fault the server put in.
    #[track_caller]
    fn journal(&self) -> Vec<String> {
        let journal = self.server.json("/_llmock/requests");
        let requests = journal["requests"].as_array().unwrap();
        assert_eq!(journal["count"], requests.len());
        requests
            .iter()
            .map(|request| {
                let fault = request["fault"]
                    .as_str()
                    .map(|fault| format!(" {fault}"))
                    .unwrap_or_default();
                let way = if request["stream"] == true {
                    "streamed"
                } else {
                    "whole"
                };
                format!(
                    "{} {way} {}{fault}",
                    request["provider"].as_str().unwrap(),
                    request["status"]
                )
            })
            .collect()
    }

    /// The server must find nothing wrong. Two remarks of it are none here: that a failed call was
    /// not repeated at the same vendor, which is what falling back means; and that a chunk that
    /// cannot be read was passed over, since it looks at whether it could send on, not at our error.
    #[track_caller]
    fn verdict(&self) {
        let text = self
            .server
            .control("GET", "/_llmock/verdict?format=text", "");
        assert!(!text.contains("FAIL"), "{text}");
        let verdict = self.server.json("/_llmock/verdict");
        let findings = verdict["findings"].as_array().unwrap();
        let known = |finding: &Value| {
            finding["severity"] == "warning"
                && ["gave_up", "malformed_chunk_ignored"]
                    .iter()
                    .any(|code| finding["code"] == *code)
        };
        assert!(
            verdict["passed"] == true && findings.iter().all(known),
            "{text}"
        );
    }

    /// Asks once more, and then has the server judge. It takes only the same request sent again for a
    /// sign that a cut answer was not accepted: an error or a fallback it cannot see. After the first
    /// token nothing is sent again by itself, so it is the user who does it.
    #[track_caller]
    fn verdict_after_asking_again(&self) {
        self.end_cooldowns();
        assert_eq!(self.ask(&[]).ok(), self.answer());
        assert_eq!(
            self.journal().last().unwrap(),
            &format!("{} streamed 200", self.dialect.vendor)
        );
        self.verdict();
    }

    /// Asks once with a fault in place of the first model's answer; the fallback answers.
    #[track_caller]
    fn falls_back(&self, fault: &Value, arguments: &[&str], journal: &str, kind: &str) {
        self.faults(std::slice::from_ref(fault));
        let output = self.ask(&[arguments, &["--json"]].concat());
        assert_eq!(output.code, Some(0), "{fault}: {output}");
        let answer = output.json();
        assert_eq!(
            answer["model"], self.dialect.fallback,
            "{fault}: {answer:#}"
        );
        assert_eq!(answer["text"], text_of(self.dialect.fallback), "{fault}");
        assert_eq!(
            answer["trail"][0]["failure"]["kind"], kind,
            "{fault}: {answer:#}"
        );
        let asked = self.journal();
        assert_eq!(asked.len(), 2, "{fault}: {asked:?}");
        assert_eq!(
            asked[0],
            format!("{} {journal}", self.dialect.vendor),
            "{fault}"
        );
        assert!(asked[1].ends_with(" 200"), "{asked:?}");
    }
}

fn each(test: impl Fn(&str, &Case)) {
    for (name, dialect) in ALL {
        let Some(case) = Case::llmock(dialect) else {
            return;
        };
        test(name, &case);
    }
}

#[test]
fn every_dialect_is_answered_streamed_and_whole() {
    each(|name, case| {
        for (flags, way) in [(&[][..], "streamed"), (&["--no-stream"], "whole")] {
            case.faults(&[]);
            let output = case.ask(flags);
            assert_eq!(output.ok(), case.answer(), "{name}");
            assert_eq!(
                case.journal(),
                [format!("{} {way} 200", case.dialect.vendor)],
                "{name}"
            );
            assert_eq!(
                case.server.json("/_llmock/requests")["requests"][0]["completed"],
                true
            );
            case.verdict();
            let answer = case.ask(&[flags, &["--json"]].concat()).json();
            assert_eq!(answer["stop"], "end", "{name}: {answer:#}");
            assert!(
                answer["usage"]["output"].as_u64() > Some(0),
                "{name}: {answer:#}"
            );
        }
    });
}

#[test]
fn a_vendor_that_refuses_is_left_for_the_next_model() {
    each(|_, case| {
        for (flags, way) in [(&[][..], "streamed"), (&["--no-stream"], "whole")] {
            for (status, kind) in [
                (429, "rate_limit"),
                (500, "server"),
                (529, "overloaded"),
                (503, "overloaded"),
            ] {
                let fault = json!({ "type": "fail", "status": status, "retry_after": 77 });
                case.falls_back(
                    &fault,
                    flags,
                    &format!("{way} {status} scenario:{status}"),
                    kind,
                );
                case.verdict();
            }
        }
    });
}

#[test]
fn the_wait_that_a_vendor_asks_for_is_kept_by_the_next_run() {
    each(|name, case| {
        case.faults(&[json!({ "type": "fail", "status": 429, "retry_after": 77 })]);
        assert_eq!(case.ask(&[]).code, Some(0));
        let store: Value = serde_json::from_str(&case.world.read(STORE).unwrap()).unwrap();
        let (provider, model) = case.dialect.model.split_once('/').unwrap();
        let rest = &store["usageStats"][format!("{provider}:only")]["models"][model];
        assert_eq!(rest["until"], FIXED_TIME_MS + 77_000, "{name}: {store:#}");
        let again = case.ask(&["--json"]);
        assert_eq!(
            again.json()["trail"][0]["outcome"],
            "skipped",
            "{name}: {again}"
        );
        let asked = case.journal();
        assert_eq!(
            (asked.len(), &asked[1]),
            (3, &asked[2]),
            "{name}: {asked:?}"
        );
        case.verdict();
    });
}

#[test]
fn a_stream_that_breaks_before_its_first_word_is_left_for_the_next_model() {
    each(|_, case| {
        let Some(before) = case.dialect.before else {
            return;
        };
        for kind in ["disconnect", "truncate"] {
            let fault = json!({ "type": "stream_fault", "kind": kind, "after_chunks": before });
            case.falls_back(
                &fault,
                &[],
                &format!("streamed 200 stream:{kind}@{before}"),
                "network",
            );
            case.verdict_after_asking_again();
        }
    });
}

#[test]
fn a_stream_that_breaks_after_words_is_an_error_and_nobody_else_is_asked() {
    each(|name, case| {
        for kind in ["disconnect", "truncate", "malformed"] {
            let amid = case.dialect.amid;
            case.faults(&[json!({ "type": "stream_fault", "kind": kind, "after_chunks": amid })]);
            let output = case.ask(&[]);
            assert_eq!(output.code, Some(1), "{name}, {kind}: {output}");
            let text = output.stdout.trim_end();
            assert!(
                !text.is_empty() && case.answer().starts_with(text),
                "{name}, {kind}: {output}"
            );
            assert!(
                output.stderr.starts_with("error: the stream ended early\n"),
                "{name}, {kind}: {output}"
            );
            assert_eq!(
                case.journal(),
                [format!(
                    "{} streamed 200 stream:{kind}@{amid}",
                    case.dialect.vendor
                )],
                "{name}"
            );
            case.verdict_after_asking_again();
        }
    });
}

#[test]
fn a_vendor_that_is_slow_is_waited_for() {
    each(|name, case| {
        case.faults(&[json!({ "type": "stream_fault", "kind": "stall", "after_chunks": case.dialect.amid, "stall_seconds": 0.3 })]);
        let output = case.ask(&[]);
        assert_eq!(output.ok(), case.answer(), "{name}");
        assert_eq!(case.journal().len(), 1);
        case.verdict();
    });
}
