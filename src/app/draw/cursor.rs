//! Drawing by keyboard: a cursor, a pen that is up or down, and what a screen reader is told.

use super::strokes::{GRID, Point};

/// Steps across the canvas with the plain arrow keys.
const COLUMNS: u16 = 32;
const STEP: u16 = (GRID + 1) / COLUMNS;
/// With Shift: a quarter of a step, just enough to count as a new point.
const FINE_STEP: u16 = STEP / 4;

/// A direction key. Two held together move diagonally.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// Arrow left.
    Left,
    /// Arrow right.
    Right,
    /// Arrow up.
    Up,
    /// Arrow down.
    Down,
}

impl Direction {
    /// The direction of a key by its name in the browser.
    pub fn from_key(key: &str) -> Option<Self> {
        match key {
            "ArrowLeft" => Some(Self::Left),
            "ArrowRight" => Some(Self::Right),
            "ArrowUp" => Some(Self::Up),
            "ArrowDown" => Some(Self::Down),
            _ => None,
        }
    }

    const fn vector(self) -> (i16, i16) {
        match self {
            Self::Left => (-1, 0),
            Self::Right => (1, 0),
            Self::Up => (0, -1),
            Self::Down => (0, 1),
        }
    }
}

/// Where the keyboard's pen is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cursor {
    /// On the grid of the strokes.
    pub at: Point,
    held: Vec<Direction>,
}

impl Default for Cursor {
    /// Top centre, where most digits begin.
    fn default() -> Self {
        Self { at: Point { x: COLUMNS / 2 * STEP, y: COLUMNS / 5 * STEP }, held: Vec::new() }
    }
}

impl Cursor {
    /// A direction key went down or repeats: moves along all the keys that are held. Returns whether it moved.
    pub fn press(&mut self, direction: Direction, fine: bool) -> bool {
        if !self.held.contains(&direction) {
            self.held.push(direction);
        }
        let size = (if fine { FINE_STEP } else { STEP }).cast_signed();
        let (dx, dy) = self.held.iter().fold((0, 0), |(x, y), held| {
            let (dx, dy) = held.vector();
            (x + dx * size, y + dy * size)
        });
        let before = self.at;
        let moved = |value: u16, by: i16| value.saturating_add_signed(by).min(GRID);
        self.at = Point { x: moved(before.x, dx), y: moved(before.y, dy) };
        self.at != before
    }

    /// A direction key came up.
    pub fn release(&mut self, direction: Direction) {
        self.held.retain(|&held| held != direction);
    }

    /// All keys count as up (the canvas lost the focus).
    pub fn release_all(&mut self) {
        self.held.clear();
    }

    /// The position in words.
    pub fn describe(&self) -> String {
        let cell = |value: u16| value / STEP + 1;
        format!("column {}, row {} of {COLUMNS}", cell(self.at.x), cell(self.at.y))
    }
}

#[cfg(test)]
mod tests {
    use super::super::strokes::POINT_SPACING;
    use super::*;

    #[test]
    fn arrows_move_and_two_of_them_move_diagonally() {
        let mut cursor = Cursor { at: Point { x: 320, y: 320 }, held: Vec::new() };
        assert!(cursor.press(Direction::Right, false));
        assert_eq!(cursor.at, Point { x: 352, y: 320 });
        cursor.press(Direction::Down, false);
        assert_eq!(cursor.at, Point { x: 384, y: 352 });
        cursor.release(Direction::Right);
        cursor.press(Direction::Down, true);
        assert_eq!(cursor.at, Point { x: 384, y: 360 });
    }

    #[test]
    fn the_cursor_stays_on_the_canvas() {
        let mut cursor = Cursor { at: Point { x: 5, y: 0 }, held: Vec::new() };
        assert!(cursor.press(Direction::Left, false));
        assert!(!cursor.press(Direction::Left, false));
        assert_eq!(cursor.at, Point { x: 0, y: 0 });
        assert_eq!(cursor.describe(), "column 1, row 1 of 32");
        cursor.at = Point { x: GRID, y: GRID };
        assert_eq!(cursor.describe(), "column 32, row 32 of 32");
    }

    #[test]
    fn a_fine_step_is_a_new_point() {
        const { assert!(FINE_STEP >= POINT_SPACING) };
        assert_eq!(Direction::from_key("ArrowUp"), Some(Direction::Up));
        assert_eq!(Direction::from_key("Up"), None);
    }
}
