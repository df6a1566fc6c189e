//! llmock, which speaks as eight vendors do: answers, refusals, waits and streams that break. Its Cohere
//! speaks the format of Cohere's own, which the plugin does not.

mod dialects;

use super::*;
use dialects::{ALL, BASES, Dialect};

/// Returns what llmock has a model say.
fn text_of(model: &str) -> String {
    format!("Mock response from {}.", model.split_once('/').unwrap().1)
}

/// A user with a key of the vendor and one of the fallback's, both of whom are the server.
struct Case {
    server: Server,
    world: Sandbox,
    dialect: &'static Dialect,
}

impl Case {
    fn llmock(dialect: &'static Dialect) -> Option<Self> {
        let server = Server::llmock()?;
        let named = |model: &str, (provider, _): &(&str, &str)| {
            model.split_once('/').is_some_and(|(id, _)| id == *provider)
        };
        let used = || {
            let used = BASES.iter();
            used.filter(|one| named(dialect.model, one) || named(dialect.fallback, one))
        };
        let providers: String = used()
            .map(|one| {
                let api = if named(dialect.model, one) {
                    dialect.config
                } else {
                    ""
                };
                format!("{}: {{ {api} baseUrl: \"{}\" }},", one.0, server.url(one.1))
            })
            .collect();
        let world = Sandbox::new().cache(crate::CACHE).config(&format!(
            r#"{{
                agents: {{ defaults: {{ model: {{ primary: "{}", fallbacks: ["{}"] }} }} }},
                models: {{ providers: {{ {providers} }} }},
            }}"#,
            dialect.model, dialect.fallback,
        ));
        let key = |provider: &str| json!({ "type": "api_key", "provider": provider, "key": KEY });
        let world = used().fold(world, |world, (provider, _)| {
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
            // These two tell it unasked, which this server does not.
            assert!(
                answer["usage"]["output"].as_u64() > Some(0)
                    || ["mistral", "perplexity"].contains(&name),
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

#[test]
fn the_models_that_a_vendor_lists_are_shown() {
    each(|name, case| {
        let (provider, _) = case.dialect.model.split_once('/').unwrap();
        // Perplexity has no list of its own, and the first four are listed elsewhere.
        if !matches!(provider, "mistral" | "groq" | "together" | "xai") {
            return;
        }
        let (_, path) = BASES.iter().find(|(id, _)| *id == provider).unwrap();
        let told = case.server.json(&format!("{path}/models"));
        let told = told.as_array().or(told["data"].as_array());
        let told = told.map_or_else(Vec::new, Clone::clone);
        let listed = case.world.openclaw(&format!(
            "models list --provider {provider} --refresh --all --json"
        ));
        let listed = listed.json();
        for one in &told {
            let id = &one["id"];
            let row = listed.as_array().unwrap().iter();
            let mut row = row.filter(|row| row["modelId"] == *id && row["live"] == true);
            assert!(row.next().is_some(), "{name}: {id}: {listed:#}");
        }
        assert!(!told.is_empty(), "{name}");
    });
}
