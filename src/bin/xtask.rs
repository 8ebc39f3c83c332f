//! The build tool: `cargo xtask --help`.

fn main() -> std::process::ExitCode {
    taylornet_explorer::xtask::run()
}
