//! Distance and path loss from integers only.
//!
//! Every function states its rounding; the property tests at the end hold each against a 64-bit
//! floating-point reference.

use cairn_protocol::proof::Position;

/// Fractional bits of sines, cosines and the squared eccentricity.
const FRACTION: u32 = 60;
const ONE: i128 = 1 << FRACTION;
/// π · 2⁶⁰, rounded down.
const PI: i128 = 3_622_009_729_038_561_421;
/// 180 degrees in 10⁻⁷ degrees.
const HALF_TURN_E7: i128 = 1_800_000_000;
/// WGS 84 semi-major axis in mm.
const SEMI_MAJOR_MM: i128 = 6_378_137_000;
/// WGS 84 first eccentricity squared, 0.006694379990141316996137…, times 2⁶⁰, rounded down.
const ECCENTRICITY_SQUARED: i128 = 7_718_094_650_643_696;
/// Fractional bits that coordinates carry below the millimetre.
const SUB_MM: u32 = 20;

/// Sine and cosine of an angle in 10⁻⁷ degrees, times 2⁶⁰, within ±2⁵.
pub(crate) fn sin_cos_q60(angle_e7: i64) -> (i128, i128) {
    let angle = i128::from(angle_e7).rem_euclid(2 * HALF_TURN_E7);
    let quarter = HALF_TURN_E7 / 2;
    let (turns, rest) = (angle / quarter, angle % quarter);
    // Within half a quarter the Taylor series below converges fast; beyond it, sine and cosine
    // swap around the diagonal.
    let (sin, cos) = if rest <= quarter / 2 {
        taylor(rest)
    } else {
        let (sin, cos) = taylor(quarter - rest);
        (cos, sin)
    };
    match turns {
        0 => (sin, cos),
        1 => (cos, -sin),
        2 => (-sin, -cos),
        _ => (-cos, sin),
    }
}

/// Taylor series of sine and cosine for 0 to 45 degrees: the first term left out is below 2⁻⁷⁰.
fn taylor(angle_e7: i128) -> (i128, i128) {
    let x = angle_e7 * PI / HALF_TURN_E7;
    let (mut sin, mut cos) = (0, 0);
    let mut term = ONE;
    for n in 1..=22 {
        match n % 4 {
            1 => cos += term,
            2 => sin += term,
            3 => cos -= term,
            _ => sin -= term,
        }
        term = ((term * x) >> FRACTION) / n;
    }
    (sin, cos)
}

/// Earth-centred coordinates on the WGS 84 ellipsoid at height 0, in mm · 2²⁰.
fn earth_centred(position: &Position) -> [i128; 3] {
    let (sin_lat, cos_lat) = sin_cos_q60(position.latitude_e7.into());
    let (sin_lon, cos_lon) = sin_cos_q60(position.longitude_e7.into());
    // Prime vertical radius N = a / √(1 − e² sin² φ).
    let sin_squared = (sin_lat * sin_lat) >> FRACTION;
    let under_root = ONE - ((ECCENTRICITY_SQUARED * sin_squared) >> FRACTION);
    // √(w · 2⁶⁰) = √w · 2³⁰ in units of 2⁻⁶⁰; never 0, because e² sin² φ < 0.007.
    let root = (under_root << FRACTION).isqrt().max(1);
    let prime_vertical = (SEMI_MAJOR_MM << (SUB_MM + FRACTION)) / root;
    let in_plane = (prime_vertical * cos_lat) >> FRACTION;
    let polar = (prime_vertical * (ONE - ECCENTRICITY_SQUARED)) >> FRACTION;
    [
        (in_plane * cos_lon) >> FRACTION,
        (in_plane * sin_lon) >> FRACTION,
        (polar * sin_lat) >> FRACTION,
    ]
}

