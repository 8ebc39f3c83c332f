//! Matrix products with fused multiplication and addition, for browsers that have relaxed SIMD.
//!
//! Part of the worker, but a file of its own, because a browser without relaxed SIMD refuses a whole file for one such
//! instruction. It shares the worker's memory and has neither a stack nor data there: it only reads the task and what
//! the task points to. `engine::cluster` calls it where it could be loaded.
//!
//! Tiles of 6 x 8 sums stay in twelve registers. For each of `depth` steps they take two vectors of a row of `b`, which
//! was packed beforehand, six numbers of `a`, and twelve multiply-adds: half as many instructions as without fusion.
//! All loads lie at fixed distances from few addresses. The compiler's loop strength reduction would give every load an
//! address of its own, which costs up to a third of the speed, so this program is compiled without it.

#![allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_possible_wrap,
    reason = "sizes that the task holds are 32 bits wide, and so is memory"
)]
#![cfg_attr(target_family = "wasm", no_std, no_main)]

#[cfg(target_family = "wasm")]
#[path = "../engine/cluster/product/task.rs"]
mod task;

#[cfg(not(target_family = "wasm"))]
fn main() {}

#[cfg(target_family = "wasm")]
mod kernel {
    use super::task::ProductTask;
    use core::arch::wasm32::{f32x4_add, f32x4_relaxed_madd, f32x4_splat};
    use core::arch::wasm32::{unreachable, v128, v128_load, v128_load32_splat, v128_store};

    const HIGH: usize = ProductTask::HIGH;
    const WIDE: usize = ProductTask::WIDE;
    /// Steps of the depth whose numbers are loaded from one address.
    const UNROLLED: usize = 4;

    #[panic_handler]
    fn panic(_: &core::panic::PanicInfo) -> ! {
        unreachable()
    }

    /// Carries out a task.
    ///
    /// # Safety
    /// The task and everything that it points to are in this program's memory and are as long as its sizes say.
    #[unsafe(no_mangle)]
    unsafe extern "C" fn product(task: *const ProductTask) {
        // SAFETY: as the caller promises; all places stay below rows, columns and depth.
        unsafe {
            let task = &*task;
            let mut column = 0;
            while column < task.columns {
                let wide = smaller(task.columns - column, WIDE);
                pack(task, column, wide);
                let mut row = 0;
                while row < task.rows {
                    let left = task.rows - row;
                    let target = task.target.add(row * task.columns + column);
                    if wide == WIDE && left >= HIGH {
                        tile::<HIGH>(task, row, target, task.columns, task.accumulate);
                        row += HIGH;
                    } else if wide == WIDE && left >= 2 {
                        tile::<2>(task, row, target, task.columns, task.accumulate);
                        row += 2;
                    } else {
                        edge(task, row, column, wide);
                        row += 1;
                    }
                }
                column += WIDE;
            }
        }
    }

    /// `core::cmp::min` would be a call without optimisation.
    const fn smaller(one: usize, other: usize) -> usize {
        if one < other { one } else { other }
    }

    /// The packed panel behind the room for a row.
    unsafe fn panel(task: &ProductTask) -> *mut f32 {
        // SAFETY: the scratch space is longer.
        unsafe { task.scratch.add(WIDE) }
    }

    /// Copies columns of `b` into rows of eight, with zeros where there are fewer.
    #[inline(always)]
    unsafe fn pack(task: &ProductTask, column: usize, wide: usize) {
        // SAFETY: the panel has `depth` rows of eight numbers.
        unsafe {
            let first = task.b.add(column * task.b_column);
            for k in 0..task.depth {
                let (from, to) = (first.add(k * task.b_row), panel(task).add(k * WIDE));
                if wide == WIDE && task.b_column == 1 {
                    v128_store(to.cast(), v128_load(from.cast()));
                    v128_store(to.add(4).cast(), v128_load(from.add(4).cast()));
                } else {
                    for c in 0..WIDE {
                        *to.add(c) = if c < wide { *from.add(c * task.b_column) } else { 0.0 };
                    }
                }
            }
        }
    }

