//! Which numbers a setting may have: said once, and read by validation, address and form.

/// The numbers that a setting may have, both ends included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bounds<T> {
    /// What messages call the setting.
    pub name: &'static str,
    /// The smallest.
    pub least: T,
    /// The largest.
    pub most: T,
}

impl<T: Copy + PartialOrd> Bounds<T> {
    /// From the smallest to the largest.
    pub const fn new(name: &'static str, least: T, most: T) -> Self {
        Self { name, least, most }
    }

    /// Whether the number is one of them; not-a-number is not.
    pub fn contains(self, number: T) -> bool {
        number >= self.least && number <= self.most
    }

    /// The nearest of them.
    pub fn nearest(self, number: T) -> T {
        if number < self.least {
            self.least
        } else if number > self.most {
            self.most
        } else {
            number
        }
    }
}

impl Bounds<usize> {
    /// The same as real numbers.
    pub const fn real(self) -> Bounds<f64> {
        Bounds { name: self.name, least: self.least as f64, most: self.most as f64 }
    }
}

impl Bounds<u64> {
    /// The same as real numbers.
    pub const fn real(self) -> Bounds<f64> {
        Bounds { name: self.name, least: self.least as f64, most: self.most as f64 }
    }
}
