//! `taylornet selftest`: numbers to compare with those of the browser.

use super::report::print_json;
use super::{CliError, Context};
use crate::engine::selftest;

/// Runs the command.
pub fn run(context: &Context) -> Result<(), CliError> {
    let mut report = pollster::block_on(selftest::run_in_full(&context.device))?;
    report.device.clone_from(&context.device_name);
    print_json(&report)
}
