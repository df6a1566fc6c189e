//! A component seen as a provider: one call, one fresh instance.

mod besides;
mod call;
mod login;

use std::sync::Arc;
use std::time::Duration;

use openclaw_core::catalog::Model;
use openclaw_core::conversation::{Event, Request};
use openclaw_core::failure::{Failure, FailureKind};
use wasmtime::Store;
use wasmtime::component::{Instance, ResourceAny};

use crate::bindings::exports::openclaw::provider::{
    auth, catalog, chat, embeddings, probe, quota, relay, tokens,
};
use crate::bindings::openclaw::provider::types;
use crate::convert;
use crate::engine::{Loaded, Runtime};
use crate::host::connection::Egress;
use crate::host::dial::{Lookup, Network};
use crate::instance::{Clock, Ctx, Environment};
use crate::limits::{ANSWER_BYTES, BATCH_EVENTS, BLOBS, CallError, Fault, MODEL_WORDS, MODELS};
use crate::observe::Observer;
use crate::rights::Rights;
use crate::secret::StoredSecret;
use call::{Call, borrow, bounded, fault_of};

pub use besides::{Relay, Relayed};
pub use login::{DeviceCode, Login, LoginStep};

/// What the host lends to a provider's calls.
#[derive(Clone)]
pub struct Setup {
    /// Base URL from the user's configuration, without a trailing slash.
    pub base_url: Option<String>,
    /// Wire dialect from the user's configuration.
    pub api: Option<String>,
    /// What it may do.
    pub rights: Arc<Rights>,
    /// The user's environment.
    pub environment: Arc<dyn Environment>,
    /// Plain settings of the provider, such as a region.
    pub settings: Vec<(String, String)>,
    /// The clock.
    pub clock: Arc<dyn Clock>,
    /// Who keeps the record.
    pub observer: Arc<dyn Observer>,
    /// The resolver of names.
    pub lookup: Arc<dyn Lookup>,
    /// Proxies and certificates.
    pub network: Network,
}

/// A credential that a provider found or obtained.
#[derive(Clone, Debug)]
pub struct Found {
    /// What signs requests.
    pub secret: Arc<StoredSecret>,
    /// What renews it.
    pub refresh: Option<Arc<StoredSecret>>,
    /// `api-key`, `oauth` or `token`.
    pub mode: String,
    /// Where it was found, such as `env:ANTHROPIC_API_KEY`.
    pub source: String,
    /// When it stops working, in milliseconds since the epoch.
    pub expires_at: Option<u64>,
}

/// What a successful probe proved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proof {
    /// In a sentence.
    pub proven: String,
    /// Whether a model generated an answer.
    pub generated: bool,
    /// Tokens spent.
    pub tokens_spent: u64,
    /// The account or key label.
    pub account: Option<String>,
}

/// How to probe.
#[derive(Clone, Debug)]
pub struct ProbeOptions {
    /// Model to prove.
    pub model: Option<String>,
    /// Upper bound on generated tokens.
    pub max_tokens: u32,
    /// Whether the call may cost tokens.
    pub may_spend: bool,
}

/// What a secret looks like from outside.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Inspection {
    /// `api-key`, `oauth` or `token`.
    pub mode: String,
    /// Whether its form is that of a credential of this provider.
    pub plausible: bool,
    /// What is odd about it, or what it is good for.
    pub note: Option<String>,
    /// When it stops working, in milliseconds since the epoch.
    pub expires_at: Option<u64>,
    /// The account it belongs to.
    pub account: Option<String>,
}

/// A loaded plugin with its surroundings.
pub struct Provider {
    runtime: Arc<Runtime>,
    loaded: Arc<Loaded>,
    setup: Setup,
    egress: Arc<Egress>,
    call_limit: Duration,
}

/// An interface that a component may export.
trait Interface {
    /// Its name in the contract.
    const NAME: &'static str;
    /// Its functions in an instance.
    type Guest;

    /// Returns it, if the component exports it.
    fn of(loaded: &Loaded) -> Option<&Self>;

