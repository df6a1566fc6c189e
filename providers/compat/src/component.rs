//! The component around a vendor's table: every export of the contract, once.

use std::marker::PhantomData;

use openclaw_sdk::login::{self, NoLogin};
use openclaw_sdk::stream::Streaming;
use openclaw_sdk::{
    Failure, Model, ProviderConfig, Secret, auth, catalog, chat, conversation, env, probe,
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
    type Login = NoLogin;

    fn resolve(_config: ProviderConfig) -> Result<Option<auth::Credential>, Failure> {
        env::first_of(P::vendor().variables)
    }

    fn inspect(secret: &Secret) -> auth::Inspection {
        P::vendor().inspection(secret.mode(), secret.expires_at())
    }

    fn refresh(config: ProviderConfig, refresh: &Secret) -> Result<auth::Credential, Failure> {
        (P::vendor().renew)(&config, refresh)
    }

    fn start_login(_config: ProviderConfig, method: String) -> Result<auth::Login, Failure> {
        login::unsupported(&method)
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
        let call = Call::new(P::vendor(), &config, credential)?;
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
        let call = Call::new(P::vendor(), &config, credential)?;
        (call.wire().chat)(&call, request)
    }
}

/// Makes the package a component of the vendor that a table describes, with the manifest of its
/// `plugin.toml`.
///
/// ```ignore
/// static VENDOR: Vendor = Vendor { name: "Acme", wires: &[&openai_chat::WIRE], ..Vendor::DEFAULT };
/// openclaw_provider_compat::provider!(VENDOR);
/// ```
#[macro_export]
macro_rules! provider {
    ($vendor:ident) => {
        struct ThisProvider;
        impl $crate::component::Provider for ThisProvider {
            fn vendor() -> &'static $crate::Vendor {
                &$vendor
            }
        }
        type ThisComponent = $crate::component::Component<ThisProvider>;
        $crate::sdk::export_provider!(ThisComponent);
        $crate::sdk::manifest!("plugin.toml");
    };
}
