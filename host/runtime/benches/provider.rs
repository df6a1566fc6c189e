//! What running a provider as a component costs: loading, instantiating, asking for the catalog, and
//! one attempt of a chat beside the same request sent directly.
//!
//! Prints the median and the 90th percentile of many runs, in microseconds. Both sides of the
//! comparison talk to the same server on loopback, taking turns.
#![expect(clippy::print_stdout, reason = "figures are what a benchmark is for")]

use std::error::Error;
use std::sync::Arc;
use std::time::{Duration, Instant};

use openclaw_core::conversation::{Blob, Message, Request, role};
use openclaw_core::secret::Secret;
use openclaw_runtime::host::dial::SystemLookup;
use openclaw_runtime::instance::{Clock, Environment};
use openclaw_runtime::observe::Silent;
use openclaw_runtime::provider::Relay;
use openclaw_runtime::rights::ProviderKind;
use openclaw_runtime::{
    Loaded, Options, Plugin, Provider, Rights, Runtime, Setup, StoredSecret, bundle,
};
use openclaw_upstream::{Script, Upstream, When, anthropic};

const KEY: &str = "sk-ant-api03-benchmark-benchmark-benchmark-benchmark";

struct Surroundings;

impl Environment for Surroundings {
    fn get(&self, _name: &str) -> Option<String> {
        None
    }
}

