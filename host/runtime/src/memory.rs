//! Guest memories that can be looked at afterwards.
//!
//! Used by the demo and the tests to prove that no secret entered a guest: every linear memory is
//! recorded, keeps its bytes after the instance is gone, and can be searched.
#![expect(
    unsafe_code,
    reason = "the engine's memory interface is unsafe to implement"
)]

use std::alloc::{Layout, alloc_zeroed, dealloc};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use wasmtime::{LinearMemory, MemoryCreator, MemoryType};

/// Address space set aside for one memory; a component may not ask for more.
const RESERVED: usize = 256 << 20;
/// The engine asks for whole pages.
const PAGE: usize = 64 << 10;

/// Creates memories and remembers them.
#[derive(Default)]
pub struct Recorder {
    memories: Mutex<Vec<Arc<Region>>>,
}

impl Recorder {
    /// Returns how many memories there have been and how many bytes they hold.
    pub fn size(&self) -> (usize, usize) {
        let memories = self.memories.lock().unwrap_or_else(PoisonError::into_inner);
        (
            memories.len(),
            memories
                .iter()
                .map(|region| region.size.load(Ordering::Acquire))
                .sum(),
        )
    }

    /// Returns how often any of `needles` occurs in any recorded memory.
    ///
    /// Call it when no guest is running: a running guest may change the bytes meanwhile.
    pub fn count(&self, needles: &[Vec<u8>]) -> usize {
        let memories = self.memories.lock().unwrap_or_else(PoisonError::into_inner);
        let mut by_first = vec![Vec::new(); 256];
        for needle in needles.iter().filter(|needle| !needle.is_empty()) {
            by_first[usize::from(needle[0])].push(needle.as_slice());
        }
        memories
            .iter()
            .map(|region| occurrences(region.bytes(), &by_first))
            .sum()
    }
}

/// Counts the needles in one pass. Most of a memory was never written to: its pieces are compared
/// with zeros as a whole, and only a needle of zeros could be missed by that.
fn occurrences(bytes: &[u8], by_first: &[Vec<&[u8]>]) -> usize {
    static ZEROS: [u8; 4 << 10] = [0; 4 << 10];
    let mut count = 0;
    for (index, piece) in bytes.chunks(ZEROS.len()).enumerate() {
        if *piece == ZEROS[..piece.len()] {
            continue;
        }
        for (offset, byte) in piece.iter().enumerate() {
            let needles = &by_first[usize::from(*byte)];
            if !needles.is_empty() {
                let rest = &bytes[index * ZEROS.len() + offset..];
                count += needles
                    .iter()
                    .filter(|needle| rest.starts_with(needle))
                    .count();
            }
        }
    }
    count
}

struct Region {
    /// What the allocator gave, and the first whole page in it.
    allocated: *mut u8,
    start: *mut u8,
    size: AtomicUsize,
}

// SAFETY: the pointers are to memory that this value alone owns; the engine synchronizes writers, and
// readers are told to come when no guest runs.
unsafe impl Send for Region {}
// SAFETY: as above.
unsafe impl Sync for Region {}

impl Region {
    fn bytes(&self) -> &[u8] {
        // SAFETY: `size` never exceeds the reservation, which lives as long as `self` and was zeroed.
        unsafe { std::slice::from_raw_parts(self.start, self.size.load(Ordering::Acquire)) }
    }
}

impl Drop for Region {
    fn drop(&mut self) {
        // SAFETY: allocated in `new_memory` with the same layout.
        unsafe { dealloc(self.allocated, layout()) }
    }
}

/// One page more than is used, and no alignment: for an aligned one the allocator would write the
/// zeros itself, a quarter of a GiB for each instance.
fn layout() -> Layout {
    Layout::from_size_align(RESERVED + PAGE, 1).expect("constants are a valid layout")
}

struct Recorded(Arc<Region>);

// SAFETY: the base never moves, `byte_size` bytes are always accessible and start zeroed.
unsafe impl LinearMemory for Recorded {
    fn byte_size(&self) -> usize {
        self.0.size.load(Ordering::Acquire)
    }

    fn byte_capacity(&self) -> usize {
        RESERVED
    }

    fn grow_to(&mut self, new_size: usize) -> wasmtime::Result<()> {
        if new_size > RESERVED {
            return Err(wasmtime::Error::msg("a recorded memory is at most 256 MiB"));
        }
        self.0.size.store(new_size, Ordering::Release);
        Ok(())
    }

    fn as_ptr(&self) -> *mut u8 {
        self.0.start
    }
}

/// The recorder as the engine takes it.
pub(crate) struct Creator(pub(crate) Arc<Recorder>);

// SAFETY: see `Recorded`; guard pages are refused, so compiled code checks every bound itself.
unsafe impl MemoryCreator for Creator {
    fn new_memory(
        &self,
        _ty: MemoryType,
        minimum: usize,
        _maximum: Option<usize>,
        _reserved: Option<usize>,
        guard: usize,
    ) -> Result<Box<dyn LinearMemory>, String> {
        if guard != 0 || minimum > RESERVED {
            return Err("recorded memories have no guard and hold at most 256 MiB".to_owned());
        }
        // SAFETY: the layout is not empty. Zeroed pages are handle by the system when first touched.
        let allocated = unsafe { alloc_zeroed(layout()) };
        if allocated.is_null() {
            return Err("out of address space for a recorded memory".to_owned());
        }
        // SAFETY: less than one page further, and the layout has a page more than is used.
        let start = unsafe { allocated.add(allocated.align_offset(PAGE)) };
        let region = Arc::new(Region {
            allocated,
            start,
            size: AtomicUsize::new(minimum),
        });
        let mut memories = self
            .0
            .memories
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        memories.push(Arc::clone(&region));
        Ok(Box::new(Recorded(region)))
    }
}
