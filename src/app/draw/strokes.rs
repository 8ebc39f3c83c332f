//! What is on the canvas, as plain data: strokes on an integer grid over an optional picture.
//!
//! Positions are integers from the start, so that a drawing that went through a link is the same drawing, point for
//! point, and gets the same answer.

use crate::number;
use std::sync::Arc;

/// Largest coordinate: the canvas is a square of `GRID + 1` positions per axis, whatever its size on the screen.
pub const GRID: u16 = 1023;
/// Brush widths offered, in percent of the canvas side.
pub const BRUSH_RANGE: std::ops::RangeInclusive<u8> = 3..=16;
/// Brush at the start: after normalisation about as thick as the strokes of MNIST.
pub const BRUSH_DEFAULT: u8 = 8;
/// Points nearer than this to the one before are left out (grid units, 0.8% of the canvas).
pub const POINT_SPACING: u16 = 8;
/// Limits of a drawing; a hand does not reach them, a damaged link may.
pub const MAX_STROKES: usize = 400;
/// See [`MAX_STROKES`].
pub const MAX_POINTS: usize = 8_000;

/// A position on the canvas; `x` to the right, `y` downwards, both `0..=GRID`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Point {
    /// From the left.
    pub x: u16,
    /// From the top.
    pub y: u16,
}

impl Point {
    /// The nearest grid position to a point in canvas units (0..1 inside); outside points land on the border.
    pub fn from_unit(x: f64, y: f64) -> Self {
        let snap = |value: f64| number::whole((value.clamp(0.0, 1.0) * f64::from(GRID)).round());
        Self { x: snap(x), y: snap(y) }
    }

    /// In canvas units, 0..1.
    pub fn to_unit(self) -> (f64, f64) {
        (f64::from(self.x) / f64::from(GRID), f64::from(self.y) / f64::from(GRID))
    }

    fn is_near(self, other: Self, spacing: u16) -> bool {
        let dx = i32::from(self.x) - i32::from(other.x);
        let dy = i32::from(self.y) - i32::from(other.y);
        dx * dx + dy * dy < i32::from(spacing) * i32::from(spacing)
    }
}

/// One movement of the pen from down to up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stroke {
    /// Width of the brush in percent of the canvas side.
    pub brush: u8,
    /// Where the pen went; at least one point (a dot).
    pub points: Vec<Point>,
}

impl Stroke {
    /// The same stroke with points at least `spacing` apart; both ends stay.
    #[must_use]
    pub fn thinned(&self, spacing: u16) -> Self {
        let mut points: Vec<Point> = Vec::with_capacity(self.points.len());
        for &point in &self.points {
            if points.last().is_none_or(|&last| !last.is_near(point, spacing)) {
                points.push(point);
            }
        }
        if let (Some(&end), Some(last)) = (self.points.last(), points.last().copied())
            && end != last
        {
            points.push(end);
        }
        Self { brush: self.brush, points }
    }
}

/// A grey picture under the strokes; 255 is full ink.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picture {
    /// Number of columns.
    pub width: u32,
    /// Number of rows.
    pub height: u32,
    /// `width * height` values, row by row.
    pub ink: Vec<u8>,
    /// Where it came from.
    pub source: PictureSource,
}

/// Where a picture came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PictureSource {
    /// A digit of the test set.
    TestDigit {
        /// Index in the file of test digits.
        index: u16,
        /// What it truly is.
        label: u8,
    },
    /// A file of the visitor's, by name. Not part of a link.
    File {
        /// Name of the file.
        name: String,
    },
}

/// Everything on the canvas.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Sketch {
    /// Drawn first.
    pub picture: Option<Arc<Picture>>,
    /// Drawn over it, in order.
    pub strokes: Vec<Arc<Stroke>>,
}

impl Sketch {
    /// True where nothing has been drawn.
    pub fn is_empty(&self) -> bool {
        self.picture.is_none() && self.strokes.is_empty()
    }

    fn points(&self) -> usize {
        self.strokes.iter().map(|stroke| stroke.points.len()).sum()
    }
}

/// A sketch with its undo and redo stacks.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct History {
    past: Vec<Sketch>,
    present: Sketch,
    future: Vec<Sketch>,
    pen_is_down: bool,
    /// What is on the canvas is an example: it goes away with the first change and is never part of past or future.
    is_example: bool,
}

