//! What a guest may ask of a handle. Nothing here returns the bytes, their number or a comparison.

use wasmtime::component::Resource;

use crate::bindings::openclaw::provider::secrets::{Host, HostSecret};
use crate::instance::Ctx;
use crate::secret::{CODE, Handle, claim, matching_method};

impl Host for Ctx {}

impl HostSecret for Ctx {
    fn audience(&mut self, _handle: Resource<Handle>) -> wasmtime::Result<Vec<String>> {
        Ok(self.rights.audience())
    }

    fn expires_at(&mut self, handle: Resource<Handle>) -> wasmtime::Result<Option<u64>> {
        Ok(self.table.get(&handle)?.stored.expires_at)
    }

    fn mode(&mut self, handle: Resource<Handle>) -> wasmtime::Result<String> {
        let handle = self.table.get(&handle)?;
        let stored = &handle.stored;
        if handle.captured || stored.aws.is_some() {
            return Ok(stored.mode.clone());
        }
        let form = matching_method(&self.plugin.manifest.auth, stored.expose());
        Ok(form.map_or_else(|| stored.mode.clone(), |method| method.mode.clone()))
    }

    fn claim(
        &mut self,
        handle: Resource<Handle>,
        name: String,
    ) -> wasmtime::Result<Option<String>> {
        if !self.plugin.manifest.claims.contains(&name) {
            return Ok(None);
        }
        // Whatever is in a token that a reply was made to hold.
        let stored = &self.table.get(&handle)?.stored;
        if stored.mode == CODE {
            return Ok(None);
        }
        let found = claim(stored.expose(), &name);
        let everything = self.known.everywhere();
        Ok(found.map(|text| everything.redact(&text)))
    }

    fn drop(&mut self, handle: Resource<Handle>) -> wasmtime::Result<()> {
        self.table.delete(handle)?;
        Ok(())
    }
}
