use super::*;
use crate::protocol::{DeviceKind, DeviceReport, RunStatus};

fn adapter(software: bool) -> Adapter {
    Adapter { name: "Test 3000".into(), software }
}

fn ready(event: &Event) -> &DeviceReport {
    let Event::Ready { device } = event else { panic!("not ready: {event:?}") };
    device
}

#[test]
fn without_webgpu_the_cpu_computes_and_says_so() {
    let mut page = Page::new(Err("the browser offers no graphics adapter".into()));
    let event = page.ask(start(DeviceChoice::Webgpu));
    let report = ready(&event);
    assert_eq!(report.active, DeviceKind::Cpu);
    assert!(report.reason.contains("offers no graphics adapter"), "{}", report.reason);
    assert!(!report.devices[1].usable);
    assert!(matches!(page.ask(Request::SelfTest), Event::SelfTested { .. }));
}

#[test]
fn a_software_adapter_is_neither_opened_nor_measured() {
    let mut page = Page::new(Ok(adapter(true)));
    let event = page.ask(start(DeviceChoice::Auto));
    assert_eq!((ready(&event).active, page.machine.opened.get()), (DeviceKind::Cpu, 0));
    assert!(ready(&event).devices[1].usable);
}

#[test]
fn the_wish_of_the_visitor_wins_over_a_software_adapter() {
    let mut page = Page::new(Ok(adapter(true)));
    let event = page.ask(start(DeviceChoice::Webgpu));
    let report = ready(&event);
    assert_eq!((report.active, page.machine.opened.get()), (DeviceKind::Webgpu, 1));
    assert_eq!(report.devices[1].difference, Some(0.0));
    assert!(report.devices[1].name.contains("Test 3000"));
    let event = page.ask(Request::SwitchDevice { device: DeviceChoice::Cpu });
    assert_eq!(ready(&event).active, DeviceKind::Cpu);
    let event = page.ask(Request::SwitchDevice { device: DeviceChoice::Webgpu });
    assert_eq!((ready(&event).active, page.machine.opened.get()), (DeviceKind::Webgpu, 1));
}

#[test]
fn a_real_adapter_is_measured_after_the_first_answer() {
    let mut page = Page::new(Ok(adapter(false)));
    let id = page.post(start(DeviceChoice::Auto));
    page.settle();
    let answer = page.answer(id);
    assert_eq!(ready(&answer).active, DeviceKind::Cpu);
    let news = page.events(0);
    let report = ready(news.last().expect("a decision"));
    assert!(report.reason.contains("ms on the GPU") && report.devices[1].step_ms.is_some(), "{report:?}");
}

#[test]
fn a_run_keeps_its_state_on_another_device() {
    let mut page = Page::new(Ok(adapter(true)));
    page.ask(start(DeviceChoice::Cpu));
    page.ask(create_run(0));
    page.ask(train(Some(3)));
    let Event::Checkpointed { checkpoint: before } = page.ask(Request::SaveCheckpoint { run: 0 }) else { panic!() };
    page.ask(Request::SwitchDevice { device: DeviceChoice::Webgpu });
    let Event::Checkpointed { checkpoint: after } = page.ask(Request::SaveCheckpoint { run: 0 }) else { panic!() };
    assert_eq!((before.summary.step, &before), (3, &after));
}

#[test]
fn a_lost_gpu_leaves_the_runs_to_the_cpu_and_training_goes_on() {
    let mut page = Page::new(Ok(adapter(true)));
    page.ask(start(DeviceChoice::Webgpu));
    page.ask(create_run(0));
    page.ask(train(Some(2)));
    page.ask(Request::SaveCheckpoint { run: 0 });
    let id = page.post(train(Some(3)));
    block_on(page.session.turn());
    page.session.leave_gpu(0, "the driver was reset".into());
    let told = page.events(0);
    assert!(matches!(&told[0], Event::Failed { error: WorkerError::DeviceLost { .. } }), "{told:?}");
    assert_eq!(ready(&told[1]).active, DeviceKind::Cpu);
    page.settle();
    assert_eq!(page.answer(id), Event::RunStopped { run: 0, status: RunStatus::StepsDone, step: 5 });
    let event = page.ask(Request::SwitchDevice { device: DeviceChoice::Webgpu });
    assert_eq!(ready(&event).active, DeviceKind::Cpu);
}
