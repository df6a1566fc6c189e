//! Compiled components on disk.
//!
//! A compiled component is native code, and the engine must be able to trust it: the folder belongs
//! to this user alone, each file carries a keyed tag that is checked over the bytes that are
//! then used, and nothing from elsewhere is ever put here. Any doubt means compiling again.

use std::fs;
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};

use ring::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, Tag, UnboundKey};
use ring::rand::{SecureRandom as _, SystemRandom};

const TAG_BYTES: usize = 16;
const KEY_BYTES: usize = 32;

/// The folder of compiled components.
#[derive(Clone, Debug)]
pub struct CompileCache {
    folder: PathBuf,
    key: [u8; KEY_BYTES],
}

impl CompileCache {
    /// Opens the cache in `folder`, creating it for this user alone.
    ///
    /// # Errors
    /// When the folder cannot be made or used, or others may write to it. Callers go on without.
    pub fn open(folder: &Path) -> io::Result<Self> {
        create_private(folder)?;
        let key_file = folder.join("key");
        let key = match read_key(&key_file) {
            Ok(key) => key,
            Err(_) => make_key(folder, &key_file)?,
        };
        Ok(Self {
            folder: folder.to_owned(),
            key,
        })
    }

    /// Returns the compiled form stored under `name`, if it is there and whole.
    #[must_use]
    pub fn load(&self, name: &str) -> Option<Vec<u8>> {
        let mut bytes = fs::read(self.folder.join(name)).ok()?;
        let code_length = bytes.len().checked_sub(NONCE_LEN + TAG_BYTES)?;
        let seal = bytes.split_off(code_length);
        let (nonce, tag) = seal.split_at(NONCE_LEN);
        let expected = self.tag(name, &bytes, nonce.try_into().ok()?).ok()?;
        (expected.as_ref() == tag).then_some(bytes)
    }

    /// Stores a compiled form under `name`.
    ///
    /// # Errors
    /// When the file cannot be written; nothing half-written is left under the name.
    pub fn store(&self, name: &str, code: &[u8]) -> io::Result<()> {
        let mut nonce = [0; NONCE_LEN];
        random(&mut nonce)?;
        let tag = self.tag(name, code, nonce)?;
        write_private(&self.folder, name, &[code, &nonce, tag.as_ref()])
    }

    /// Authenticates code and name: GMAC (NIST SP 800-38D), which is several times quicker than a
    /// digest where the processor multiplies without carry, and loading is all that is waited for.
    fn tag(&self, name: &str, code: &[u8], nonce: [u8; NONCE_LEN]) -> io::Result<Tag> {
        let refused = |_| io::Error::other("the code cannot be authenticated");
        let key = UnboundKey::new(&AES_256_GCM, &self.key).map_err(refused)?;
        let mut name = name.as_bytes().to_vec();
        LessSafeKey::new(key)
            .seal_in_place_separate_tag(
                Nonce::assume_unique_for_key(nonce),
                Aad::from(code),
                &mut name,
            )
            .map_err(refused)
    }
}

fn read_key(file: &Path) -> io::Result<[u8; KEY_BYTES]> {
    let mut key = [0; KEY_BYTES];
    fs::File::open(file)?.read_exact(&mut key)?;
    Ok(key)
}

fn make_key(folder: &Path, file: &Path) -> io::Result<[u8; KEY_BYTES]> {
    let mut key = [0; KEY_BYTES];
    random(&mut key)?;
    write_private(folder, "key", &[&key])?;
    // Another process may have been first; what stands in the file counts.
    read_key(file)
}

fn random(bytes: &mut [u8]) -> io::Result<()> {
    SystemRandom::new()
        .fill(bytes)
        .map_err(|_| io::Error::other("the system gives no random bytes"))
}

fn write_private(folder: &Path, name: &str, parts: &[&[u8]]) -> io::Result<()> {
    let mut file = tempfile::Builder::new()
        .prefix(".new-")
        .tempfile_in(folder)?;
    for part in parts {
        file.write_all(part)?;
    }
    file.persist(folder.join(name))
        .map_err(|error| error.error)?;
    Ok(())
}

#[cfg(unix)]
fn create_private(folder: &Path) -> io::Result<()> {
    use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _};
    fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(folder)?;
    let about = fs::symlink_metadata(folder)?;
    let ours = about.is_dir() && about.uid() == rustix::process::geteuid().as_raw();
    if !ours || about.mode() & 0o022 != 0 {
        return Err(io::Error::new(
            io::ErrorKind::PermissionDenied,
            format!("{} is not this user's alone", folder.display()),
        ));
    }
    Ok(())
}

#[cfg(not(unix))]
fn create_private(folder: &Path) -> io::Result<()> {
    fs::create_dir_all(folder)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_stored_is_loaded_and_a_changed_byte_is_not() {
        let folder = tempfile::tempdir().expect("temporary folder");
        let cache = CompileCache::open(&folder.path().join("c")).expect("opens");
        cache.store("a", b"native code").expect("stores");
        assert_eq!(cache.load("a").as_deref(), Some(b"native code".as_slice()));
        let file = folder.path().join("c/a");
        let mut bytes = fs::read(&file).expect("there");
        bytes[3] ^= 1;
        fs::write(&file, &bytes).expect("writes");
        assert_eq!(cache.load("a"), None);
        fs::write(&file, b"short").expect("writes");
        assert_eq!(cache.load("a"), None);
    }

    #[test]
    fn a_file_under_another_name_or_from_another_cache_is_not_taken() {
        let folder = tempfile::tempdir().expect("temporary folder");
        let mine = CompileCache::open(&folder.path().join("mine")).expect("opens");
        let other = CompileCache::open(&folder.path().join("other")).expect("opens");
        other.store("a", b"code").expect("stores");
        fs::copy(folder.path().join("other/a"), folder.path().join("mine/a")).expect("copies");
        assert_eq!(mine.load("a"), None);
        mine.store("b", b"code").expect("stores");
        fs::copy(folder.path().join("mine/b"), folder.path().join("mine/c")).expect("copies");
        assert_eq!(mine.load("c"), None);
        assert!(
            CompileCache::open(&folder.path().join("mine"))
                .expect("opens")
                .load("b")
                .is_some()
        );
    }

    #[cfg(unix)]
    #[test]
    fn a_folder_that_others_may_write_to_is_refused() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().expect("temporary folder");
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o777)).expect("sets");
        assert!(CompileCache::open(folder.path()).is_err());
    }
}
