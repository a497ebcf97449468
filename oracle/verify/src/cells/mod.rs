//! Cells of the H3 grid (<https://h3geo.org>), as 64-bit indexes, found with integers only.
//!
//! Libraries find the cell of a position with the sine and tangent of the platform, which differ in
//! the last bit between machines; at the border of two cells two oracles would then disagree. Here
//! the same projection is computed in fixed point: position → unit vector → the nearest of 20 faces
//! → gnomonic projection (the vector's parts along two axes of the face over its part along the
//! face's centre) → hexagon → index. The tests hold it against `h3o`, and against Uber's own library in
//! C. What needs no geometry (parents, and which cells are near a cell) is `h3o`'s, which counts in
//! integers, but for sevenths that it rounds to the nearest: never halves, so alike on every machine.

mod tables;

use crate::geometry::sin_cos_q60;
use cairn_protocol::proof::Position;
use h3o::{CellIndex, Resolution};
use tables::{BASE_CELLS, FACES, PENTAGONS};

/// The finest resolution.
pub const MAX_RESOLUTION: u8 = 15;

const FRACTION: u32 = 60;
const ONE: i128 = 1 << FRACTION;
/// One over the distance of two cells of resolution 0 on the plane that touches the unit sphere at
/// the centre of the face, times 2⁶⁰.
const CELLS_PER_UNIT: i128 = 3_018_387_685_421_395_164;
/// 2 / √3, times 2⁶⁰.
const TWO_OVER_SQRT_3: i128 = 1_331_279_082_078_542_925;
/// √3, times 2⁶⁰.
const SQRT_3: i128 = 1_996_918_623_117_814_388;

/// The H3 index of the cell of `resolution` (0 to 15, finer ones count as 15) that a position lies in.
pub fn cell_of(position: &Position, resolution: u8) -> u64 {
    let resolution = resolution.min(MAX_RESOLUTION);
    let (sin_lat, cos_lat) = sin_cos_q60(position.latitude_e7.into());
    let (sin_lon, cos_lon) = sin_cos_q60(position.longitude_e7.into());
    let point = [(cos_lat * cos_lon) >> FRACTION, (cos_lat * sin_lon) >> FRACTION, sin_lat];
    let dot =
        |axis: &[i128; 3]| point.iter().zip(axis).map(|(a, b)| a * b).sum::<i128>() >> FRACTION;
    // Of two faces that are equally near, the one of the lower number.
    let nearest = (0u8..).zip(&FACES).max_by_key(|(at, face)| (dot(&face.centre), u8::MAX - at));
    let Some((number, face)) = nearest else { return 0 };
    // At least the cosine of 37.4°, the farthest that a point lies from its face's centre.
    let towards = dot(&face.centre).max(1);
    let plane =
        |axis: &[i128; 3]| (((dot(axis) << FRACTION) / towards) * CELLS_PER_UNIT) >> FRACTION;
    let (x, y) = scaled(plane(&face.x), plane(&face.y), resolution);
    index(number, hexagon(x, y), resolution)
}

/// The cell of a coarser resolution that a cell belongs to; `None` for a finer one, or no cell.
pub fn parent_of(cell: u64, resolution: u8) -> Option<u64> {
    let resolution = Resolution::try_from(resolution).ok()?;
    CellIndex::try_from(cell).ok()?.parent(resolution).map(Into::into)
}

/// The cells within `rings` steps of a cell, itself included, in no order, where a step leads to a
/// cell that shares an edge; empty for a number that is no cell.
pub fn disk(cell: u64, rings: u32) -> Vec<u64> {
    let Ok(cell) = CellIndex::try_from(cell) else { return Vec::new() };
    cell.grid_disk::<Vec<_>>(rings).into_iter().map(u64::from).collect()
}

/// Whether two cells of one resolution are fewer than `cells` steps apart. Cells of two resolutions,
/// or numbers that are no cells, are not.
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

