//! Compiled components on disk.
//!
//! A compiled component is native code, and the engine must be able to trust it: the folder belongs
//! to this user alone, as does the key in it, each file carries a keyed tag that is checked over the bytes that are
//! then used, and nothing from elsewhere is ever put here. Any doubt means compiling again.

use std::fs;
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};

use ring::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, Tag, UnboundKey};
use ring::rand::{SecureRandom as _, SystemRandom};

const TAG_BYTES: usize = 16;
const KEY_BYTES: usize = 32;
/// Largest compiled form that is read, in bytes.
const LARGEST: u64 = 1 << 30;

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
            Err(error) => {
                // A key that somebody else may know vouches for nothing.
                if error.kind() != io::ErrorKind::NotFound {
                    drop_compiled(folder)?;
                }
                make_key(folder, &key_file)?
            }
        };
        Ok(Self {
            folder: folder.to_owned(),
            key,
        })
    }

    /// Returns the compiled form stored under `name`, if it is there and whole.
    #[must_use]
    pub fn load(&self, name: &str) -> Option<Vec<u8>> {
        let (file, about) = open_regular(&self.folder.join(name)).ok()?;
        if about.len() > LARGEST {
            return None;
        }
        let mut bytes = Vec::with_capacity(usize::try_from(about.len()).ok()?);
        file.take(LARGEST).read_to_end(&mut bytes).ok()?;
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

/// Reads the key from a file that is this user's alone.
fn read_key(file: &Path) -> io::Result<[u8; KEY_BYTES]> {
    let mut key = [0; KEY_BYTES];
    let (mut file, about) = open_regular(file)?;
    if !is_private(&about) || about.len() != KEY_BYTES as u64 {
        return Err(io::Error::new(
            io::ErrorKind::PermissionDenied,
            "the key is not this user's alone",
        ));
    }
    file.read_exact(&mut key)?;
    Ok(key)
}

/// Opens a file that is one: no link, and nothing that waits for somebody to write.
fn open_regular(path: &Path) -> io::Result<(fs::File, fs::Metadata)> {
    let mut options = fs::OpenOptions::new();
    options.read(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        let flags = rustix::fs::OFlags::NOFOLLOW | rustix::fs::OFlags::NONBLOCK;
        options.custom_flags(flags.bits().cast_signed());
    }
    let file = options.open(path)?;
    let about = file.metadata()?;
    if !about.is_file() {
        return Err(io::Error::new(
            io::ErrorKind::InvalidInput,
            "not a regular file",
        ));
    }
    Ok((file, about))
}

#[cfg(unix)]
fn is_private(about: &fs::Metadata) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    about.uid() == rustix::process::geteuid().as_raw()
        && about.mode() & 0o7777 == 0o600
        && about.nlink() == 1
}

#[cfg(not(unix))]
fn is_private(_about: &fs::Metadata) -> bool {
    true
}

/// Removes everything that was compiled.
fn drop_compiled(folder: &Path) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.extension().is_some_and(|ending| ending == "cwasm") {
            fs::remove_file(path)?;
        }
    }
    Ok(())
}

fn make_key(folder: &Path, file: &Path) -> io::Result<[u8; KEY_BYTES]> {
    let mut key = [0; KEY_BYTES];
    random(&mut key)?;
    write_private(folder, "key", &[&key])?;
    // Another process may have been first; what stands in the file counts.
    read_key(file)
}

/// Fills with random bytes of the system.
///
/// # Errors
/// When the system gives none.
pub(crate) fn random(bytes: &mut [u8]) -> io::Result<()> {
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
    let user = rustix::process::geteuid();
    // What root leaves in somebody's home nobody but root can use or remove, and what is given to
    // somebody else holds no code that root runs.
    let there = folder.ancestors().find(|above| above.is_dir());
    if let Some(there) = there
        && user.is_root()
        && fs::metadata(there)?.uid() != 0
    {
        return Err(io::Error::new(
            io::ErrorKind::PermissionDenied,
            format!("{} belongs to another user", there.display()),
        ));
    }
    fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(folder)?;
    let about = fs::symlink_metadata(folder)?;
    let ours = about.is_dir() && about.uid() == user.as_raw();
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

    #[cfg(unix)]
    #[test]
    fn root_leaves_nothing_in_the_folder_of_another() {
        if !rustix::process::geteuid().is_root() {
            return;
        }
        let home = tempfile::tempdir().expect("temporary folder");
        std::os::unix::fs::chown(home.path(), Some(1000), Some(1000)).expect("gives");
        assert!(CompileCache::open(&home.path().join(".cache/openclaw/components")).is_err());
        assert!(!home.path().join(".cache").exists());
    }

    #[cfg(unix)]
    fn make_pipe(path: &Path) {
        use rustix::fs::{CWD, FileType, Mode, mknodat};
        let mode = Mode::from_raw_mode(0o600);
        mknodat(CWD, path, FileType::Fifo, mode, 0).expect("makes a pipe");
    }

    /// Whatever stands where the key should: a new key is made, and what the old one vouched for is
    /// gone.
    #[cfg(unix)]
    #[test]
    fn a_key_that_others_may_know_is_replaced_with_all_it_vouches_for() {
        use std::os::unix::fs::{PermissionsExt as _, symlink};
        let set_mode = |path: &Path, mode| {
            fs::set_permissions(path, fs::Permissions::from_mode(mode)).expect("sets");
        };
        type Spoil<'f> = &'f dyn Fn(&Path);
        let cases: [(&str, Spoil<'_>); 6] = [
            ("link", &|key| {
                fs::rename(key, key.with_extension("real")).expect("renames");
                symlink(key.with_extension("real"), key).expect("links");
            }),
            ("second name", &|key| {
                fs::hard_link(key, key.with_extension("other")).expect("links");
            }),
            ("readable", &|key| set_mode(key, 0o644)),
            ("writable", &|key| set_mode(key, 0o666)),
            ("short", &|key| fs::write(key, b"short").expect("writes")),
            ("pipe", &|key| {
                fs::remove_file(key).expect("removes");
                make_pipe(key);
            }),
        ];
        for (what, spoil) in cases {
            let folder = tempfile::tempdir().expect("temporary folder");
            let path = folder.path().join("c");
            let open = || CompileCache::open(&path).expect("opens");
            open().store("a.cwasm", b"code").expect("stores");
            assert!(open().load("a.cwasm").is_some(), "{what}: untouched");
            spoil(&path.join("key"));
            let cache = open();
            assert!(!path.join("a.cwasm").exists(), "{what}");
            cache.store("a.cwasm", b"code").expect("stores");
            let loaded = open().load("a.cwasm");
            assert_eq!(loaded.as_deref(), Some(b"code".as_slice()), "{what}");
            let about = fs::symlink_metadata(path.join("key")).expect("there");
            assert!(about.is_file() && is_private(&about), "{what}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_pipe_in_place_of_code_is_not_waited_for() {
        let folder = tempfile::tempdir().expect("temporary folder");
        let path = folder.path().join("c");
        let cache = CompileCache::open(&path).expect("opens");
        make_pipe(&path.join("a.cwasm"));
        assert_eq!(cache.load("a.cwasm"), None);
    }
}