/// The straight line between two positions through the Earth, in mm: the shortest way that a
/// signal could take, and never longer than the way along the ground.
///
/// Rounded down; at most 1 mm less and never 0.001 mm more than the exact value. Positions out of
/// range give the distance of the angles modulo a full turn.
pub fn distance_mm(a: &Position, b: &Position) -> u64 {
    let (a, b) = (earth_centred(a), earth_centred(b));
    // Each difference is below 2⁵⁴, so the sum of squares is below 2¹¹⁰.
    let squared: i128 = a.iter().zip(&b).map(|(a, b)| (a - b) * (a - b)).sum();
    // The coordinates are off by up to a few units of 2⁻²⁰ mm; rounding down to whole mm keeps
    // the result on the device's side but for less than that.
    u64::try_from(squared.isqrt() >> SUB_MM).unwrap_or(u64::MAX)
}

/// `2000 · log₁₀(x)` (hundredths of a dB of an amplitude ratio) rounded down, at most 1 below the
/// exact value; 0 for 0.
pub fn twenty_log10_c(x: u128) -> i64 {
    /// 2000 · log₁₀ 2 · 2⁴⁰, rounded down.
    const SCALE: u128 = 661_971_961_083_812;
    const BITS: u32 = 40;
    let Some(whole) = x.checked_ilog2() else { return 0 };
    // The mantissa in [1, 2) with 63 fractional bits; each squaring yields one bit of log₂.
    let mut mantissa = if whole >= 63 { x >> (whole - 63) } else { x << (63 - whole) };
    let mut log2 = u128::from(whole);
    for _ in 0..BITS {
        mantissa = (mantissa * mantissa) >> 63;
        log2 <<= 1;
        if mantissa >> 64 != 0 {
            mantissa >>= 1;
            log2 |= 1;
        }
    }
    i64::try_from((log2 * SCALE) >> (2 * BITS)).unwrap_or(i64::MAX)
}

