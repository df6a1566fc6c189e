//! A guest whose model lists are too large.
//!
//! `list` makes two million models, which is more than its memory holds. `discover` returns little
//! memory that reads as much, in one of three ways that `config.api` chooses:
//!
//! | `api` | what a host that copies first and counts later would hold |
//! |---|---|
//! | none | 1 GiB: a thousand models whose names are the same 1 MiB of memory |
//! | `words` | a million words without a letter, in one model |
//! | `fits` | ten thousand small models, which fit into its memory |

use openclaw_sdk::chat::{Chat, Event, GuestChat};
use openclaw_sdk::conversation::Request;
use openclaw_sdk::facts::discovered;
use openclaw_sdk::login::{self, NoLogin};
use openclaw_sdk::{
    Failure, FailureKind, Model, ProviderConfig, Secret, auth, catalog, chat, errors,
    export_provider, manifest, probe,
};

/// Never frees: memory that is returned several times over would else be freed several times, and
/// the guest would trap before it is seen what the host makes of it.
#[cfg(target_arch = "wasm32")]
mod leaking {
    use std::alloc::{GlobalAlloc, Layout, System};

    struct Leaking;

    #[global_allocator]
    static ALLOCATOR: Leaking = Leaking;

    #[expect(unsafe_code, reason = "an allocator cannot be had without")]
    // SAFETY: allocation is the system's; keeping everything is always sound.
    unsafe impl GlobalAlloc for Leaking {
        unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
            // SAFETY: the caller's promise is passed on.
            unsafe { System.alloc(layout) }
        }

        unsafe fn dealloc(&self, _pointer: *mut u8, _layout: Layout) {}
    }
}

struct HugeList;

export_provider!(HugeList);
manifest!("plugin.toml");

impl catalog::Guest for HugeList {
    fn list() -> Vec<Model> {
        (0..2_000_000).map(small).collect()
    }

    fn discover(
        config: ProviderConfig,
        _credential: Option<&Secret>,
    ) -> Result<Vec<Model>, Failure> {
        Ok(match config.api.as_deref() {
            Some("words") => {
                let input = vec![String::new(); 1_000_000];
                vec![Model {
                    input,
                    ..discovered("words", None)
                }]
            }
            Some("fits") => (0..10_000).map(small).collect(),
            _ => {
                let name = "a".repeat(1 << 20);
                let models = (0..1_000).map(|index| Model {
                    name: same_text(&name),
                    ..small(index)
                });
                let models = models.collect();
                std::mem::forget(name);
                models
            }
        })
    }
}

/// The smallest model there can be, so that many fit.
fn small(index: usize) -> Model {
    Model {
        input: Vec::new(),
        output: Vec::new(),
        sources: Vec::new(),
        status: String::new(),
        name: String::new(),
        operations: Vec::new(),
        ..discovered(&index.to_string(), None)
    }
}

#[expect(
    unsafe_code,
    reason = "a hostile guest is not bound to its language's rules"
)]
fn same_text(text: &str) -> String {
    // SAFETY: none in general. The result is only read, and the guest's allocator never frees.
    unsafe { String::from_raw_parts(text.as_ptr().cast_mut(), text.len(), text.len()) }
}

impl auth::Guest for HugeList {
    type Login = NoLogin;

    fn resolve(_config: ProviderConfig) -> Result<Option<auth::Credential>, Failure> {
        Ok(None)
    }

    fn inspect(secret: &Secret) -> auth::Inspection {
        auth::Inspection {
            mode: secret.mode(),
            plausible: true,
            note: None,
            expires_at: None,
            account: None,
            extensions: Vec::new(),
        }
    }

    fn refresh(_config: ProviderConfig, _refresh: &Secret) -> Result<auth::Credential, Failure> {
        Err(login::not_renewable())
    }

    fn start_login(
        _config: ProviderConfig,
        request: auth::LoginRequest,
    ) -> Result<auth::Login, Failure> {
        login::unsupported(&request.flow)
    }
}

impl probe::Guest for HugeList {
    fn run(
        _config: ProviderConfig,
        _credential: Option<&Secret>,
        _options: probe::Options,
    ) -> Result<probe::Report, Failure> {
        Err(only_lists())
    }
}

impl chat::Guest for HugeList {
    type Chat = NoChat;

    fn start(
        _config: ProviderConfig,
        _credential: Option<&Secret>,
        _request: Request,
    ) -> Result<Chat, Failure> {
        Err(only_lists())
    }
}

enum NoChat {}

impl GuestChat for NoChat {
    fn next(&self) -> Result<Option<Vec<Event>>, Failure> {
        match *self {}
    }
}

fn only_lists() -> Failure {
    errors::failure(FailureKind::Other, "this guest only lists models")
}