    /// Finds it in an instance.
    fn load(&self, store: &mut Store<Ctx>, instance: &Instance) -> wasmtime::Result<Self::Guest>;
}

macro_rules! interfaces {
    ($($name:ident),+) => {$(
        impl Interface for $name::GuestIndices {
            const NAME: &'static str = stringify!($name);
            type Guest = $name::Guest;

            fn of(loaded: &Loaded) -> Option<&Self> {
                loaded.$name.as_ref()
            }

            fn load(
                &self,
                store: &mut Store<Ctx>,
                instance: &Instance,
            ) -> wasmtime::Result<Self::Guest> {
                Self::load(self, store, instance)
            }
        }
    )+};
}

interfaces!(auth, catalog, chat, embeddings, probe, quota, relay, tokens);

impl Provider {
    /// Joins a loaded plugin and its surroundings.
    #[must_use]
    pub fn new(runtime: Arc<Runtime>, loaded: Arc<Loaded>, setup: Setup) -> Self {
        let egress = Arc::new(Egress::new(
            Arc::clone(&setup.lookup),
            setup.network.clone(),
        ));
        let call_limit = Duration::from_millis(loaded.plugin.manifest.limits.call_ms);
        Self {
            runtime,
            loaded,
            setup,
            egress,
            call_limit,
        }
    }

    /// Bounds each call to `limit` or the manifest's own bound, whichever is shorter.
    #[must_use]
    pub fn within(mut self, limit: Duration) -> Self {
        self.call_limit = self.call_limit.min(limit);
        self
    }

