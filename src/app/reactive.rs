//! Memos, effects and handlers of events, whatever closures they are made from. Leptos compiles each of them again for each
//! closure, a few kilobytes each time; here it is once for each type of value.

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

/// A handler of events, whatever closure it is: elements that differ only in their handlers have one type.
pub fn heard<E: 'static>(handle: impl FnMut(E) + 'static) -> Box<dyn FnMut(E)> {
    Box::new(handle)
}
