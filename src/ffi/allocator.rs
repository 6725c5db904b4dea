//! The allocator of the library. It overwrites memory with zeros before it frees it.
//!
//! A client secret is in the body of the token request, a token in the header of each call, a signature in the address
//! of an upload. The library's own copies are overwritten when they are dropped, but reqwest, hyper and rustls keep
//! requests and responses in buffers that they only free. What was freed stays in memory until it is used again, and a
//! core dump of the host holds it, long after the client was closed.

use std::alloc::{GlobalAlloc, Layout};
use std::ptr;

/// Overwrites memory before `A` frees it.
struct Clearing<A>(A);

#[cfg(not(test))]
#[global_allocator]
static ALLOCATOR: Clearing<std::alloc::System> = Clearing(std::alloc::System);

// SAFETY: every call is passed to `A`, with the layout that it came with. `realloc` is that of the trait, which
// allocates, copies and frees: that of `A` would move a block and leave the old one as it was.
unsafe impl<A: GlobalAlloc> GlobalAlloc for Clearing<A> {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller's promise about `layout`.
        unsafe { self.0.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller's promise about `layout`.
        unsafe { self.0.alloc_zeroed(layout) }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        // SAFETY: the caller gives up a block of this size, which it got from this allocator.
        unsafe { ptr::write_bytes(block, 0, layout.size()) };
        // SAFETY: the block is not freed yet. The barrier keeps the compiler from leaving out writes to memory that is
        // freed next.
        zeroize::optimization_barrier(unsafe { &*block });
        // SAFETY: the caller's promise about `block` and `layout`.
        unsafe { self.0.dealloc(block, layout) }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use std::alloc::System;
    use std::sync::Mutex;

    use super::*;

    /// Notes the size of each block that it frees, and how many of its bytes are not zero.
    #[derive(Default)]
    struct Watching(Mutex<Vec<(usize, usize)>>);

    // SAFETY: every call is passed to the system's allocator as it came.
    unsafe impl GlobalAlloc for Watching {
        unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
            // SAFETY: the caller's promise.
            unsafe { System.alloc(layout) }
        }

        unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
            // SAFETY: the block has this size.
            let bytes = unsafe { std::slice::from_raw_parts(block, layout.size()) };
            self.0.lock().unwrap().push((bytes.len(), bytes.iter().filter(|byte| **byte != 0).count()));
            // SAFETY: the caller's promise.
            unsafe { System.dealloc(block, layout) }
        }
    }

    #[test]
    fn a_block_is_cleared_before_it_is_freed_or_moved() {
        let allocator = Clearing(Watching::default());
        let layout = |size| Layout::from_size_align(size, 8).unwrap();
        // SAFETY: the layouts have a size, and each block is used with its own layout until it is freed.
        unsafe {
            let block = allocator.alloc(layout(100));
            ptr::write_bytes(block, 0xA5, 100);
            let larger = allocator.realloc(block, layout(100), 300);
            assert_eq!(std::slice::from_raw_parts(larger, 100), [0xA5; 100]);
            ptr::write_bytes(larger, 0xA5, 300);
            let smaller = allocator.realloc(larger, layout(300), 50);
            assert_eq!(std::slice::from_raw_parts(smaller, 50), [0xA5; 50]);
            allocator.dealloc(smaller, layout(50));
        }
        assert_eq!(*allocator.0.0.lock().unwrap(), [(100, 0), (300, 0), (50, 0)]);
    }
}
