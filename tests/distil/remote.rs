//! Devices of other processes: shared work, lost devices, and addresses where no device is.

use crate::program::{Place, Running, difference, events, refused};
use std::io::{Read, Write};
use std::net::TcpListener;
use std::process::Command;
use std::thread;

/// Four units, long enough to lose a device in the middle.
const SETTINGS: &str = "--level 1 --subsets-per-batch 1 --draws 2 --steps 5 --images 50 --checkpoint-seconds 0";

/// A server on a free port, and the arguments that choose it.
fn server() -> (Running, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_taylornet"));
    command.args(["serve-device", "--port", "0", "--json"]).env("RUST_LOG", "off");
    let mut server = Running::start(&mut command);
    let address = server.line().expect("a line when it listens")["listening"].as_str().unwrap().to_owned();
    (server, address)
}

fn devices(addresses: &[&str]) -> String {
    addresses.iter().map(|address| format!(" --device remote:{address}")).collect()
}

#[test]
fn two_servers_share_a_run_and_give_the_images_of_one_process() {
    let place = Place::new();
    Running::start(&mut place.distil("single", SETTINGS)).finish();
    let ((_first, one), (_second, other)) = (server(), server());
    let shared = format!("{SETTINGS}{}", devices(&[&one, &other]));
    let lines = Running::start(&mut place.distil("shared", &shared)).finish();
    for address in [&one, &other] {
        let device = format!("remote {address}");
        assert!(events(&lines, "unit").iter().any(|line| line["device"] == device.as_str()), "{lines:?}");
    }
    let apart = difference(&place.states("single"), &place.states("shared"));
    assert!(apart < 1e-5, "{apart}");
}

#[test]
fn a_run_goes_on_when_one_of_its_servers_is_killed() {
    let place = Place::new();
    Running::start(&mut place.distil("single", SETTINGS)).finish();
    let ((_first, one), (second, other)) = (server(), server());
    let lost = format!("remote {other}");
    let mut run = Running::start(&mut place.distil("shared", &format!("{SETTINGS}{}", devices(&[&one, &other]))));
    run.until(|line| line["event"] == "step" && line["device"] == lost.as_str());
    second.kill();
    let lines = run.finish();
    let said = events(&lines, "lost");
    assert_eq!(said.len(), 1, "{lines:?}");
    assert_eq!(said[0]["device"], lost.as_str());
    let apart = difference(&place.states("single"), &place.states("shared"));
    assert!(apart < 1e-5, "{apart}");
}

#[test]
fn a_run_without_devices_left_says_where_its_work_lies() {
    let place = Place::new();
    let (only, address) = server();
    let settings = format!("{SETTINGS}{}", devices(&[&address]));
    let mut command = place.distil("run", &settings);
    let mut run = Running::start(command.stderr(std::process::Stdio::piped()));
    run.until(|line| line["event"] == "step" && line["step"] == 10);
    only.kill();
    let said = run.fails();
    assert!(said.contains("no device is left") && said.contains("checkpoints/mnist/level-1"), "{said}");
    let lines = Running::start(&mut place.distil("run", SETTINGS)).finish();
    assert!(events(&lines, "begin")[0]["step"].as_u64().unwrap() >= 5);
}

/// The limit is long compared with five steps of the other device, on a busy machine too.
#[cfg(unix)]
#[test]
fn a_server_that_hangs_is_given_up_and_its_work_done_elsewhere() {
    let place = Place::new();
    Running::start(&mut place.distil("single", SETTINGS)).finish();
    let (hanging, address) = server();
    let silent = format!("remote {address}");
    let shared = format!("{SETTINGS} --give-up-after 10 --device cpu{}", devices(&[&address]));
    let mut run = Running::start(&mut place.distil("shared", &shared));
    run.until(|line| line["event"] == "begin" && line["device"] == silent.as_str());
    hanging.freeze();
    let lines = run.finish();
    let said = events(&lines, "lost");
    assert_eq!(said.len(), 1, "{lines:?}");
    assert_eq!(
        (&said[0]["device"], &said[0]["reason"]),
        (&silent.as_str().into(), &"nothing was heard for 10 s".into())
    );
    let apart = difference(&place.states("single"), &place.states("shared"));
    assert!(apart < 1e-5, "{apart}");
}

#[test]
fn a_server_that_accepts_and_never_answers_is_given_up() {
    let place = Place::new();
    // The system accepts connections for a listener that never does.
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let silent = format!("{SETTINGS} --give-up-after 1 --device remote:{address}");
    let said = refused(&mut place.distil("run", &silent));
    let expected = format!("cannot use the device at {address}: nothing was answered for 1 s; it may hang");
    assert!(said.contains(&expected), "{said}");
}

#[test]
fn an_address_without_a_device_is_named() {
    let place = Place::new();
    let closed = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let said = refused(&mut place.distil("run", &format!("{SETTINGS} --device remote:{closed}")));
    assert!(said.contains(&format!("cannot use the device at {closed}: ")), "{said}");
    assert!(said.contains("start it with `taylornet serve-device`"), "{said}");

    // A server of another kind, which knows nothing of this protocol.
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let _ = stream.read(&mut [0; 1024]);
            let _ = stream.write_all(b"HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n");
        }
    });
    let said = refused(&mut place.distil("run", &format!("{SETTINGS} --device remote:{address}")));
    assert!(said.contains(&format!("cannot use the device at {address}: ")), "{said}");
    assert!(said.contains("another kind of server"), "{said}");
}

#[test]
fn a_port_in_use_is_named() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let said = refused(Command::new(env!("CARGO_BIN_EXE_taylornet")).args(["serve-device", "--port", &port]));
    assert!(said.contains(&format!("cannot lend a device at 127.0.0.1:{port}")), "{said}");
    assert!(said.contains("choose another port"), "{said}");
}
