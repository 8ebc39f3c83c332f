//! Conversions that may lose something, by name: what does not fit becomes the nearest value that does.
//!
//! Outside the numerics (`engine`, `poly`) no other code shortens numbers with `as`.

/// A type of whole numbers that [`whole`] gives.
pub trait Whole {
    /// See [`whole`].
    fn cut(value: f64) -> Self;
}

macro_rules! whole_numbers {
    ($($number:ty)*) => {
        $(impl Whole for $number {
            #[inline]
            #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "this is what it is for")]
            fn cut(value: f64) -> Self {
                value as Self
            }
        })*
    };
}
whole_numbers!(u8 u16 u32 u64 usize i32 i64);

/// What stands before the point, 2 of 2.9 and -2 of -2.9; within the bounds of the type, and 0 for not-a-number.
#[inline]
pub fn whole<N: Whole>(value: impl Into<f64>) -> N {
    N::cut(value.into())
}

/// The nearest number of single precision.
#[inline]
#[expect(clippy::cast_possible_truncation, reason = "this is what it is for")]
pub const fn single(value: f64) -> f32 {
    value as f32
}

/// A count in 8 bits, or the largest that they hold.
#[inline]
pub fn to_u8(count: usize) -> u8 {
    u8::try_from(count).unwrap_or(u8::MAX)
}

/// A count in 16 bits, or the largest that they hold.
#[inline]
pub fn to_u16(count: usize) -> u16 {
    u16::try_from(count).unwrap_or(u16::MAX)
}

/// A count in 32 bits, or the largest that they hold.
#[inline]
#[expect(clippy::cast_possible_truncation, reason = "it fits; the conversions of the standard library are not const")]
pub const fn to_u32(count: usize) -> u32 {
    if count > u32::MAX as usize { u32::MAX } else { count as u32 }
}

/// A count of any size for this machine, or the largest that it has: the browser's has 32 bits.
#[inline]
pub fn to_usize(count: impl Into<u128>) -> usize {
    usize::try_from(count.into()).unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_numbers_are_cut_at_the_point() {
        assert_eq!([0.0, -0.0, 0.99, 1.0, 2.9, 254.999].map(whole::<u8>), [0, 0, 0, 1, 2, 254]);
        assert_eq!([-0.9, -1.0, -2.9].map(whole::<i32>), [0, -1, -2]);
        assert_eq!([0.5_f32, 200.75].map(whole::<u16>), [0, 200]);
        let safe = (1_i64 << 53) - 1;
        assert_eq!([whole::<i64>(safe as f64), whole(-safe as f64)], [safe, -safe]);
    }

    #[test]
    fn whole_numbers_stay_within_their_bounds() {
        for large in [1e300, f64::INFINITY] {
            assert_eq!((whole::<u8>(large), whole::<u16>(large), whole::<u32>(large)), (u8::MAX, u16::MAX, u32::MAX));
            assert_eq!((whole::<u64>(large), whole::<usize>(large)), (u64::MAX, usize::MAX));
            assert_eq!((whole::<i32>(large), whole::<i64>(large)), (i32::MAX, i64::MAX));
            assert_eq!((whole::<u8>(-large), whole::<usize>(-large)), (0, 0));
            assert_eq!((whole::<i32>(-large), whole::<i64>(-large)), (i32::MIN, i64::MIN));
        }
        assert_eq!(([255.9, 256.0].map(whole::<u8>), [-0.1, -1.0].map(whole::<u8>)), ([255; 2], [0; 2]));
    }

    #[test]
    fn not_a_number_is_none_at_all() {
        assert_eq!((whole::<u8>(f32::NAN), whole::<usize>(f64::NAN), whole::<i64>(-f64::NAN)), (0, 0, 0));
        assert!(single(f64::NAN).is_nan());
    }

    #[test]
    fn single_precision_is_the_nearest() {
        let bits = |value: f64| single(value).to_bits();
        assert_eq!([0.5, 0.1, -1.0 / 3.0].map(bits), [0.5_f32, 0.1, -1.0 / 3.0].map(f32::to_bits));
        assert_eq!([1e300, -1e300].map(bits), [f32::INFINITY, f32::NEG_INFINITY].map(f32::to_bits));
    }

    #[test]
    fn counts_stay_within_their_bounds() {
        assert_eq!([0, 255, 256, usize::MAX].map(to_u8), [0, 255, 255, 255]);
        assert_eq!([0, 65_535, 65_536, usize::MAX].map(to_u16), [0, 65_535, 65_535, 65_535]);
        assert_eq!([0, 7, u32::MAX as usize, usize::MAX].map(to_u32), [0, 7, u32::MAX, u32::MAX]);
        assert_eq!((to_usize(7_u64), to_usize(u64::MAX), to_usize(u128::MAX)), (7, usize::MAX, usize::MAX));
    }
}