/// From cells of resolution 0 to cells of `resolution`: √7 smaller with each, and turned by
/// asin √(3/28) where the resolution is odd.
fn scaled(x: i128, y: i128, resolution: u8) -> (i128, i128) {
    let sevens = 7i128.pow(u32::from(resolution / 2));
    if resolution.is_multiple_of(2) {
        return (x * sevens, y * sevens);
    }
    // √7 · cos = 5 / 2 and √7 · sin = √3 / 2.
    let turned = |a: i128, b: i128| ((5 * a * sevens) + (((b * SQRT_3) >> FRACTION) * sevens)) / 2;
    (turned(x, y), turned(y, -x))
}

/// Coordinates along three axes 120° apart, none negative and at least one zero.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Ijk([i64; 3]);

impl Ijk {
    fn new(i: i64, j: i64, k: i64) -> Self {
        let least = i.min(j).min(k);
        Self([i - least, j - least, k - least])
    }

    /// The cell of the next coarser resolution that contains it.
    fn up(self, counter_clockwise: bool) -> Self {
        let Self([i, j, k]) = self;
        let (i, j) = (i - k, j - k);
        // To the nearest: sevenths are never halves.
        let round = |sevenths: i64| (2 * sevenths + 7).div_euclid(14);
        if counter_clockwise {
            Self::new(round(3 * i - j), round(i + 2 * j), 0)
        } else {
            Self::new(round(2 * i + j), round(3 * j - i), 0)
        }
    }

    /// The cell of the next finer resolution at its centre.
    fn down(self, counter_clockwise: bool) -> Self {
        let Self([i, j, k]) = self;
        if counter_clockwise {
            Self::new(3 * i + j, 3 * j + k, i + 3 * k)
        } else {
            Self::new(3 * i + k, i + 3 * j, j + 3 * k)
        }
    }
}

/// The hexagon of side-to-side width 1 that a point of the plane lies in (the rounding is DGGRID's,
/// as in H3).
fn hexagon(x: i128, y: i128) -> Ijk {
    // Coordinates reach 2²² cells, so that a third of the fraction makes room for the product.
    let x2 = ((y.abs() >> 20) * TWO_OVER_SQRT_3) >> (FRACTION - 20);
    let x1 = x.abs() + x2 / 2;
    let (m1, m2) = (x1 >> FRACTION, x2 >> FRACTION);
    let (r1, r2) = (x1 - (m1 << FRACTION), x2 - (m2 << FRACTION));
    let up = |more: bool| i128::from(more);
    let (mut i, mut j) = if 2 * r1 < ONE {
        if 3 * r1 < ONE {
            (m1, m2 + up(2 * r2 >= ONE + r1))
        } else {
            (m1 + up(ONE - r1 <= r2 && r2 < 2 * r1), m2 + up(r2 >= ONE - r1))
        }
    } else if 3 * r1 < 2 * ONE {
        (m1 + up(2 * r1 - ONE >= r2 || r2 >= ONE - r1), m2 + up(r2 >= ONE - r1))
    } else {
        (m1 + 1, m2 + up(2 * r2 >= r1))
    };
    if x < 0 {
        let offset = j % 2;
        let axis = (j + offset) / 2;
        i -= 2 * (i - axis) + offset;
    }
    if y < 0 {
        i -= (2 * j + 1) / 2;
        j = -j;
    }
    // Below 2²³ at the finest resolution.
    let narrow = |value: i128| i64::try_from(value).unwrap_or(0);
    Ijk::new(narrow(i), narrow(j), 0)
}

/// Directions from a cell's centre to its children: 0 the centre, then bits for i (4), j (2), k (1).
const K: u8 = 1;
const JK: u8 = 3;

/// A direction turned counter-clockwise by 60°.
const fn turned(direction: u8) -> u8 {
    match direction {
        1 => 5,
        5 => 4,
        4 => 6,
        6 => 2,
        2 => 3,
        3 => 1,
        centre => centre,
    }
}