/// Free-space basic transmission loss after ITU-R P.525, in hundredths of a dB:
/// `20 log₁₀ d + 20 log₁₀ f + 32.44` for km and MHz.
///
/// Rounded down, at most 0.02 dB below the exact value (the constant is 32.4478), and never below
/// 0: a passive path does not amplify, and the formula does not hold nearer than that.
pub fn free_space_loss_cdb(distance_mm: u64, frequency_hz: u64) -> i64 {
    if distance_mm == 0 || frequency_hz == 0 {
        return 0;
    }
    let product = u128::from(distance_mm) * u128::from(frequency_hz);
    // mm → km and Hz → MHz are six decades each: 24,000 hundredths.
    (twenty_log10_c(product) - 24_000 + 3_244).max(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn position(latitude_e7: i32, longitude_e7: i32) -> Position {
        Position { latitude_e7, longitude_e7 }
    }

    fn reference_m(a: &Position, b: &Position) -> f64 {
        let ecef = |p: &Position| {
            let (lat, lon) = (
                (f64::from(p.latitude_e7) / 1e7).to_radians(),
                (f64::from(p.longitude_e7) / 1e7).to_radians(),
            );
            let f = 1.0 / 298.257_223_563;
            let e2 = f * (2.0 - f);
            let n = 6_378_137.0 / (1.0 - e2 * lat.sin().powi(2)).sqrt();
            [n * lat.cos() * lon.cos(), n * lat.cos() * lon.sin(), n * (1.0 - e2) * lat.sin()]
        };
        let (a, b) = (ecef(a), ecef(b));
        a.iter().zip(b).map(|(a, b)| (a - b).powi(2)).sum::<f64>().sqrt()
    }

    #[test]
    fn constants_match_their_definitions() {
        assert!((PI as f64 / ONE as f64 - std::f64::consts::PI).abs() < 1e-15);
        let f = 1.0 / 298.257_223_563;
        assert!((ECCENTRICITY_SQUARED as f64 / ONE as f64 - f * (2.0 - f)).abs() < 1e-17);
    }

    #[test]
    fn known_distances() {
        let pole = position(900_000_000, 0);
        assert_eq!(distance_mm(&pole, &position(900_000_000, 1_234_567_890)), 0);
        // Pole to pole: twice the semi-minor axis, 6,356,752.314245 m.
        let poles = distance_mm(&pole, &position(-900_000_000, 0));
        assert!((12_713_504_627..=12_713_504_628).contains(&poles), "{poles}");
        // Across the equator: twice the semi-major axis.
        let across = distance_mm(&position(0, 0), &position(0, 1_800_000_000));
        assert!((12_756_273_999..=12_756_274_000).contains(&across), "{across}");
        // The date line is no border.
        let near = distance_mm(&position(0, 1_800_000_000), &position(0, -1_800_000_000));
        assert_eq!(near, 0);
    }

    #[test]
    fn loss_of_a_known_link() {
        // 868 MHz over 1 km: 91.2 dB.
        let loss = free_space_loss_cdb(1_000_000, 868_000_000);
        assert!((9_120..=9_122).contains(&loss), "{loss}");
        assert_eq!(free_space_loss_cdb(0, 868_000_000), 0);
        assert_eq!(free_space_loss_cdb(1, 1_000_000), 0);
    }

    #[test]
    fn logarithm_of_powers() {
        assert_eq!(twenty_log10_c(0), 0);
        assert_eq!(twenty_log10_c(1), 0);
        assert_eq!(twenty_log10_c(2), 602);
        // Rounded down from exactly 2000: 1999 is allowed, more is not.
        assert!((1_999..=2_000).contains(&twenty_log10_c(10)));
        assert!((77_061..=77_063).contains(&twenty_log10_c(u128::MAX)));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(4096))]

        #[test]
        fn sine_and_cosine_are_exact_to_double_precision(angle in -3_600_000_000i64..3_600_000_000) {
            let (sin, cos) = sin_cos_q60(angle);
            let radians = (angle as f64 / 1e7).to_radians();
            prop_assert!((sin as f64 / ONE as f64 - radians.sin()).abs() < 3e-15);
            prop_assert!((cos as f64 / ONE as f64 - radians.cos()).abs() < 3e-15);
            let unit = (sin * sin + cos * cos) >> FRACTION;
            prop_assert!((unit - ONE).abs() < 1 << 6, "{}", unit - ONE);
        }

        #[test]
        fn distance_is_within_a_millimetre_below_the_reference(
            a in (-900_000_000i32..=900_000_000, -1_800_000_000i32..=1_800_000_000),
            b in (-900_000_000i32..=900_000_000, -1_800_000_000i32..=1_800_000_000),
        ) {
            let (a, b) = (position(a.0, a.1), position(b.0, b.1));
            let (ours, reference) = (distance_mm(&a, &b) as f64, reference_m(&a, &b) * 1e3);
            // The reference itself is off by about 1e-5 mm.
            prop_assert!(ours <= reference + 1e-3 && ours > reference - 1.001, "{ours} {reference}");
            prop_assert_eq!(distance_mm(&a, &b), distance_mm(&b, &a));
        }

        #[test]
        fn distance_of_neighbours(
            lat in -890_000_000i32..=890_000_000, lon in -1_790_000_000i32..=1_790_000_000,
            north in -100_000i32..100_000, east in -100_000i32..100_000,
        ) {
            let (a, b) = (position(lat, lon), position(lat + north, lon + east));
            let (ours, reference) = (distance_mm(&a, &b) as f64, reference_m(&a, &b) * 1e3);
            prop_assert!(ours <= reference + 1e-3 && ours > reference - 1.001, "{ours} {reference}");
        }

        #[test]
        fn any_position_is_answered(a: (i32, i32), b: (i32, i32)) {
            let most = distance_mm(&position(a.0, a.1), &position(b.0, b.1));
            prop_assert!(most <= 12_756_274_000);
        }

        #[test]
        fn logarithm_is_rounded_down(x in 1u128..) {
            let reference = 2_000.0 * (x as f64).log10();
            let ours = twenty_log10_c(x) as f64;
            prop_assert!(ours <= reference + 1e-6 && ours > reference - 1.001, "{ours} {reference}");
        }

        #[test]
        fn loss_is_rounded_down(mm in 1_000u64..13_000_000_000, hz in 1_000_000u64..=100_000_000_000) {
            let reference = (20.0 * (mm as f64 / 1e6).log10() + 20.0 * (hz as f64 / 1e6).log10()
                + 32.447_783).max(0.0) * 100.0;
            let ours = free_space_loss_cdb(mm, hz) as f64;
            prop_assert!(ours <= reference + 1e-6 && ours > reference - 2.0, "{ours} {reference}");
        }
    }
}
