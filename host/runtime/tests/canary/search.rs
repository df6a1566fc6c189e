//! Where a secret is looked for in the end.

use super::*;
use crate::support::told;

/// Everything that is looked through in the end, and what is looked for.
pub(super) struct Search {
    pub(super) stage: Stage,
    pub(super) cache: PathBuf,
    pub(super) secrets: Vec<String>,
    pub(super) needles: Vec<Vec<u8>>,
    pub(super) notes: Vec<Arc<Notes>>,
    pub(super) said: RefCell<Vec<String>>,
}

impl Search {
    pub(super) fn begin(name: &str, secrets: &[&str]) -> Self {
        let cache = Path::new(env!("CARGO_TARGET_TMPDIR"))
            .join("recorded")
            .join(name);
        std::fs::create_dir_all(cache.parent().expect("it has one")).expect("it can be made");
        let stage = Stage::new(&Options {
            cache: Some(cache.clone()),
            record_memory: true,
        });
        let mut needles = vec![FRAGMENT.as_bytes().to_vec()];
        for secret in secrets {
            for form in encodings_of(secret) {
                // As it is, and as it stands inside a text that was quoted once more.
                let text = String::from_utf8(form.clone()).expect("every form is text");
                needles.extend([form, Form::Json.apply(&text).into_bytes()]);
            }
        }
        needles.sort();
        needles.dedup();
        Self {
            stage,
            cache,
            secrets: secrets.iter().map(|secret| (*secret).to_owned()).collect(),
            needles,
            notes: Vec::new(),
            said: RefCell::default(),
        }
    }

    pub(super) fn on(&mut self, scene: Scene) -> Provider {
        let (provider, notes, _) = scene.on(&self.stage);
        self.notes.push(notes);
        provider
    }

    /// Notes an outcome in every way in which it could be shown.
    pub(super) fn note<T: Debug>(&self, outcome: &Result<T, CallError>) {
        let mut said = self.said.borrow_mut();
        said.push(format!("{outcome:?}\n{outcome:#?}"));
        if let Err(error) = outcome {
            said.push(error.to_string());
            let failure = error.clone().into_failure();
            said.push(format!("{failure:?}\n{}", failure.message));
        }
    }

    pub(super) fn note_text(&self, text: impl Display) {
        self.said.borrow_mut().push(text.to_string());
    }

    /// Nothing of it is anywhere.
    pub(super) fn finds_nothing(&self, memories: usize) {
        let recorder = self.stage.runtime.recorder().expect("memory is recorded");
        let (recorded, bytes) = recorder.size();
        assert!(
            recorded >= memories && bytes > recorded << 16,
            "{recorded} memories, {bytes} bytes"
        );
        assert_eq!(recorder.count(&self.needles), 0, "in a guest's memory");

        for text in self.said.borrow().iter() {
            assert!(!self.is_in(text.as_bytes()), "said: {text}");
        }
        for notes in &self.notes {
            for event in notes.events() {
                let text = format!("{event:?}\n{event:#?}");
                assert!(!self.is_in(text.as_bytes()), "recorded: {text}");
            }
            for line in notes.lines() {
                let text = format!("{}\n{line:?}", line.message);
                assert!(!self.is_in(text.as_bytes()), "logged: {text}");
            }
        }
        let mut files = 0;
        for entry in std::fs::read_dir(&self.cache).expect("there is a cache") {
            let path = entry.expect("readable").path();
            let bytes = std::fs::read(&path).expect("readable");
            assert!(!self.is_in(&bytes), "cached: {}", path.display());
            files += 1;
        }
        assert!(files >= 2, "the key and a component");
    }

    /// The same search finds a secret that a guest is handed as plain text, in any of its forms.
    ///
    /// In an engine of its own: to look through all the other memories again takes a while.
    pub(super) fn finds_what_is_there(mut self) {
        let options = Options {
            cache: Some(self.cache.clone()),
            record_memory: true,
        };
        self.stage = Stage::new(&options);
        let recorder = Arc::clone(self.stage.runtime.recorder().expect("memory is recorded"));
        let provider = self.on(Scene::guest("hostile"));
        for secret in self.secrets.clone() {
            for form in Form::ALL {
                let before = recorder.count(&self.needles);
                let request = told(asking("hold-plain", "hold it", true), &form.apply(&secret));
                let events = run(talk(&provider, None, &request)).expect("it is answered");
                assert_eq!(text_of(&events), "held");
                assert!(
                    recorder.count(&self.needles) >= before + 8,
                    "{form:?} is not found"
                );
            }
            assert!(self.is_in(format!("a {secret} z").as_bytes()));
        }
    }

    pub(super) fn is_in(&self, bytes: &[u8]) -> bool {
        bytes.iter().enumerate().any(|(at, byte)| {
            let here = self.needles.partition_point(|needle| needle[0] < *byte);
            let here = self.needles[here..]
                .iter()
                .take_while(|needle| needle[0] == *byte);
            here.into_iter()
                .any(|needle| bytes[at..].starts_with(needle))
        })
    }
}