impl History {
    /// Number of steps that can be undone.
    const DEPTH: usize = 100;

    /// What is on the canvas now.
    pub fn sketch(&self) -> &Sketch {
        &self.present
    }

    /// Whether a stroke is going on.
    pub fn pen_is_down(&self) -> bool {
        self.pen_is_down
    }

    /// Whether [`Self::undo`] would change something.
    pub fn can_undo(&self) -> bool {
        !self.past.is_empty()
    }

    /// Whether [`Self::redo`] would change something.
    pub fn can_redo(&self) -> bool {
        !self.future.is_empty()
    }

    /// Whether what is on the canvas is an example.
    pub fn is_example(&self) -> bool {
        self.is_example
    }

    /// Puts an example onto a canvas that nobody has used, or in place of another one. Returns whether it is there.
    pub fn show_example(&mut self, strokes: Vec<Arc<Stroke>>) -> bool {
        let is_unused = self.past.is_empty() && self.future.is_empty() && self.present.is_empty();
        if is_unused || self.is_example {
            self.present = Sketch { picture: None, strokes };
            self.is_example = true;
        }
        self.is_example
    }

    fn take_example_away(&mut self) {
        if std::mem::take(&mut self.is_example) {
            self.present = Sketch::default();
        }
    }

    fn remember(&mut self) {
        if self.past.len() == Self::DEPTH {
            self.past.remove(0);
        }
        self.past.push(self.present.clone());
        self.future.clear();
    }

    /// Puts the pen down: a stroke begins with a dot. Returns false where the drawing is full.
    pub fn begin_stroke(&mut self, brush: u8, at: Point) -> bool {
        self.take_example_away();
        if self.present.strokes.len() >= MAX_STROKES || self.present.points() >= MAX_POINTS {
            return false;
        }
        self.remember();
        self.pen_is_down = true;
        let brush = brush.clamp(*BRUSH_RANGE.start(), *BRUSH_RANGE.end());
        self.present.strokes.push(Arc::new(Stroke { brush, points: vec![at] }));
        true
    }

    /// Moves the pen. Returns whether the drawing changed; points very near to the last one are left out.
    pub fn extend_stroke(&mut self, to: Point) -> bool {
        if !self.pen_is_down || self.present.points() >= MAX_POINTS {
            return false;
        }
        let Some(stroke) = self.present.strokes.last_mut() else { return false };
        if stroke.points.last().is_some_and(|last| last.is_near(to, POINT_SPACING)) {
            return false;
        }
        Arc::make_mut(stroke).points.push(to);
        true
    }

    /// Lifts the pen.
    pub fn end_stroke(&mut self) {
        self.pen_is_down = false;
    }

    /// Empties the canvas; can be undone. Returns whether there was something on it.
    pub fn clear(&mut self) -> bool {
        self.open(Sketch::default())
    }

    /// Replaces everything by another drawing; can be undone. Returns whether it was a different one.
    pub fn open(&mut self, sketch: Sketch) -> bool {
        self.pen_is_down = false;
        let was_example = self.is_example;
        self.take_example_away();
        let is_other = self.present != sketch;
        if is_other {
            self.remember();
            self.present = sketch;
        }
        is_other || was_example
    }

    /// Replaces everything by a picture; can be undone. Returns whether it was a different one.
    pub fn show_picture(&mut self, picture: Arc<Picture>) -> bool {
        self.open(Sketch { picture: Some(picture), strokes: Vec::new() })
    }

    /// Takes the last step back. A stroke in progress ends. Returns whether there was one.
    pub fn undo(&mut self) -> bool {
        self.pen_is_down = false;
        let before = self.past.pop();
        let is_one = before.is_some();
        self.future.extend(before.map(|before| std::mem::replace(&mut self.present, before)));
        is_one
    }

    /// Does again what was undone last. Returns whether there was something.
    pub fn redo(&mut self) -> bool {
        self.pen_is_down = false;
        let after = self.future.pop();
        let is_one = after.is_some();
        self.past.extend(after.map(|after| std::mem::replace(&mut self.present, after)));
        is_one
    }
}

#[cfg(test)]
#[path = "strokes_tests.rs"]
mod tests;