    /// One row of a tile that is not whole.
    #[inline(always)]
    unsafe fn edge(task: &ProductTask, row: usize, column: usize, wide: usize) {
        // SAFETY: the scratch space begins with eight numbers, and only those inside the target are copied.
        unsafe {
            tile::<1>(task, row, task.scratch, WIDE, false);
            let line = task.target.add(row * task.columns + column);
            for c in 0..wide {
                let before = if task.accumulate { *line.add(c) } else { 0.0 };
                *line.add(c) = before + *task.scratch.add(c);
            }
        }
    }

    /// Sums of a tile: two vectors for each of its rows.
    type Sums<const ROWS: usize> = [[v128; 2]; ROWS];

    /// `ROWS` x 8 sums, from row `row` of `a` and the packed panel.
    #[inline(always)]
    unsafe fn tile<const ROWS: usize>(
        task: &ProductTask,
        row: usize,
        target: *mut f32,
        stride: usize,
        accumulate: bool,
    ) {
        // SAFETY: `a` has these rows, and the target room for the tile.
        unsafe {
            let mut sums = [[f32x4_splat(0.0); 2]; ROWS];
            let first = task.a.add(row * task.a_row);
            if task.a_row == 1 {
                add_columns(&mut sums, task, first);
            } else {
                add_rows(&mut sums, task, first);
            }
            for (r, [mut left, mut right]) in sums.into_iter().enumerate() {
                let line = target.add(r * stride);
                if accumulate {
                    left = f32x4_add(left, v128_load(line.cast()));
                    right = f32x4_add(right, v128_load(line.add(4).cast()));
                }
                v128_store(line.cast(), left);
                v128_store(line.add(4).cast(), right);
            }
        }
    }

    /// The sums of a tile whose rows of `a` lie in order: an address for each row, [`UNROLLED`] steps from each.
    #[inline(always)]
    unsafe fn add_rows<const ROWS: usize>(sums: &mut Sums<ROWS>, task: &ProductTask, first: *const f32) {
        // SAFETY: as in `tile`.
        unsafe {
            let mut panel = panel(task).cast_const();
            let mut rows = [first; ROWS];
            for r in 1..ROWS {
                rows[r] = rows[r - 1].add(task.a_row);
            }
            let mut left = task.depth;
            while left >= UNROLLED {
                for k in 0..UNROLLED {
                    multiply_add(sums, |r| rows[r].add(k), panel.add(k * WIDE));
                }
                rows = rows.map(|row| row.add(UNROLLED));
                panel = panel.add(UNROLLED * WIDE);
                left -= UNROLLED;
            }
            for k in 0..left {
                multiply_add(sums, |r| rows[r].add(k), panel.add(k * WIDE));
            }
        }
    }

    /// The sums of a tile whose columns of `a` lie in order: one address for all rows.
    #[inline(always)]
    unsafe fn add_columns<const ROWS: usize>(sums: &mut Sums<ROWS>, task: &ProductTask, first: *const f32) {
        // SAFETY: as in `tile`.
        unsafe {
            let mut panel = panel(task).cast_const();
            let mut column = first;
            for _ in 0..task.depth {
                multiply_add(sums, |r| column.add(r), panel);
                column = column.add(task.a_column);
                panel = panel.add(WIDE);
            }
        }
    }

    /// Adds one of the `depth` products to all sums.
    #[inline(always)]
    unsafe fn multiply_add<const ROWS: usize>(
        sums: &mut Sums<ROWS>,
        value: impl Fn(usize) -> *const f32,
        panel: *const f32,
    ) {
        // SAFETY: as in `tile`.
        unsafe {
            let left = v128_load(panel.cast());
            let right = v128_load(panel.add(4).cast());
            for (r, sums) in sums.iter_mut().enumerate() {
                let value = v128_load32_splat(value(r).cast());
                *sums = [f32x4_relaxed_madd(value, left, sums[0]), f32x4_relaxed_madd(value, right, sums[1])];
            }
        }
    }
}
