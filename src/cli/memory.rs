//! How much memory a part of the program needs at most.
//!
//! The system counts resident pages, so that a measurement costs the measured code nothing. It counts for the whole
//! process, what the allocator keeps for later included: measure one thing in a process.

/// File in which Linux reports the sizes of this process.
const STATUS: &str = "/proc/self/status";
/// Writing 5 to this file forgets the peak so far.
const FORGET: (&str, &str) = ("/proc/self/clear_refs", "5");

/// A measurement in progress.
#[derive(Debug)]
pub struct PeakMemory {
    before: u64,
}

impl PeakMemory {
    /// Starts to measure; `None` where the system does not report it.
    pub fn start() -> Option<Self> {
        std::fs::write(FORGET.0, FORGET.1).ok()?;
        Some(Self { before: resident("VmRSS:")? })
    }

    /// The largest size since the start above that at the start, in bytes.
    pub fn above_start(&self) -> Option<u64> {
        Some(resident("VmHWM:")?.saturating_sub(self.before))
    }
}

/// One of the sizes of this process, in bytes.
fn resident(key: &str) -> Option<u64> {
    in_status(&std::fs::read_to_string(STATUS).ok()?, key)
}

fn in_status(status: &str, key: &str) -> Option<u64> {
    let value = status.lines().find_map(|line| line.strip_prefix(key))?;
    let kilobytes: u64 = value.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kilobytes << 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_read_from_what_the_system_writes() {
        let status = "Name:\tx\nVmHWM:\t    2048 kB\nVmRSS:\t   1024 kB\nThreads:\t4\n";
        assert_eq!(in_status(status, "VmHWM:"), Some(2 << 20));
        assert_eq!(in_status(status, "VmSwap:"), None);
    }

    #[test]
    fn a_buffer_that_is_gone_again_was_in_the_peak() {
        const SIZE: usize = 256 << 20;
        let Some(memory) = PeakMemory::start() else { return };
        // Every page is written, so that the system has to give it.
        let buffer = std::hint::black_box(vec![1_u8; SIZE]);
        drop(buffer);
        // Other tests of this process give memory back meanwhile.
        assert!(memory.above_start().is_some_and(|bytes| bytes > SIZE as u64 / 2));
    }
}
