//! Views of one type. Leptos gives every view the type of its element, and compiles for each such type, and for each
//! list, option and closure of it, how it is built, changed and taken away.

/// As `leptos::view`, but its type is always `AnyView`.
macro_rules! view {
    ($($content:tt)*) => {
        ::leptos::prelude::IntoAny::into_any(::leptos::view! { $($content)* })
    };
}
pub(crate) use view;

use leptos::prelude::{AnyView, IntoAny};
use std::sync::{Arc, Mutex};

/// A part of a view that changes: the `view` macro does the same for closures that are written inside it.
pub type Live<T> = Arc<Mutex<dyn FnMut() -> T + Send>>;

/// A closure that has a name, as a part of a view.
pub fn live<T: IntoAny + 'static>(mut content: impl FnMut() -> T + Send + 'static) -> Live<AnyView> {
    Arc::new(Mutex::new(move || content().into_any()))
}