/// Puts an index together: digits from the finest resolution up, then the base cell, then the turns
/// that make the digits the base cell's own.
fn index(face: u8, mut at: Ijk, resolution: u8) -> u64 {
    let mut digits = [0u8; MAX_RESOLUTION as usize];
    let used = digits.get_mut(..usize::from(resolution)).unwrap_or_default();
    for (level, digit) in used.iter_mut().enumerate().rev() {
        // `level` 0 is resolution 1, which is turned counter-clockwise.
        let counter_clockwise = level.is_multiple_of(2);
        let parent = at.up(counter_clockwise);
        let (Ijk([i, j, k]), Ijk([ci, cj, ck])) = (at, parent.down(counter_clockwise));
        let Ijk([i, j, k]) = Ijk::new(i - ci, j - cj, k - ck);
        *digit = u8::try_from(4 * i + 2 * j + k).unwrap_or(0);
        at = parent;
    }
    let Ijk([i, j, k]) = at;
    let place = usize::try_from(9 * i + 3 * j + k).unwrap_or(usize::MAX);
    let entry = BASE_CELLS.get(usize::from(face)).and_then(|cells| cells.get(place));
    let (base, turns) = entry.copied().unwrap_or((0, 0));
    let mut turn_all = |times: u8| {
        for digit in &mut *used {
            *digit = (0..times).fold(*digit, |digit, _| turned(digit));
        }
        used.iter().copied().find(|digit| *digit != 0)
    };
    if let Some((_, clockwise_on)) = PENTAGONS.iter().find(|(cell, _)| *cell == base) {
        // A pentagon has no direction k: what fell there belongs to the next.
        if turn_all(0) == Some(K) {
            turn_all(if clockwise_on.contains(&face) { 5 } else { 1 });
        }
        for _ in 0..turns {
            let times = if turn_all(0) == Some(JK) { 2 } else { 1 };
            turn_all(times);
        }
    } else {
        turn_all(turns);
    }
    let head = (1 << 59) | (u64::from(resolution) << 52) | (u64::from(base) << 45);
    (0..MAX_RESOLUTION).zip(&digits).fold(head, |index, (level, digit)| {
        let digit = if level < resolution { *digit } else { 7 };
        index | (u64::from(digit) << (3 * (MAX_RESOLUTION - 1 - level)))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use cairn_protocol::hash::sha256;
    use proptest::prelude::*;

    const GRENOBLE: Position = Position { latitude_e7: 451_950_073, longitude_e7: 57_183_838 };

    fn position(latitude_e7: i32, longitude_e7: i32) -> Position {
        Position { latitude_e7, longitude_e7 }
    }

    fn reference(position: &Position, resolution: u8) -> u64 {
        let degrees = |e7: i32| f64::from(e7) / 1e7;
        h3o::LatLng::new(degrees(position.latitude_e7), degrees(position.longitude_e7))
            .unwrap()
            .to_cell(Resolution::try_from(resolution).unwrap())
            .into()
    }

    #[test]
    fn cells_are_those_of_the_library_in_c() {
        // 4,096 positions over the whole globe, at every resolution from 0 to 15. The digest is the one
        // that Uber's own library gives (`h3` 4 of PyPI).
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
            let cell = cell_of(&position, u8::try_from(n % 16).unwrap());
            all.extend_from_slice(&cell.to_le_bytes());
        }
        let digest: String = sha256(&[&all]).iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(digest, "1b984b2c490c799b7a3fbb60a481a92fd4179b6790888bd75e644f2f69467fd8");
    }

    /// Around every vertex of the icosahedron, where the pentagons are, at every resolution.
    #[test]
    fn pentagons_and_faces_agree_with_h3o() {
        for base in h3o::BaseCell::iter() {
            let cell = CellIndex::base_cells().nth(u8::from(base).into()).unwrap();
            let centre = h3o::LatLng::from(cell);
            for step in [0.000_1, 0.003, 0.1, 1.0, 4.0] {
                for (north, east) in
                    [(0.0, 0.0), (1.0, 0.1), (0.3, 1.0), (-0.5, 0.9), (-1.0, -0.2), (0.4, -1.0)]
                {
                    let lat = (centre.lat() + north * step).clamp(-90.0, 90.0);
                    let lng = (centre.lng() + east * step).clamp(-180.0, 180.0);
                    let at = position((lat * 1e7).round() as i32, (lng * 1e7).round() as i32);
                    for resolution in 0..=15 {
                        let (ours, theirs) = (cell_of(&at, resolution), reference(&at, resolution));
                        assert_eq!(ours, theirs, "{at:?} at {resolution}: {ours:x} {theirs:x}");
                    }
                }
            }
        }
    }

    #[test]
    fn a_known_cell() {
        // The example in the documentation of H3.
        assert_eq!(cell_of(&position(377_752_702, -1_224_183_073), 9), 0x0892_8308_280f_ffff);
        assert_eq!(disk(0x0892_8308_280f_ffff, 1).len(), 7);
        assert!(disk(0, 1).is_empty());
    }

    #[test]
    fn parents_contain_their_children() {
        let cell = cell_of(&GRENOBLE, 11);
        assert_eq!(parent_of(cell, 8), Some(cell_of(&GRENOBLE, 8)));
        assert_eq!(parent_of(cell, 12), None);
        assert_eq!(parent_of(cell, 16), None);
        assert_eq!(parent_of(7, 3), None);
        // Finer than there is counts as the finest.
        assert_eq!(cell_of(&GRENOBLE, 16), cell_of(&GRENOBLE, 15));
    }

    #[test]
    fn steps_between_cells() {
        let here = cell_of(&GRENOBLE, 11);
        assert!(nearer_than(here, here, 1) && !nearer_than(here, here, 0));
        for next in disk(here, 1) {
            assert_eq!(nearer_than(here, next, 1), next == here);
            assert!(nearer_than(here, next, 2));
        }
        assert!(!nearer_than(here, parent_of(here, 10).unwrap(), 9));
        assert!(!nearer_than(here, 3, 9));
        let far = Position { latitude_e7: -451_950_073, longitude_e7: -1_217_183_838 };
        assert!(!nearer_than(here, cell_of(&far, 11), 8));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(20_000))]

        #[test]
        fn cells_agree_with_h3o(
            lat in -900_000_000i32..=900_000_000, lon in -1_800_000_000i32..=1_800_000_000,
            resolution in 0u8..=15,
        ) {
            let at = position(lat, lon);
            prop_assert_eq!(cell_of(&at, resolution), reference(&at, resolution));
        }

        #[test]
        fn any_numbers_give_a_cell(lat: i32, lon: i32, resolution: u8) {
            let cell = cell_of(&position(lat, lon), resolution);
            prop_assert!(CellIndex::try_from(cell).is_ok(), "{:x}", cell);
        }
    }

    proptest! {
        /// Around pentagons local coordinates fail; steps are counted all the same.
        #[test]
        fn a_disk_is_what_is_near(
            lat in -900_000_000i32..=900_000_000, lon in -1_800_000_000i32..=1_800_000_000,
            resolution in 0u8..4, k in 0u32..5,
        ) {
            let cell = cell_of(&Position { latitude_e7: lat, longitude_e7: lon }, resolution);
            let index = CellIndex::try_from(cell).unwrap();
            let disk: std::collections::BTreeSet<u64> =
                index.grid_disk_safe(k).map(Into::into).collect();
            for other in index.grid_disk_safe(k + 2).map(u64::from) {
                prop_assert_eq!(nearer_than(cell, other, k + 1), disk.contains(&other));
            }
        }
    }
}
