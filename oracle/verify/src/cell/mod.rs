//! Cells of the H3 grid (<https://h3geo.org>), found with integers only.
//!
//! Libraries find the cell of a position with the sine and tangent of the platform, which differ in
//! the last bit between machines; at the border of two cells two oracles would then disagree. Here
//! the same projection is computed in fixed point: position → unit vector → the nearest of 20 faces
//! → gnomonic projection (the vector's parts along two axes of the face over its part along the
//! face's centre) → hexagon → index. The tests hold it against `h3o`. What needs no geometry (which
//! cells are near a cell) is `h3o`'s, which does that with integers.

mod tables;

use crate::geometry::sin_cos_q60;
use cairn_protocol::proof::Position;
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
pub fn cell_at(position: &Position, resolution: u8) -> u64 {
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

/// The cells within `rings` steps of a cell, itself included, in no order; empty for a number that
/// is no cell.
pub fn disk(cell: u64, rings: u32) -> Vec<u64> {
    let Ok(cell) = h3o::CellIndex::try_from(cell) else { return Vec::new() };
    cell.grid_disk::<Vec<_>>(rings).into_iter().map(u64::from).collect()
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
    use proptest::prelude::*;

    fn position(latitude_e7: i32, longitude_e7: i32) -> Position {
        Position { latitude_e7, longitude_e7 }
    }

    fn reference(position: &Position, resolution: u8) -> u64 {
        let degrees = |e7: i32| f64::from(e7) / 1e7;
        h3o::LatLng::new(degrees(position.latitude_e7), degrees(position.longitude_e7))
            .unwrap()
            .to_cell(h3o::Resolution::try_from(resolution).unwrap())
            .into()
    }

    /// Around every vertex of the icosahedron, where the pentagons are, at every resolution.
    #[test]
    fn pentagons_and_faces_agree_with_h3o() {
        for base in h3o::BaseCell::iter() {
            let cell = h3o::CellIndex::base_cells().nth(u8::from(base).into()).unwrap();
            let centre = h3o::LatLng::from(cell);
            for step in [0.000_1, 0.003, 0.1, 1.0, 4.0] {
                for (north, east) in
                    [(0.0, 0.0), (1.0, 0.1), (0.3, 1.0), (-0.5, 0.9), (-1.0, -0.2), (0.4, -1.0)]
                {
                    let lat = (centre.lat() + north * step).clamp(-90.0, 90.0);
                    let lng = (centre.lng() + east * step).clamp(-180.0, 180.0);
                    let at = position((lat * 1e7).round() as i32, (lng * 1e7).round() as i32);
                    for resolution in 0..=15 {
                        let (ours, theirs) = (cell_at(&at, resolution), reference(&at, resolution));
                        assert_eq!(ours, theirs, "{at:?} at {resolution}: {ours:x} {theirs:x}");
                    }
                }
            }
        }
    }

    #[test]
    fn a_known_cell() {
        // The example in the documentation of H3.
        assert_eq!(cell_at(&position(377_752_702, -1_224_183_073), 9), 0x0892_8308_280f_ffff);
        assert_eq!(disk(0x0892_8308_280f_ffff, 1).len(), 7);
        assert!(disk(0, 1).is_empty());
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(20_000))]

        #[test]
        fn cells_agree_with_h3o(
            lat in -900_000_000i32..=900_000_000, lon in -1_800_000_000i32..=1_800_000_000,
            resolution in 0u8..=15,
        ) {
            let at = position(lat, lon);
            prop_assert_eq!(cell_at(&at, resolution), reference(&at, resolution));
        }

        #[test]
        fn any_numbers_give_a_cell(lat: i32, lon: i32, resolution: u8) {
            let cell = cell_at(&position(lat, lon), resolution);
            prop_assert!(h3o::CellIndex::try_from(cell).is_ok(), "{:x}", cell);
        }
    }
}
