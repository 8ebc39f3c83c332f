//! Sorting by a number. Everything sorts with this one function, because each kind of sorting costs the page kilobytes.

/// Places of the values from the smallest to the largest; equal values keep their order.
pub fn ascending(values: &[f64]) -> Vec<usize> {
    let mut places: Vec<usize> = (0..values.len()).collect();
    places.sort_by(|&one, &other| values[one].total_cmp(&values[other]));
    places
}

/// The items from the smallest key to the largest; items of equal key keep their order.
pub fn sorted_by<T: Clone>(items: &[T], key: impl Fn(&T) -> f64) -> Vec<T> {
    let keys: Vec<f64> = items.iter().map(key).collect();
    ascending(&keys).into_iter().map(|place| items[place].clone()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn items_are_sorted_by_their_keys() {
        assert_eq!(ascending(&[2.0, -1.0, 2.0, 0.5]), [1, 3, 0, 2]);
        assert_eq!(sorted_by(&[3, -4, 1], |item| -f64::from(*item).abs()), [-4, 3, 1]);
        assert!(sorted_by(&[] as &[u8], |item| f64::from(*item)).is_empty());
    }
}
