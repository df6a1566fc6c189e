//! The component around a vendor's table: every export of the contract, once.

use std::marker::PhantomData;

use openclaw_sdk::login::SignIn;
use openclaw_sdk::stream::Streaming;
use openclaw_sdk::{
    Failure, Model, ProviderConfig, Secret, auth, catalog, chat, clock, conversation, embeddings,
    env, probe, quota, relay, tokens,
};

use crate::call::Call;
use crate::vendor::Vendor;

/// Names a vendor's table; implemented by [`provider!`](crate::provider).
pub trait Provider: 'static {
    /// Returns the table.
    fn vendor() -> &'static Vendor;
}

/// A provider's component. It is never constructed.
pub struct Component<P>(PhantomData<P>);

impl<P: Provider> auth::Guest for Component<P> {
    type Login = SignIn;

    fn resolve(config: ProviderConfig) -> Result<Option<auth::Credential>, Failure> {
        let found = env::first_of(P::vendor().variables)?;
        found
            .map(|found| (P::vendor().exchange)(&config, found))
            .transpose()
    }

    fn inspect(secret: &Secret) -> auth::Inspection {
        auth::Inspection {
            account: P::vendor().account.and_then(|account| account(secret)),
            ..P::vendor().inspection(secret.mode(), secret.expires_at())
        }
    }

    fn refresh(config: ProviderConfig, refresh: &Secret) -> Result<auth::Credential, Failure> {
        (P::vendor().renew)(&config, refresh)
    }

    fn start_login(
        config: ProviderConfig,
        request: auth::LoginRequest,
    ) -> Result<auth::Login, Failure> {
        (P::vendor().sign_in)(&config, request)
    }
}

impl<P: Provider> catalog::Guest for Component<P> {
    fn list() -> Vec<Model> {
        P::vendor().models.list()
    }

    fn discover(
        config: ProviderConfig,
        credential: Option<&Secret>,
    ) -> Result<Vec<Model>, Failure> {
        let call = Call::new(P::vendor(), &config, credential)?;
        if !call.vendor().lists_models {
            // The built-in list would say nothing of the credential.
            return Err(call.vendor().lacks("list of the models that a key may use"));
        }
        (call.wire().discover)(&call)
    }
}

impl<P: Provider> probe::Guest for Component<P> {
    fn run(
        config: ProviderConfig,
        credential: Option<&Secret>,
        options: probe::Options,
    ) -> Result<probe::Report, Failure> {
        let model = options.model.as_deref();
        let call = Call::for_model(P::vendor(), &config, credential, model)?;
        (call.wire().probe)(&call, &options)
    }
}

impl<P: Provider> chat::Guest for Component<P> {
    type Chat = Streaming;

    fn start(
        config: ProviderConfig,
        credential: Option<&Secret>,
        request: conversation::Request,
    ) -> Result<chat::Chat, Failure> {
        let call = Call::for_model(P::vendor(), &config, credential, Some(&request.model))?;
        (call.wire().chat)(&call, request)
    }
}

impl<P: Provider> tokens::Guest for Component<P> {
    fn count_input(
        config: ProviderConfig,
        credential: Option<&Secret>,
        request: conversation::Request,
    ) -> Result<tokens::Count, Failure> {
        let call = Call::for_model(P::vendor(), &config, credential, Some(&request.model))?;
        match call.wire().count {
            Some(count) => count(&call, request),
            None => Err(call.vendor().lacks("call that counts tokens")),
        }
    }
}

impl<P: Provider> embeddings::Guest for Component<P> {
    fn most_inputs(_model: String) -> u32 {
        let mut wires = P::vendor().wires.iter();
        let most = wires.find_map(|wire| wire.embeddings).map(|how| how.most);
        most.unwrap_or(1)
    }

    fn embed(
        config: ProviderConfig,
        credential: Option<&Secret>,
        request: embeddings::Request,
    ) -> Result<embeddings::Reply, Failure> {
        let call = Call::new(P::vendor(), &config, credential)?;
        match call.wire().embeddings {
            Some(how) => (how.embed)(&call, request),
            None => Err(call.vendor().lacks("embeddings")),
        }
    }
}

impl<P: Provider> quota::Guest for Component<P> {
    fn read(config: ProviderConfig, credential: Option<&Secret>) -> Result<quota::Report, Failure> {
        let call = Call::new(P::vendor(), &config, credential)?;
        match call.vendor().quota {
            Some(read) => {
                let mut report = read(&call)?;
                report.as_of.get_or_insert_with(clock::now_ms);
                Ok(report)
            }
            None => Err(call
                .vendor()
                .lacks("call that tells what is left of an account")),
        }
    }
}

impl<P: Provider> relay::Guest for Component<P> {
    fn dialects() -> Vec<String> {
        let wires = P::vendor().wires.iter();
        wires.map(|wire| wire.api.to_owned()).collect()
    }

    fn send(
        config: ProviderConfig,
        credential: Option<&Secret>,
        request: relay::Request,
    ) -> Result<relay::Reply, Failure> {
        crate::relay::send(P::vendor(), &config, credential, &request)
    }

    fn classify(
        dialect: String,
        status: u16,
        headers: Vec<(String, String)>,
        body: String,
    ) -> Failure {
        crate::relay::classify(P::vendor(), &dialect, status, &headers, &body)
    }
}

/// Makes the package a component of the vendor that a table describes, with the manifest of its
/// `plugin.toml`.
///
/// ```ignore
/// static VENDOR: Vendor = Vendor { name: "Acme", wires: &[&openai_chat::WIRE], ..Vendor::DEFAULT };
/// openclaw_provider_compat::provider!(VENDOR, relay);
/// ```
///
/// After the table come the names of what the component offers besides: `tokens`, `embeddings`,
/// `quota`, `relay`.
#[macro_export]
macro_rules! provider {
    (@export tokens) => { $crate::sdk::export_tokens!(ThisComponent); };
    (@export embeddings) => { $crate::sdk::export_embeddings!(ThisComponent); };
    (@export quota) => { $crate::sdk::export_quota!(ThisComponent); };
    (@export relay) => { $crate::sdk::export_relay!(ThisComponent); };
    ($vendor:ident $(, $more:ident)*) => {
        struct ThisProvider;
        impl $crate::component::Provider for ThisProvider {
            fn vendor() -> &'static $crate::Vendor {
                &$vendor
            }
        }
        type ThisComponent = $crate::component::Component<ThisProvider>;
        $crate::sdk::export_provider!(ThisComponent);
        $($crate::provider!(@export $more);)*
        $crate::sdk::manifest!("plugin.toml");
    };
}
