//! Cells of the H3 grid (<https://h3geo.org>), as 64-bit indexes.
//!
//! Finding the cell of a position needs sines. `h3o` computes them in IEEE 754 double precision,
//! and is built without `std`, so that it takes them from `libm`, which is Rust code: additions,
//! multiplications, roots and fused multiplications are exact to the last bit on every machine, so
//! the cell is too. A known answer below fails where that does not hold. Everything else about cells
//! is integers.

use cairn_protocol::proof::Position;
use h3o::{CellIndex, LatLng, Resolution};

/// The cell of a resolution, 0 to 15, that a position lies in; `None` for another resolution.
pub fn cell_of(position: &Position, resolution: u8) -> Option<u64> {
    let resolution = Resolution::try_from(resolution).ok()?;
    // A 32-bit integer is exact in a double, and so is 10⁷: the quotient is rounded once.
    let degrees = |e7: i32| f64::from(e7) / 1e7;
    let point = LatLng::new(degrees(position.latitude_e7), degrees(position.longitude_e7)).ok()?;
    Some(point.to_cell(resolution).into())
}

/// The cell of a coarser resolution that a cell belongs to; `None` for a finer one, or no cell.
pub fn parent_of(cell: u64, resolution: u8) -> Option<u64> {
    let resolution = Resolution::try_from(resolution).ok()?;
    CellIndex::try_from(cell).ok()?.parent(resolution).map(Into::into)
}

/// The cell and those that share an edge with it: seven, six for a pentagon; none for no cell.
pub fn neighbourhood(cell: u64) -> Vec<u64> {
    let Ok(cell) = CellIndex::try_from(cell) else { return Vec::new() };
    cell.grid_disk::<Vec<_>>(1).into_iter().map(Into::into).collect()
}

/// Whether two cells of one resolution are fewer than `cells` steps apart, each to a cell that
/// shares an edge. Cells of two resolutions, or numbers that are no cells, are not.
pub fn nearer_than(a: u64, b: u64, cells: u32) -> bool {
    let (Ok(a), Ok(b)) = (CellIndex::try_from(a), CellIndex::try_from(b)) else { return false };
    if a.resolution() != b.resolution() || cells == 0 {
        return false;
    }
    match a.grid_distance(b) {
        Ok(distance) => u32::try_from(distance).is_ok_and(|distance| distance < cells),
        // Too far apart for local coordinates, or a pentagon lies between: look for it step by step.
        Err(_) => a.grid_disk_safe(cells.saturating_sub(1)).any(|cell| cell == b),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use cairn_protocol::hash::sha256;
    use proptest::prelude::*;

    const GRENOBLE: Position = Position { latitude_e7: 451_950_073, longitude_e7: 57_183_838 };

    #[test]
    fn cells_are_the_same_on_every_machine() {
        // 4,096 positions over the whole globe, at every resolution from 0 to 15. Where this fails,
        // floating point is not what IEEE 754 says, and an oracle would stay alone. The digest is the
        // one that Uber's own library in C gives (`h3` 4 of PyPI).
        let mut all = Vec::new();
        for n in 0..4_096u32 {
            let hash = sha256(&[b"cells", &n.to_le_bytes()]);
            let draw = |at: usize, range: i64| {
                let bytes = [hash[at], hash[at + 1], hash[at + 2], hash[at + 3]];
                let value = i64::from(u32::from_le_bytes(bytes)) % (2 * range + 1) - range;
                i32::try_from(value).unwrap()
            };
            let position = Position {
                latitude_e7: draw(0, 900_000_000),
                longitude_e7: draw(4, 1_800_000_000),
            };
            let cell = cell_of(&position, u8::try_from(n % 16).unwrap()).unwrap();
            all.extend_from_slice(&cell.to_le_bytes());
        }
        let digest: String = sha256(&[&all]).iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(digest, "1b984b2c490c799b7a3fbb60a481a92fd4179b6790888bd75e644f2f69467fd8");
    }

    #[test]
    fn a_known_cell() {
        assert_eq!(cell_of(&GRENOBLE, 16), None);
        let cell = cell_of(&GRENOBLE, 11).unwrap();
        assert_eq!(parent_of(cell, 8), cell_of(&GRENOBLE, 8));
        assert_eq!(parent_of(cell, 12), None);
        assert_eq!(neighbourhood(cell).len(), 7);
        assert!(neighbourhood(7).is_empty());
    }

    #[test]
    fn steps_between_cells() {
        let here = cell_of(&GRENOBLE, 11).unwrap();
        assert!(nearer_than(here, here, 1) && !nearer_than(here, here, 0));
        for next in neighbourhood(here) {
            assert_eq!(nearer_than(here, next, 1), next == here);
            assert!(nearer_than(here, next, 2));
        }
        assert!(!nearer_than(here, parent_of(here, 10).unwrap(), 9));
        assert!(!nearer_than(here, 3, 9));
        let far = Position { latitude_e7: -451_950_073, longitude_e7: -1_217_183_838 };
        assert!(!nearer_than(here, cell_of(&far, 11).unwrap(), 8));
    }

    proptest! {
        /// Around pentagons local coordinates fail; steps are counted all the same.
        #[test]
        fn a_disk_is_what_is_near(
            lat in -900_000_000i32..=900_000_000, lon in -1_800_000_000i32..=1_800_000_000,
            resolution in 0u8..4, k in 0u32..5,
        ) {
            let cell = cell_of(&Position { latitude_e7: lat, longitude_e7: lon }, resolution).unwrap();
            let index = CellIndex::try_from(cell).unwrap();
            let disk: std::collections::BTreeSet<u64> =
                index.grid_disk_safe(k).map(Into::into).collect();
            for other in index.grid_disk_safe(k + 2).map(u64::from) {
                prop_assert_eq!(nearer_than(cell, other, k + 1), disk.contains(&other));
            }
        }
    }
}
