//! Feature maps whose values are truncated series in one variable `t`.
//!
//! A network is evaluated on a line `x(t) = a + t b` of images. Every value is then a polynomial in `t`, kept up to some
//! order: with `a = 0, b = x` its coefficients are the Taylor orders at `x`; with `b` a single pixel, kept to order 1, they
//! are a value and its derivative; kept to order 0 they are plain numbers.

/// Values `[point][position][coefficient][channel]`.
#[derive(Debug, Clone, PartialEq)]
pub struct Maps {
    /// Number of images, directions or classes side by side.
    pub points: usize,
    /// Positions of one map.
    pub positions: usize,
    /// Coefficients of `t^0, t^1, …` that are kept; higher ones are zero or cut off.
    pub coefficients: usize,
    /// Channels.
    pub channels: usize,
    /// The numbers.
    pub values: Vec<f64>,
}

impl Maps {
    /// All zero.
    pub fn zeros(points: usize, positions: usize, coefficients: usize, channels: usize) -> Self {
        let values = vec![0.0; points * positions * coefficients * channels];
        Self { points, positions, coefficients, channels, values }
    }

    /// The line `a + t b` of one image per point; without `b` the points `a`. `[point][position][channel]`.
    pub fn line(a: Option<&[f64]>, b: Option<&[f64]>, points: usize, positions: usize, channels: usize) -> Self {
        let coefficients = if b.is_some() { 2 } else { 1 };
        let mut maps = Self::zeros(points, positions, coefficients, channels);
        for (power, values) in [a, b].into_iter().enumerate().filter_map(|(power, values)| Some((power, values?))) {
            for (row, values) in
                maps.values.chunks_exact_mut(coefficients * channels).zip(values.chunks_exact(channels))
            {
                row[power * channels..(power + 1) * channels].copy_from_slice(values);
            }
        }
        maps
    }

    /// Numbers of one value at one position: `[coefficient][channel]`.
    pub fn row_len(&self) -> usize {
        self.coefficients * self.channels
    }

    /// `[coefficient][channel]` at a position of a point; a single point stands for all.
    pub fn row(&self, point: usize, position: usize) -> &[f64] {
        let point = if self.points == 1 { 0 } else { point };
        let start = (point * self.positions + position) * self.row_len();
        &self.values[start..start + self.row_len()]
    }

    /// As [`Self::row`], to be changed.
    pub fn row_mut(&mut self, point: usize, position: usize) -> &mut [f64] {
        let len = self.row_len();
        let start = (point * self.positions + position) * len;
        &mut self.values[start..start + len]
    }
}
