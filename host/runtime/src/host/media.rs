//! Bytes that the host keeps while a call lasts. A guest knows them by name.

use openclaw_core::conversation::Blob;

use crate::bindings::openclaw::provider::media::{self, Host};
use crate::instance::Ctx;
use crate::limits::{BLOBS, MEDIA_PIECE};

/// The blobs of one call, by name.
#[derive(Default)]
pub(crate) struct Media {
    blobs: Vec<Blob>,
}

impl Media {
    /// Keeps bytes and returns their name; `None` beyond the most that one call may have.
    pub(crate) fn keep(&mut self, blob: Blob) -> Option<media::Blob> {
        if self.blobs.len() >= BLOBS {
            return None;
        }
        let named = media::Blob {
            id: format!("blob-{}", self.blobs.len()),
            size: blob.len() as u64,
        };
        self.blobs.push(blob);
        Some(named)
    }

    /// Returns the bytes of this name.
    pub(crate) fn find(&self, id: &str) -> Option<&Blob> {
        let number = id.strip_prefix("blob-")?;
        // One name each: no leading zeros or signs.
        let index: usize = number
            .parse()
            .ok()
            .filter(|at: &usize| at.to_string() == number)?;
        self.blobs.get(index)
    }
}

impl Host for Ctx {
    fn read(&mut self, id: String, offset: u64, length: u32) -> wasmtime::Result<Option<Vec<u8>>> {
        self.count_use()?;
        // A component that imports this without declaring it is refused before it runs.
        if self.plugin.manifest.media.as_deref() != Some("read") {
            return Ok(None);
        }
        let Some(blob) = self.media.find(&id) else {
            return Ok(None);
        };
        let bytes = blob.bytes();
        let from = usize::try_from(offset).map_or(bytes.len(), |from| from.min(bytes.len()));
        let most = (length as usize).min(MEDIA_PIECE);
        let to = bytes.len().min(from + most);
        Ok(Some(bytes[from..to].to_vec()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_blob_has_one_name_and_no_other_is_found() {
        let mut media = Media::default();
        let first = media.keep(Blob::new(*b"one")).expect("room");
        assert_eq!((first.id.as_str(), first.size), ("blob-0", 3));
        assert!(media.find("blob-0").is_some());
        for other in ["blob-1", "blob-00", "blob-+0", "blob-", "0", "", "blob--1"] {
            assert!(media.find(other).is_none(), "{other}");
        }
        for _ in 1..BLOBS {
            assert!(media.keep(Blob::new(Vec::new())).is_some());
        }
        assert!(media.keep(Blob::new(Vec::new())).is_none());
    }
}
