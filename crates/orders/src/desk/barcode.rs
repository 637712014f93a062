use std::fmt::Write as _;

/// Widths of bars and gaps of Code 128, by symbol; each begins with a bar.
const WIDTHS: [&str; 107] = [
    "212222", "222122", "222221", "121223", "121322", "131222", "122213", "122312", "132212", "221213",
    "221312", "231212", "112232", "122132", "122231", "113222", "123122", "123221", "223211", "221132",
    "221231", "213212", "223112", "312131", "311222", "321122", "321221", "312212", "322112", "322211",
    "212123", "212321", "232121", "111323", "131123", "131321", "112313", "132113", "132311", "211313",
    "231113", "231311", "112133", "112331", "132131", "113123", "113321", "133121", "313121", "211331",
    "231131", "213113", "213311", "213131", "311123", "311321", "331121", "312113", "312311", "332111",
    "314111", "221411", "431111", "111224", "111422", "121124", "121421", "141122", "141221", "112214",
    "112412", "122114", "122411", "142112", "142211", "241211", "221114", "413111", "241112", "134111",
    "111242", "121142", "121241", "114212", "124112", "124211", "411212", "421112", "421211", "212141",
    "214121", "412121", "111143", "111341", "131141", "114113", "114311", "411113", "411311", "113141",
    "114131", "311141", "411131", "211412", "211214", "211232", "2331112",
];

const START_B: usize = 104;
const START_C: usize = 105;
const STOP: usize = 106;
/// The gap before and after, in modules.
const QUIET: u32 = 10;

/// The symbols of a text, with start, check and stop; `None` for what Code 128 B cannot say. An even number of
/// digits takes half the room.
fn symbols(text: &str) -> Option<Vec<usize>> {
    let bytes = text.as_bytes();
    let digits = bytes.len() >= 4 && bytes.len().is_multiple_of(2) && bytes.iter().all(u8::is_ascii_digit);
    let mut symbols = if digits {
        let pair = |pair: &[u8]| usize::from(pair[0] - b'0') * 10 + usize::from(pair[1] - b'0');
        std::iter::once(START_C)
            .chain(bytes.chunks(2).map(pair))
            .collect::<Vec<_>>()
    } else {
        let known = |byte: &u8| (32..127).contains(byte).then(|| usize::from(byte - 32));
        let all: Option<Vec<usize>> = bytes.iter().map(known).collect();
        std::iter::once(START_B).chain(all?).collect()
    };
    if bytes.is_empty() {
        return None;
    }
    let weighted = symbols.iter().enumerate().map(|(i, symbol)| symbol * i.max(1));
    let check = weighted.sum::<usize>() % 103;
    symbols.extend([check, STOP]);
    Some(symbols)
}

/// A text as a Code 128 barcode: an SVG picture as wide as the box it is put into. Empty for what cannot be said.
pub(crate) fn svg(text: &str) -> String {
    let Some(symbols) = symbols(text) else {
        return String::new();
    };
    let mut bars = String::new();
    let mut x = QUIET;
    for widths in symbols.iter().map(|symbol| WIDTHS[*symbol]) {
        for (i, width) in widths.bytes().enumerate() {
            let width = u32::from(width - b'0');
            if i % 2 == 0 {
                let _ = write!(bars, "M{x} 0h{width}v50h-{width}z");
            }
            x += width;
        }
    }
    let wide = x + QUIET;
    format!(
        "<svg class=\"barcode\" viewBox=\"0 0 {wide} 50\" preserveAspectRatio=\"none\" role=\"img\" \
         shape-rendering=\"crispEdges\"><path d=\"{bars}\"/></svg>"
    )
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_symbol_is_its_own_and_eleven_modules_wide() {
        let distinct: BTreeSet<&str> = WIDTHS.into_iter().collect();
        assert_eq!(distinct.len(), WIDTHS.len());
        for (symbol, widths) in WIDTHS.iter().enumerate() {
            let sum: u32 = widths.bytes().map(|width| u32::from(width - b'0')).sum();
            assert_eq!(sum, if symbol == STOP { 13 } else { 11 }, "{symbol}");
            // Bars of a symbol take an even number of modules: that is how readers find a misread.
            let bars: u32 = widths
                .bytes()
                .step_by(2)
                .map(|width| u32::from(width - b'0'))
                .sum();
            assert_eq!(bars % 2, 0, "{symbol}");
        }
    }

    #[test]
    fn the_check_symbol_is_that_of_the_standard() {
        // The example everybody knows: PJJ123C has the check symbol 54 in set A, 55 in B by its start.
        assert_eq!(
            symbols("PJJ123C"),
            Some(vec![104, 48, 42, 42, 17, 18, 19, 35, 55, 106])
        );
        assert_eq!(symbols("1234"), Some(vec![105, 12, 34, 82, 106]));
        assert_eq!(
            (symbols(""), symbols("快递"), svg("快递")),
            (None, None, String::new())
        );
    }

    #[test]
    fn a_barcode_is_as_wide_as_its_symbols() {
        let picture = svg("261122-003-017");
        assert!(
            picture.contains(&format!("viewBox=\"0 0 {} 50\"", 20 + 11 * 16 + 13)),
            "{picture}"
        );
        assert_eq!(picture.matches('M').count(), 16 * 3 + 4);
    }
}
