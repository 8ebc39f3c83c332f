//! The page, as the browser loads it.

fn main() {
    taylornet_explorer::app::start();
}
