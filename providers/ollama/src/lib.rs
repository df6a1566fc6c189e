//! x
use openclaw_sdk::{*, chat::*, stream::*, framing::*};
struct P;
struct D;
impl Decode for D { fn frame(&mut self, f: &Frame, out: &mut Vec<Event>) -> Result<(), Failure> { out.push(Event::Text(f.data.clone())); Ok(()) } }
struct L;
impl auth::GuestLogin for L { fn proceed(&self, _: Option<String>) -> Result<auth::LoginStep, Failure> { Err(errors::failure(FailureKind::Other, "x")) } }
impl auth::Guest for P { type Login = L;
 fn resolve(_: ProviderConfig) -> Result<Option<auth::Credential>, Failure> { env::first_of(&["OLLAMA_API_KEY"]) }
 fn inspect(s: &Secret) -> auth::Inspection { auth::Inspection { mode: s.mode(), plausible: true, note: None, expires_at: None, account: None } }
 fn refresh(_: ProviderConfig, _: &Secret) -> Result<auth::Credential, Failure> { Err(errors::failure(FailureKind::Other, "x")) }
 fn start_login(_: ProviderConfig, _: String) -> Result<auth::Login, Failure> { Err(errors::failure(FailureKind::Other, "x")) }
}
impl catalog::Guest for P { fn list() -> Vec<Model> { vec![] } fn discover(_: ProviderConfig, _: Option<&Secret>) -> Result<Vec<Model>, Failure> { Ok(vec![]) } }
impl probe::Guest for P { fn run(_: ProviderConfig, _: Option<&Secret>, _: probe::Options) -> Result<probe::Report, Failure> { Err(errors::failure(FailureKind::Other, "x")) } }
impl Guest for P { type Chat = Streaming; fn start(c: ProviderConfig, s: Option<&Secret>, r: Request) -> Result<Chat, Failure> {
  let mut q = http::Request::post(format!("{}/api/chat", c.base_url.unwrap())).json(&serde_json::json!({"model": r.model}));
  if let Some(s) = s { q = q.secret_header("authorization", "Bearer ", s); }
  Ok(Chat::new(Streaming::new(q.send()?, Framing::Lines, D))) } }
export_provider!(P);
manifest!("plugin.toml");