impl Clock for Surroundings {
    fn now_ms(&self) -> u64 {
        1_795_305_600_000
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    // `cargo test --benches` asks only whether it runs.
    let quick = std::env::args().any(|argument| argument == "--test");
    let runs = if quick { 2 } else { 1_000 };
    let tokio = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let folder = tempfile::tempdir()?;
    let options = Options {
        cache: Some(folder.path().join("cache")),
        record_memory: false,
    };

    for bundled in bundle::ALL {
        let plugin = bundled.plugin()?;
        let cold = Runtime::new(&Options::default())?;
        measure(
            &format!(
                "compile {} ({} KiB)",
                bundled.id,
                bundled.component().len() >> 10
            ),
            runs.min(5),
            || cold.load(Arc::clone(&plugin)).map(drop),
        )?;
    }

    let plugin = bundle::find("openai")
        .ok_or("openai is bundled")?
        .plugin()?;
    Runtime::new(&options)?.load(Arc::clone(&plugin))?;
    measure("start the engine", runs.min(200), || {
        Runtime::new(&options).map(drop)
    })?;
    let runtime = Arc::new(Runtime::new(&options)?);
    measure("load from the cache", runs.min(200), || {
        runtime.load(Arc::clone(&plugin)).map(drop)
    })?;
    let models = bundled_count(&plugin, &runtime, &tokio)?;
    measure(
        &format!("load from the cache + instantiate + list ({models} models)"),
        runs.min(200),
        || {
            let loaded = Arc::new(runtime.load(Arc::clone(&plugin))?);
            tokio
                .block_on(provider(&runtime, loaded, None)?.list())
                .map(drop)?;
            Ok::<(), Box<dyn Error>>(())
        },
    )?;
    let loaded = Arc::new(runtime.load(Arc::clone(&plugin))?);
    let listed = provider(&runtime, Arc::clone(&loaded), None)?;
    measure(
        &format!("instantiate + list ({models} models)"),
        runs,
        || tokio.block_on(listed.list()).map(drop),
    )?;
    measure("instantiate + resolve (no credential set)", runs, || {
        tokio.block_on(listed.resolve()).map(drop)
    })?;

    attempts(&runtime, &tokio, runs)
}

fn bundled_count(
    plugin: &Arc<Plugin>,
    runtime: &Arc<Runtime>,
    tokio: &tokio::runtime::Runtime,
) -> Result<usize, Box<dyn Error>> {
    let loaded = Arc::new(runtime.load(Arc::clone(plugin))?);
    Ok(tokio
        .block_on(provider(runtime, loaded, None)?.list())?
        .len())
}

/// One attempt through the sandbox beside a direct request with the same body to the same server.
fn attempts(
    runtime: &Arc<Runtime>,
    tokio: &tokio::runtime::Runtime,
    runs: usize,
) -> Result<(), Box<dyn Error>> {
    let upstream = Upstream::start(Script::new().on(
        When::any(),
        anthropic::stream(&["Hello", ", ", "world", "."]),
    ))?;
    let plugin = bundle::find("anthropic")
        .ok_or("anthropic is bundled")?
        .plugin()?;
    let loaded = Arc::new(runtime.load(plugin)?);
    let provider = provider(runtime, loaded, Some(upstream.url()))?;
    let held = Arc::new(StoredSecret::new(
        Secret::new(KEY.to_owned()),
        "api-key",
        None,
    ));
    let request = Request {
        model: "claude-opus-4-5".to_owned(),
        messages: vec![Message::text(role::USER, "Hello")],
        max_output_tokens: Some(64),
        stream: true,
        ..Request::default()
    };
    let sandboxed = || -> Result<(), Box<dyn Error>> {
        tokio.block_on(async {
            let mut chat = provider.chat(Some(&held), &request).await?;
            while chat.next().await?.is_some() {}
            Ok(())
        })
    };
    sandboxed()?;
    let received = upstream.requests();
    let body = received.last().ok_or("the server was asked")?.body.clone();
    // Already installed only if another part of the process was first.
    let _installed = rustls::crypto::ring::default_provider().install_default();
    let client = reqwest::Client::builder().no_proxy().http1_only().build()?;
    let url = format!("{}/v1/messages", upstream.url());
    let direct = || -> Result<(), Box<dyn Error>> {
        tokio.block_on(async {
            let reply = client
                .post(&url)
                .header("x-api-key", KEY)
                .header("content-type", "application/json")
                .body(body.clone())
                .send()
                .await?;
            reply.bytes().await?;
            Ok(())
        })
    };
    let relay = Relay {
        dialect: "anthropic-messages".to_owned(),
        operation: "chat".to_owned(),
        model: request.model.clone(),
        body: Blob::new(body.clone()),
        headers: Vec::new(),
        stream: true,
    };
    let relayed = || -> Result<(), Box<dyn Error>> {
        tokio.block_on(async {
            let mut answer = provider.relay(Some(&held), &relay).await?;
            while answer.next().await?.is_some() {}
            Ok(())
        })
    };
    let (mut through, mut straight, mut passed) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..runs {
        straight.push(time(direct)?);
        through.push(time(sandboxed)?);
        passed.push(time(relayed)?);
    }
    let direct = report("attempt: direct request", &mut straight);
    let sandboxed = report("attempt: sandboxed provider", &mut through);
    println!(
        "{:<60} {:>10.1}",
        "attempt: added by the sandbox, median",
        sandboxed - direct
    );
    let relayed = report("attempt: relayed", &mut passed);
    println!(
        "{:<60} {:>10.1}",
        "attempt: added by the relay, median",
        relayed - direct
    );
    deltas(&provider, &upstream, &held, tokio, runs.min(20))
}

/// Long answers: how long they take to decode, and in how many calls of the guest.
fn deltas(
    provider: &Provider,
    upstream: &Upstream,
    held: &Arc<StoredSecret>,
    tokio: &tokio::runtime::Runtime,
    runs: usize,
) -> Result<(), Box<dyn Error>> {
    let request = Request {
        model: "claude-opus-4-5".to_owned(),
        messages: vec![Message::text(role::USER, "Hello")],
        stream: true,
        ..Request::default()
    };
    for count in [5_000, 10_000, 20_000] {
        let pieces = vec!["word "; count];
        upstream.follow(Script::new().on(When::any(), anthropic::stream(&pieces)));
        let calls = std::cell::Cell::new(0_usize);
        let mut times = Vec::new();
        for _ in 0..runs {
            times.push(time(|| {
                tokio.block_on(async {
                    let mut chat = provider.chat(Some(held), &request).await?;
                    calls.set(0);
                    while chat.next().await?.is_some() {
                        calls.set(calls.get() + 1);
                    }
                    Ok::<(), Box<dyn Error>>(())
                })
            })?);
        }
        report(
            &format!(
                "{count} deltas of 5 bytes ({} calls of the guest)",
                calls.get()
            ),
            &mut times,
        );
    }
    Ok(())
}

fn provider(
    runtime: &Arc<Runtime>,
    loaded: Arc<Loaded>,
    base_url: Option<String>,
) -> Result<Provider, Box<dyn Error>> {
    let rights = Rights::of(
        &loaded.plugin,
        ProviderKind::Own,
        base_url.as_deref(),
        Vec::new(),
    )?;
    let setup = Setup {
        base_url,
        api: None,
        rights: Arc::new(rights),
        environment: Arc::new(Surroundings),
        settings: Vec::new(),
        clock: Arc::new(Surroundings),
        observer: Arc::new(Silent),
        lookup: Arc::new(SystemLookup),
        network: Default::default(),
    };
    Ok(Provider::new(Arc::clone(runtime), loaded, setup))
}

fn measure<T, E: Into<Box<dyn Error>>>(
    name: &str,
    runs: usize,
    mut work: impl FnMut() -> Result<T, E>,
) -> Result<(), Box<dyn Error>> {
    let mut times = Vec::with_capacity(runs);
    for _ in 0..runs {
        times.push(time(&mut work)?);
    }
    report(name, &mut times);
    Ok(())
}

fn time<T, E: Into<Box<dyn Error>>>(
    mut work: impl FnMut() -> Result<T, E>,
) -> Result<Duration, Box<dyn Error>> {
    let begun = Instant::now();
    work().map_err(Into::into)?;
    Ok(begun.elapsed())
}

/// Prints median and 90th percentile in microseconds and returns the median.
fn report(name: &str, times: &mut [Duration]) -> f64 {
    times.sort();
    let at = |part: usize| times[(times.len() - 1) * part / 100].as_secs_f64() * 1e6;
    println!(
        "{name:<60} {:>10.1} {:>10.1}  µs (p50, p90; {} runs)",
        at(50),
        at(90),
        times.len()
    );
    at(50)
}
