use super::*;

fn line(history: &mut History, from: (f64, f64), to: (f64, f64)) {
    history.begin_stroke(BRUSH_DEFAULT, Point::from_unit(from.0, from.1));
    history.extend_stroke(Point::from_unit(to.0, to.1));
    history.end_stroke();
}

#[test]
fn undo_takes_back_strokes_and_a_clear() {
    let mut history = History::default();
    line(&mut history, (0.1, 0.1), (0.9, 0.9));
    line(&mut history, (0.9, 0.1), (0.1, 0.9));
    history.clear();
    assert!(history.sketch().is_empty());
    history.undo();
    assert_eq!(history.sketch().strokes.len(), 2);
    history.undo();
    assert_eq!(history.sketch().strokes.len(), 1);
    history.redo();
    assert_eq!(history.sketch().strokes.len(), 2);
    history.undo();
    line(&mut history, (0.5, 0.1), (0.5, 0.9));
    assert!(!history.can_redo(), "a new stroke ends the redo stack");
}

#[test]
fn clearing_an_empty_canvas_is_no_step() {
    let mut history = History::default();
    assert!(!history.clear());
    assert!(!history.undo() && !history.redo());
    assert!(!history.can_undo() && !history.can_redo());
}

#[test]
fn points_outside_land_on_the_border_and_near_ones_are_left_out() {
    assert_eq!(Point::from_unit(-3.0, 7.0), Point { x: 0, y: GRID });
    assert_eq!(Point::from_unit(f64::NAN, 0.5).x, 0);
    let mut history = History::default();
    history.begin_stroke(BRUSH_DEFAULT, Point { x: 100, y: 100 });
    assert!(!history.extend_stroke(Point { x: 104, y: 104 }));
    assert!(history.extend_stroke(Point { x: 108, y: 100 }));
    assert_eq!(history.sketch().strokes[0].points.len(), 2);
}

#[test]
fn the_pen_draws_only_while_it_is_down() {
    let mut history = History::default();
    assert!(!history.extend_stroke(Point { x: 1, y: 1 }));
    history.begin_stroke(99, Point { x: 1, y: 1 });
    assert_eq!(history.sketch().strokes[0].brush, *BRUSH_RANGE.end());
    history.undo();
    assert!(!history.extend_stroke(Point { x: 500, y: 1 }), "undo lifts the pen");
}

#[test]
fn thinning_keeps_both_ends() {
    let points = (0..=100).map(|x| Point { x, y: 0 }).collect();
    let thin = Stroke { brush: 8, points }.thinned(30);
    let xs: Vec<u16> = thin.points.iter().map(|point| point.x).collect();
    assert_eq!(xs, [0, 30, 60, 90, 100]);
}

#[test]
fn the_undo_stack_is_bounded() {
    let mut history = History::default();
    for _ in 0..(History::DEPTH + 20) {
        line(&mut history, (0.2, 0.2), (0.8, 0.8));
    }
    assert_eq!(history.past.len(), History::DEPTH);
}

#[test]
fn an_example_goes_away_with_the_first_change_and_leaves_no_trace() {
    let example = || vec![Arc::new(Stroke { brush: 10, points: vec![Point { x: 5, y: 5 }, Point { x: 90, y: 90 }] })];
    let shown = || {
        let mut history = History::default();
        assert!(history.show_example(example()) && history.is_example() && !history.can_undo());
        history
    };
    let mut drawn = shown();
    let mut plain = History::default();
    for history in [&mut drawn, &mut plain] {
        assert!(history.begin_stroke(8, Point { x: 1, y: 2 }));
        history.end_stroke();
    }
    assert_eq!(drawn, plain);
    assert!(!drawn.show_example(example()) && drawn == plain, "a drawing is never replaced");
    assert!(drawn.undo() && drawn.sketch().is_empty() && !drawn.is_example());
    assert!(!drawn.show_example(example()), "nor is a canvas that was used");
    let mut cleared = shown();
    assert!(cleared.clear() && cleared == History::default());
    let mut undone = shown();
    assert!(!undone.undo() && undone.is_example());
    let mut opened = shown();
    let sketch = Sketch { picture: None, strokes: example() };
    assert!(opened.open(sketch.clone()) && !opened.is_example() && *opened.sketch() == sketch && opened.can_undo());
}