    /// Returns the provider's id.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.loaded.plugin.manifest.id
    }

    /// Whether its plugin asks to sign with the AWS credentials of the machine.
    #[must_use]
    pub fn signs_with_aws(&self) -> bool {
        self.loaded.plugin.manifest.signs_with_aws()
    }

    /// Whether its plugin asks for access tokens of Google's Application Default Credentials.
    #[must_use]
    pub fn asks_for_adc(&self) -> bool {
        self.loaded.plugin.manifest.asks_for_adc()
    }

    /// Returns how servers are reached.
    #[must_use]
    pub fn network(&self) -> &Network {
        &self.setup.network
    }

    /// Returns the models the provider knew when it was built.
    ///
    /// # Errors
    /// [`CallError::Plugin`] when the guest misbehaves.
    pub async fn list(&self) -> Result<Vec<Model>, CallError> {
        let (mut call, guest) = self.open::<catalog::GuestIndices>().await?;
        let listed = guest.call_list(&mut call.store);
        let models = bounded(self.call_limit, listed)
            .await
            .map_err(|e| call.broke(e))?;
        self.models(models)
    }

    /// Asks the vendor which models this credential may use.
    ///
    /// # Errors
    /// [`CallError::Provider`] with what the vendor said, [`CallError::Plugin`] when the guest
    /// misbehaves.
    pub async fn discover(
        &self,
        credential: Option<&Arc<StoredSecret>>,
    ) -> Result<Vec<Model>, CallError> {
        let (mut call, guest) = self.open::<catalog::GuestIndices>().await?;
        let handle = call.issue_handles(credential)?;
        let config = self.config();
        let asked = guest.call_discover(&mut call.store, &config, borrow(handle.as_ref()));
        let answer = bounded(self.call_limit, asked)
            .await
            .map_err(|e| call.broke(e))?;
        self.models(answer.map_err(|failure| call.failed(failure))?)
    }

    /// Makes the cheapest honest call with a credential.
    ///
    /// # Errors
    /// As [`discover`](Self::discover).
    pub async fn probe(
        &self,
        credential: Option<&Arc<StoredSecret>>,
        options: &ProbeOptions,
    ) -> Result<Proof, CallError> {
        let (mut call, guest) = self.open::<probe::GuestIndices>().await?;
        let handle = call.issue_handles(credential)?;
        let config = self.config();
        let options = probe::Options {
            model: options.model.clone(),
            max_tokens: options.max_tokens,
            may_spend: options.may_spend,
            extensions: Vec::new(),
        };
        let run = guest.call_run(&mut call.store, &config, borrow(handle.as_ref()), &options);
        let answer = bounded(self.call_limit, run)
            .await
            .map_err(|e| call.broke(e))?;
        let report = answer.map_err(|failure| call.failed(failure))?;
        Ok(Proof {
            proven: convert::line(&call.redact(&report.proven), 200),
            generated: report.generated,
            tokens_spent: report.tokens_spent,
            account: report
                .account
                .map(|text| convert::line(&call.redact(&text), 200)),
        })
    }

    /// Looks for a credential in the provider's environment variables and ambient sources.
    ///
    /// # Errors
    /// As [`discover`](Self::discover).
    pub async fn resolve(&self) -> Result<Option<Found>, CallError> {
        let (mut call, guest) = self.open::<auth::GuestIndices>().await?;
        let config = self.config();
        let asked = guest.call_resolve(&mut call.store, &config);
        let answer = bounded(self.call_limit, asked)
            .await
            .map_err(|e| call.broke(e))?;
        let found = answer.map_err(|failure| call.failed(failure))?;
        found.map(|credential| call.found(credential)).transpose()
    }

    /// Tells what kind of credential a secret is.
    ///
    /// # Errors
    /// [`CallError::Plugin`] when the guest misbehaves.
    pub async fn inspect(&self, secret: &Arc<StoredSecret>) -> Result<Inspection, CallError> {
        let (mut call, guest) = self.open::<auth::GuestIndices>().await?;
        let handle = call.issue_handle(secret)?;
        let asked = guest.call_inspect(&mut call.store, handle);
        let seen = bounded(self.call_limit, asked)
            .await
            .map_err(|e| call.broke(e))?;
        Ok(Inspection {
            mode: convert::line(&seen.mode, 20),
            plausible: seen.plausible,
            note: seen
                .note
                .map(|text| convert::line(&call.redact(&text), 400)),
            expires_at: seen.expires_at,
            account: seen
                .account
                .map(|text| convert::line(&call.redact(&text), 200)),
        })
    }

    /// Renews a login.
    ///
    /// # Errors
    /// As [`discover`](Self::discover).
    pub async fn refresh(&self, refresh: &Arc<StoredSecret>) -> Result<Found, CallError> {
        let (mut call, guest) = self.open::<auth::GuestIndices>().await?;
        let handle = call.issue_handle(refresh)?;
        let config = self.config();
        let asked = guest.call_refresh(&mut call.store, &config, handle);
        let answer = bounded(self.call_limit, asked)
            .await
            .map_err(|e| call.broke(e))?;
        let credential = answer.map_err(|failure| call.failed(failure))?;
        call.found(credential)
    }

    /// Sends a request and waits until the vendor accepted it.
    ///
    /// # Errors
    /// As [`discover`](Self::discover).
    pub async fn chat(
        &self,
        credential: Option<&Arc<StoredSecret>>,
        request: &Request,
    ) -> Result<Chat, CallError> {
        let (mut call, guest) = self.open::<chat::GuestIndices>().await?;
        let handle = call.issue_handles(credential)?;
        let config = self.config();
        let asked = convert::request(request, &mut call.store.data_mut().media);
        let request = asked.map_err(|convert::TooManyFiles| {
            CallError::Provider(Failure::new(
                FailureKind::Unsupported,
                format!("a request has at most {BLOBS} files"),
            ))
        })?;
        let started = guest.call_start(&mut call.store, &config, borrow(handle.as_ref()), &request);
        let answer = bounded(self.call_limit, started)
            .await
            .map_err(|e| call.broke(e))?;
        let resource = answer.map_err(|failure| call.failed(failure))?;
        Ok(Chat {
            call,
            guest,
            resource,
            limit: self.call_limit,
        })
    }

    fn models(&self, models: Vec<types::Model>) -> Result<Vec<Model>, CallError> {
        if models.len() > MODELS {
            let what = format!("{} models; at most {MODELS}", models.len());
            return Err(self.fault(Fault::Answer(what)));
        }
        for model in &models {
            let words = [
                &model.input,
                &model.output,
                &model.sources,
                &model.operations,
                &model.efforts,
            ];
            let words = words.map(Vec::len);
            let words =
                words.iter().sum::<usize>() + model.price_tiers.len() + model.abilities.len();
            if words > MODEL_WORDS {
                let what = format!("{words} words about one model; at most {MODEL_WORDS}");
                return Err(self.fault(Fault::Answer(what)));
            }
        }
        Ok(models.into_iter().map(convert::model).collect())
    }

    /// Makes an instance, and finds an interface in it.
    async fn open<I: Interface>(&self) -> Result<(Call, I::Guest), CallError> {
        let interface = I::of(&self.loaded).ok_or_else(|| self.fault(Fault::Missing(I::NAME)))?;
        let mut call = self.begin().await?;
        let guest = interface
            .load(&mut call.store, &call.instance)
            .map_err(|error| call.fault(error))?;
        Ok((call, guest))
    }

    async fn begin(&self) -> Result<Call, CallError> {
        let ctx = Ctx::new(
            Arc::clone(&self.loaded.plugin),
            Arc::clone(&self.setup.rights),
            Arc::clone(&self.egress),
            Arc::clone(&self.setup.environment),
            Arc::clone(&self.setup.clock),
            Arc::clone(&self.setup.observer),
        );
        let mut store = Store::new(self.runtime.engine(), ctx);
        store.limiter(|ctx| &mut ctx.bounds);
        store.set_hostcall_fuel(ANSWER_BYTES);
        store.epoch_deadline_async_yield_and_update(1);
        store.data_mut().begin_call(self.call_limit);
        let ticking = self.runtime.ticking();
        let made = bounded(
            self.call_limit,
            self.loaded.pre.instantiate_async(&mut store),
        )
        .await;
        match made {
            Ok(instance) => Ok(Call {
                store,
                instance,
                limit: self.call_limit,
                _ticking: ticking,
            }),
            Err(broke) => Err(self.fault(fault_of(&mut store, broke, self.call_limit))),
        }
    }

    fn config(&self) -> types::ProviderConfig {
        types::ProviderConfig {
            base_url: self.setup.base_url.clone(),
            api: self.setup.api.clone(),
            settings: self.setup.settings.clone(),
            extensions: Vec::new(),
        }
    }

    fn fault(&self, fault: Fault) -> CallError {
        CallError::Plugin {
            plugin: self.id().to_owned(),
            fault,
        }
    }
}

