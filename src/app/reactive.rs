//! Memos and effects of one type of closure. Leptos compiles both once for each closure that they are made from, a few
//! kilobytes each time; here once for each type of value.

use leptos::prelude::{Effect, Memo};

type Compute<T> = Box<dyn Fn(Option<&T>) -> T + Send + Sync>;

/// As `Memo::new`.
pub fn memo<T: Send + Sync + PartialEq + 'static>(
    compute: impl Fn(Option<&T>) -> T + Send + Sync + 'static,
) -> Memo<T> {
    let compute: Compute<T> = Box::new(compute);
    #[expect(clippy::disallowed_methods, reason = "this is the one place")]
    Memo::new(compute)
}

/// As `Effect::new`; the closure does not get what it returned the last time.
pub fn effect(mut run: impl FnMut() + 'static) {
    effect_after(move |_| run());
}

/// As `Effect::new`; the closure gets what it returned the last time.
pub fn effect_after<T: 'static>(run: impl FnMut(Option<T>) -> T + 'static) {
    let run: Box<dyn FnMut(Option<T>) -> T> = Box::new(run);
    #[expect(clippy::disallowed_methods, reason = "this is the one place")]
    Effect::new(run);
}