/// An answer being received. Dropping it cancels the request.
pub struct Chat {
    call: Call,
    guest: chat::Guest,
    resource: ResourceAny,
    limit: Duration,
}

impl Chat {
    /// Waits for what comes next and returns all that is ready, in order. An empty list is a sign of
    /// life; `None` is the end.
    ///
    /// # Errors
    /// As [`Provider::discover`].
    pub async fn next(&mut self) -> Result<Option<Vec<Event>>, CallError> {
        let call = &mut self.call;
        call.store.data_mut().begin_call(self.limit);
        call.store.set_hostcall_fuel(ANSWER_BYTES);
        let methods = self.guest.chat();
        let asked = methods.call_next(&mut call.store, self.resource);
        let answer = bounded(self.limit, asked)
            .await
            .map_err(|e| call.broke(e))?;
        match answer {
            Ok(Some(events)) if events.len() > BATCH_EVENTS => {
                let what = format!("{} events at once; at most {BATCH_EVENTS}", events.len());
                Err(CallError::Plugin {
                    plugin: call.store.data().plugin.manifest.id.clone(),
                    fault: Fault::Answer(what),
                })
            }
            Ok(events) => Ok(events.map(|all| all.into_iter().map(convert::event).collect())),
            Err(failure) => Err(call.failed(failure)),
        }
    }
}
